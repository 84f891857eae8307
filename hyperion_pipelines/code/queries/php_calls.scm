(function_call_expression
  function: [(name) (qualified_name)] @name arguments: (arguments) @arguments)
(member_call_expression name: (name) @name arguments: (arguments) @arguments)
(nullsafe_member_call_expression name: (name) @name arguments: (arguments) @arguments)
(scoped_call_expression name: (name) @name arguments: (arguments) @arguments)
[(member_call_expression) (nullsafe_member_call_expression) (scoped_call_expression)] @access
(object_creation_expression [(name) (qualified_name)] @name)
(object_creation_expression [(name) (qualified_name)] . (arguments) @arguments)
(arguments [(variadic_placeholder) (argument (variadic_unpacking))] @spread)

; What stands in a macro's brackets is no syntax yet, and a macro no function.
(call_expression
  function: [(identifier) @name (scoped_identifier) @name (field_expression) @member])
(call_expression
  function: (generic_function
    function: [(identifier) @name (scoped_identifier) @name (field_expression) @member]))
(arguments) @arguments

(invocation_expression
  function: [(identifier) @name (generic_name) @name (member_access_expression) @member])
(invocation_expression
  function: (conditional_access_expression (member_binding_expression name: (_) @name)))
(invocation_expression function: (conditional_access_expression) @access)
(object_creation_expression type: (_) @name)
(object_creation_expression type: (_) @bare !arguments)
(constructor_initializer ["base" "this"] @name)
(argument_list) @arguments

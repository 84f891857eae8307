(call_expression function: [(identifier) @name (field_expression) @member])
(call_expression
  function: (generic_function function: [(identifier) @name (field_expression) @member]))
(call_expression arguments: [(arguments) @arguments [(block) (case_block)] @argument])
; Of several lists of arguments only the first is seen.
(call_expression function: (call_expression arguments: (_) @uncounted))
(instance_expression [(type_identifier) (generic_type) (stable_type_identifier)] @name)
(instance_expression
  [(type_identifier) (generic_type) (stable_type_identifier)] . arguments: (arguments) @arguments)
(extends_clause
  type: [(type_identifier) (generic_type) (stable_type_identifier)] @name
  . arguments: (arguments) @arguments)
(arguments (vararg) @spread)

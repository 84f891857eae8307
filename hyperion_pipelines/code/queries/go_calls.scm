(call_expression function: [(identifier) @name (selector_expression) @member])
; With type arguments: `f[int](x, y)`, and `f[int](x)`, which reads like a conversion.
(call_expression
  function: (index_expression operand: [(identifier) @name (selector_expression) @member]))
(argument_list) @arguments
(type_conversion_expression type: (generic_type type: (_) @name) operand: (_) @argument)
(variadic_argument) @spread

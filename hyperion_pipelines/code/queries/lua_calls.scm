(function_call
  name: [(identifier) @name [(dot_index_expression) (method_index_expression)] @member])
(arguments) @arguments
(vararg_expression) @spread

(function_definition declarator: (function_declarator parameters: (parameter_list
  (variadic_parameter) @parameter)))
(function_definition declarator: (_ (function_declarator parameters: (parameter_list
  (variadic_parameter) @parameter))))

(lambda_expression) @lambda
(class_specifier body: (_)) @class
(namespace_definition) @scope
(function_definition declarator: (function_declarator parameters: (parameter_list
  [(optional_parameter_declaration) (variadic_parameter_declaration)] @parameter)))
(function_definition declarator: (_ (function_declarator parameters: (parameter_list
  [(optional_parameter_declaration) (variadic_parameter_declaration)] @parameter))))

[(for_range_loop) (catch_clause)] @branch
(binary_expression operator: ["and" "or"]) @boolean

(public_field_definition value: [(arrow_function) (function_expression)] @function)
(abstract_class_declaration) @class
[(interface_declaration) (enum_declaration)] @class
(internal_module) @scope
(function_declaration parameters: (formal_parameters [(required_parameter) (optional_parameter)] @parameter))
(method_definition parameters: (formal_parameters [(required_parameter) (optional_parameter)] @parameter))
(variable_declarator value: (_ parameters: (formal_parameters [(required_parameter) (optional_parameter)] @parameter)))
(variable_declarator value: (arrow_function parameter: (_) @parameter))
(assignment_expression right: (_ parameters: (formal_parameters [(required_parameter) (optional_parameter)] @parameter)))
(pair value: (_ parameters: (formal_parameters [(required_parameter) (optional_parameter)] @parameter)))
(public_field_definition value: (_ parameters: (formal_parameters [(required_parameter) (optional_parameter)] @parameter)))
(generator_function_declaration parameters: (formal_parameters [(required_parameter) (optional_parameter)] @parameter))

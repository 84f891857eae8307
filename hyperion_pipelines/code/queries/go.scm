[(function_declaration body: (_)) (method_declaration body: (_))] @function
(func_literal) @lambda
(type_spec type: [(struct_type) (interface_type)]) @class
(function_declaration parameters: (parameter_list (parameter_declaration name: (identifier) @parameter)))
(method_declaration parameters: (parameter_list (parameter_declaration name: (identifier) @parameter)))
(function_declaration parameters: (parameter_list (variadic_parameter_declaration) @parameter))
(method_declaration parameters: (parameter_list (variadic_parameter_declaration) @parameter))

[(if_statement) (for_statement)] @branch
(if_statement alternative: (if_statement) @continued)
(if_statement "else" @flat)
[(expression_case) (type_case) (communication_case)] @decision
[(expression_switch_statement) (type_switch_statement) (select_statement)] @structure
(break_statement (label_name) @flat)
(continue_statement (label_name) @flat)
(goto_statement) @flat

(binary_expression operator: ["&&" "||"]) @boolean
(binary_expression operator: _ @operator)
(assignment_statement operator: ["+=" "-=" "*=" "/=" "%=" "&=" "|=" "^=" "<<=" ">>=" "&^="] @operator)
(unary_expression operator: ["!" "-" "+" "^"] @unary)
(binary_expression [(identifier) (int_literal) (float_literal) (interpreted_string_literal) (nil) (true) (false)] @operand)
(binary_expression (selector_expression field: (field_identifier) @operand))

(comment) @comment

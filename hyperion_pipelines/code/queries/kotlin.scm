[(function_declaration (function_body)) (secondary_constructor) (getter) (setter)] @function
[(lambda_literal) (anonymous_function)] @lambda
[(class_declaration) (object_declaration)] @class
(companion_object) @scope
(function_declaration (function_value_parameters (parameter) @parameter))
(secondary_constructor (function_value_parameters (parameter) @parameter))

[(if_expression) (for_statement) (while_statement) (do_while_statement) (catch_block)] @branch
(if_expression "else" . (if_expression) @continued)
(if_expression "else" @flat)
(when_entry condition: (_) "->" @decision)
(when_expression) @structure

(binary_expression operator: ["&&" "||"]) @boolean
(binary_expression operator: _ @operator)
(assignment operator: ["+=" "-=" "*=" "/=" "%="] @operator)
(unary_expression operator: ["!" "-" "+"] @unary)
(binary_expression [(identifier) (number_literal) (string_literal)] @operand)
(binary_expression (navigation_expression (identifier) @operand .))

[(line_comment) (block_comment)] @comment

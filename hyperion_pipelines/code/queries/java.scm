[(method_declaration body: (_)) (constructor_declaration) (compact_constructor_declaration)] @function
(lambda_expression) @lambda
[(class_declaration) (interface_declaration) (enum_declaration) (record_declaration)
 (annotation_type_declaration)] @class
(method_declaration (formal_parameters [(formal_parameter) (spread_parameter)] @parameter))
(constructor_declaration (formal_parameters [(formal_parameter) (spread_parameter)] @parameter))

[(if_statement) (for_statement) (enhanced_for_statement) (while_statement) (do_statement)
 (catch_clause) (ternary_expression)] @branch
(if_statement alternative: (if_statement) @continued)
(if_statement "else" @flat)
(switch_label "case" @decision)
(switch_expression) @structure
(break_statement (identifier) @flat)
(continue_statement (identifier) @flat)

(binary_expression operator: ["&&" "||"]) @boolean
(binary_expression operator: _ @operator)
(assignment_expression operator: ["+=" "-=" "*=" "/=" "%=" "&=" "|=" "^=" "<<=" ">>=" ">>>="] @operator)
(unary_expression operator: _ @unary)
(binary_expression [(identifier) (decimal_integer_literal) (string_literal) (null_literal) (true) (false)] @operand)
(binary_expression (field_access field: (identifier) @operand))

[(line_comment) (block_comment)] @comment

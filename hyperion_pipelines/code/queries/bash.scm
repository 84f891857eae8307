(function_definition) @function

[(if_statement) (for_statement) (c_style_for_statement) (while_statement) (ternary_expression)] @branch
(elif_clause) @decision @flat
(else_clause) @flat
(case_item) @decision
(case_statement) @structure

; `a && b` joins commands in a list, and tests within [[ ]].
(list ["&&" "||"]) @boolean
(binary_expression operator: ["&&" "||"]) @boolean
(list ["&&" "||"] @operator)
(binary_expression operator: _ @operator)
(unary_expression operator: _ @unary)
(binary_expression [(word) (string) (simple_expansion) (number)] @operand)

(comment) @comment

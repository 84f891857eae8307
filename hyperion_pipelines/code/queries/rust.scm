(function_item) @function
(closure_expression) @lambda
[(struct_item) (enum_item) (union_item) (trait_item)] @class
[(impl_item) (mod_item)] @scope
(function_item parameters: (parameters (parameter) @parameter))

; The arms of a `match` are its cases; the match itself is the structure.
[(if_expression) (for_expression) (while_expression) (loop_expression)] @branch
(else_clause (if_expression) @continued)
(else_clause) @flat
((match_arm pattern: (_) @_pattern) @decision (#not-eq? @_pattern "_"))
(match_expression) @structure
(break_expression (label) @flat)
(continue_expression (label) @flat)

(binary_expression operator: ["&&" "||"]) @boolean
(binary_expression operator: _ @operator)
(compound_assignment_expr operator: _ @operator)
(unary_expression ["!" "-" "*"] @unary)
(binary_expression [(identifier) (self) (integer_literal) (float_literal) (string_literal) (char_literal) (boolean_literal)] @operand)
(binary_expression (field_expression field: (field_identifier) @operand))

[(line_comment) (block_comment)] @comment

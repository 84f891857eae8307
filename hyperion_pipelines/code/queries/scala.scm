(function_definition) @function
(lambda_expression) @lambda
[(class_definition) (trait_definition) (object_definition) (enum_definition)] @class
(function_definition parameters: (parameters (parameter) @parameter))

[(if_expression) (for_expression) (while_expression) (do_while_expression) (catch_clause)] @branch
(if_expression alternative: (if_expression) @continued)
(if_expression "else" @flat)
((case_clause pattern: (_) @_pattern) @decision (#not-eq? @_pattern "_"))
(match_expression) @structure

(infix_expression operator: (operator_identifier) @_word (#any-of? @_word "&&" "||")) @boolean
(infix_expression operator: (_) @operator)
(prefix_expression ["!" "-" "+" "~"] @unary)
(infix_expression [(identifier) (integer_literal) (floating_point_literal) (string) (boolean_literal)] @operand)
(infix_expression (field_expression field: (identifier) @operand))

[(comment) (block_comment)] @comment

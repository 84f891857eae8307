[(function_declaration) (init_declaration) (deinit_declaration) (computed_getter) (computed_setter)] @function
(lambda_literal) @lambda
[(class_declaration) (protocol_declaration)] @class
(function_declaration (parameter) @parameter)
(init_declaration (parameter) @parameter)

[(if_statement) (guard_statement) (for_statement) (while_statement) (repeat_while_statement)
 (catch_block) (ternary_expression)] @branch
(if_statement (else) . (if_statement) @continued)
(if_statement (else) @flat)
(switch_entry "case") @decision
(switch_statement) @structure

[(conjunction_expression) (disjunction_expression)] @boolean
(conjunction_expression op: _ @operator)
(disjunction_expression op: _ @operator)
(additive_expression op: _ @operator)
(multiplicative_expression op: _ @operator)
(comparison_expression op: _ @operator)
(equality_expression op: _ @operator)
(additive_expression [(simple_identifier) (integer_literal) (real_literal) (line_string_literal)] @operand)
(multiplicative_expression [(simple_identifier) (integer_literal) (real_literal)] @operand)
(comparison_expression [(simple_identifier) (integer_literal) (real_literal)] @operand)
(equality_expression [(simple_identifier) (integer_literal) (line_string_literal) (boolean_literal)] @operand)
(conjunction_expression (simple_identifier) @operand)
(disjunction_expression (simple_identifier) @operand)

[(comment) (multiline_comment)] @comment

(function_definition) @function
(class_definition) @class
(lambda) @lambda
(function_definition parameters: (parameters
  [(identifier) (default_parameter) (typed_parameter) (typed_default_parameter)
   (list_splat_pattern) (dictionary_splat_pattern)] @parameter))

; lizard counts `finally` and every `case`, and so do we; the `for` and `if` of a comprehension too.
[(if_statement) (for_statement) (while_statement) (except_clause) (conditional_expression)] @branch
[(finally_clause) (case_clause) (for_in_clause) (if_clause)] @decision
(case_clause guard: (if_clause))
(elif_clause) @decision @flat
(if_statement (else_clause) @flat)
(match_statement) @structure

(boolean_operator) @boolean
(boolean_operator operator: _ @operator)
(binary_operator operator: _ @operator)
(augmented_assignment operator: _ @operator)
(comparison_operator operators: _ @operator)
(comparison_operator (_) . (_) @shared . (_))
(union_type "|" @operator)
(union_type (type [(identifier) (none) (string)] @operand))
(union_type (type (attribute attribute: (identifier) @operand)))
(not_operator "not" @unary)
(unary_operator operator: _ @unary)
(boolean_operator [(identifier) (integer) (float) (string) (true) (false) (none)] @operand)
(boolean_operator (attribute attribute: (identifier) @operand))
(binary_operator [(identifier) (integer) (float) (string) (true) (false) (none)] @operand)
(binary_operator (attribute attribute: (identifier) @operand))
(comparison_operator [(identifier) (integer) (float) (string) (true) (false) (none)] @operand)
(comparison_operator (attribute attribute: (identifier) @operand))
(augmented_assignment [(identifier) (integer) (float) (string) (true) (false) (none)] @operand)
(augmented_assignment (attribute attribute: (identifier) @operand))
(not_operator (identifier) @operand)
(not_operator (attribute attribute: (identifier) @operand))
(unary_operator [(identifier) (integer) (float)] @operand)
(unary_operator (attribute attribute: (identifier) @operand))

(comment) @comment
(module . (comment)* . (expression_statement (string) @docstring))
(class_definition body: (block . (expression_statement (string) @docstring)))
(function_definition body: (block . (expression_statement (string) @docstring)))

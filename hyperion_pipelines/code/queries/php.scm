[(function_definition) (method_declaration body: (_))] @function
[(anonymous_function) (arrow_function)] @lambda
[(class_declaration) (interface_declaration) (trait_declaration) (enum_declaration)] @class
(function_definition parameters: (formal_parameters (_) @parameter))
(method_declaration parameters: (formal_parameters
  [(simple_parameter) (variadic_parameter) (property_promotion_parameter)] @parameter))

[(if_statement) (for_statement) (foreach_statement) (while_statement) (do_statement)
 (catch_clause) (conditional_expression)] @branch
(else_clause (if_statement) @continued)
(else_if_clause) @decision @flat
(else_clause) @flat
(case_statement) @decision
(match_expression) @decision
[(switch_statement) (match_expression)] @structure
(goto_statement) @flat

(binary_expression operator: ["&&" "||" "and" "or" "??"]) @boolean
(binary_expression operator: _ @operator)
(augmented_assignment_expression operator: _ @operator)
(unary_op_expression ["!" "-" "+" "~"] @unary)
(binary_expression [(variable_name) (integer) (float) (string) (encapsed_string) (boolean) (null)] @operand)
(binary_expression (member_access_expression name: (name) @operand))

(comment) @comment

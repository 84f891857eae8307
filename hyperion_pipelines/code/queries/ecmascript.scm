[(function_declaration body: (_)) (generator_function_declaration) (method_definition)] @function
; A function without a name of its own is one if it is given a name; inline, it is part of its host.
(variable_declarator value: [(arrow_function) (function_expression) (generator_function)] @function)
(assignment_expression right: [(arrow_function) (function_expression) (generator_function)] @function)
(pair value: [(arrow_function) (function_expression) (generator_function)] @function)
[(arrow_function) (function_expression) (generator_function)] @lambda
[(class_declaration) (class)] @class

[(if_statement) (for_statement) (for_in_statement) (while_statement) (do_statement)
 (catch_clause) (ternary_expression)] @branch
(else_clause (if_statement) @continued)
(else_clause) @flat
(switch_case) @decision
(switch_statement) @structure
(break_statement label: (_) @flat)
(continue_statement label: (_) @flat)

(binary_expression operator: ["&&" "||" "??"]) @boolean
(binary_expression operator: _ @operator)
(augmented_assignment_expression operator: _ @operator)
(unary_expression operator: ["!" "~" "-" "+"] @unary)
(binary_expression [(identifier) (number) (string) (true) (false) (null) (undefined)] @operand)
(binary_expression (member_expression property: (property_identifier) @operand))

(comment) @comment

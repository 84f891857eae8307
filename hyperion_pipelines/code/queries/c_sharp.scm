[(method_declaration body: (_)) (constructor_declaration) (destructor_declaration)
 (operator_declaration) (conversion_operator_declaration) (local_function_statement)] @function
[(lambda_expression) (anonymous_method_expression)] @lambda
[(class_declaration) (interface_declaration) (struct_declaration) (enum_declaration)
 (record_declaration)] @class
(method_declaration parameters: (parameter_list (parameter) @parameter))
(constructor_declaration parameters: (parameter_list (parameter) @parameter))
(local_function_statement parameters: (parameter_list (parameter) @parameter))
(operator_declaration parameters: (parameter_list (parameter) @parameter))

[(if_statement) (for_statement) (foreach_statement) (while_statement) (do_statement)
 (catch_clause) (conditional_expression)] @branch
(if_statement alternative: (if_statement) @continued)
(if_statement "else" @flat)
(switch_section "case" @decision)
(switch_expression_arm) @decision
[(switch_statement) (switch_expression)] @structure
(goto_statement) @flat

(binary_expression operator: ["&&" "||" "??"]) @boolean
(binary_expression operator: _ @operator)
(assignment_expression operator: ["+=" "-=" "*=" "/=" "%=" "&=" "|=" "^=" "<<=" ">>=" "??="] @operator)
(prefix_unary_expression ["!" "-" "+" "~"] @unary)
(binary_expression [(identifier) (integer_literal) (real_literal) (string_literal) (boolean_literal) (null_literal)] @operand)
(binary_expression (member_access_expression name: (identifier) @operand))

(comment) @comment

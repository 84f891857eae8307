(function_declaration) @function
(assignment_statement (expression_list value: (function_definition) @function))
(field value: (function_definition) @function)
(function_definition) @lambda
(function_declaration parameters: (parameters [(identifier) (vararg_expression)] @parameter))
(assignment_statement (expression_list value: (function_definition parameters: (parameters
  [(identifier) (vararg_expression)] @parameter))))
(field value: (function_definition parameters: (parameters [(identifier) (vararg_expression)] @parameter)))

[(if_statement) (for_statement) (while_statement) (repeat_statement)] @branch
(elseif_statement) @decision @flat
(else_statement) @flat
(goto_statement) @flat

(binary_expression ["and" "or"]) @boolean
(binary_expression ["and" "or" "+" "-" "*" "/" "//" "%" "^" ".." "==" "~=" "<" ">" "<=" ">=" "&" "|" "~" "<<" ">>"] @operator)
(unary_expression ["not" "-" "#" "~"] @unary)
(binary_expression [(identifier) (number) (string) (true) (false) (nil)] @operand)
(binary_expression (dot_index_expression field: (identifier) @operand))

(comment) @comment

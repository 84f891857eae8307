(function_definition) @function
[(struct_specifier body: (_)) (union_specifier body: (_)) (enum_specifier body: (_))] @class
(function_definition declarator: (function_declarator parameters: (parameter_list
  (parameter_declaration) @parameter)))
(function_definition declarator: (_ (function_declarator parameters: (parameter_list
  (parameter_declaration) @parameter))))
(function_definition declarator: (_ declarator: (_ declarator: (function_declarator
  parameters: (parameter_list (parameter_declaration) @parameter)))))

[(if_statement) (for_statement) (while_statement) (do_statement) (conditional_expression)] @branch
(else_clause (if_statement) @continued)
(else_clause) @flat
(case_statement "case" @decision)
(switch_statement) @structure
(goto_statement) @flat
; lizard counts the conditions of the preprocessor.
[(preproc_if) (preproc_ifdef) (preproc_elif)] @decision

(binary_expression operator: ["&&" "||"]) @boolean
(binary_expression operator: _ @operator)
(assignment_expression operator: ["+=" "-=" "*=" "/=" "%=" "&=" "|=" "^=" "<<=" ">>="] @operator)
(unary_expression operator: _ @unary)
(binary_expression [(identifier) (number_literal) (char_literal) (string_literal) (null)] @operand)
(binary_expression (field_expression field: (field_identifier) @operand))

(comment) @comment

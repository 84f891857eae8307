[(method) (singleton_method)] @function
[(lambda) (block) (do_block)] @lambda
(class) @class
(module) @scope
(method parameters: (method_parameters (_) @parameter))
(singleton_method parameters: (method_parameters (_) @parameter))

[(if) (unless) (while) (until) (for) (rescue) (conditional) (if_modifier) (unless_modifier)
 (while_modifier) (until_modifier) (rescue_modifier)] @branch
(elsif) @decision @flat
(if (else) @flat)
(unless (else) @flat)
(elsif (else) @flat)
; lizard counts `ensure` as it counts Python's `finally`.
[(when) (in_clause) (ensure)] @decision
[(case) (case_match)] @structure

(binary operator: ["&&" "||" "and" "or"]) @boolean
(binary operator: _ @operator)
(operator_assignment operator: _ @operator)
(unary operator: ["!" "-" "~" "not"] @unary)
(binary [(identifier) (instance_variable) (constant) (integer) (float) (string) (true) (false) (nil) (simple_symbol)] @operand)
(binary (call method: (identifier) @operand))

(comment) @comment

(call_expression
  . [(simple_identifier) @name
    (navigation_expression suffix: (navigation_suffix suffix: (simple_identifier) @name))
    (prefix_expression "." target: (simple_identifier) @name)]
  (call_suffix . [(value_arguments "(") @arguments (lambda_literal) @argument]))
; After an operator the grammar takes the operation as a whole for what is called.
(call_expression
  . (_ rhs: [(simple_identifier) @name
    (navigation_expression suffix: (navigation_suffix suffix: (simple_identifier) @name))])
  (call_suffix . [(value_arguments "(") @arguments (lambda_literal) @argument]))
(call_expression . [(navigation_expression) @access (_ rhs: (navigation_expression) @access)])
(call_expression . (prefix_expression . ".") @access)
; A lambda that follows the brackets is an argument too.
(call_suffix (value_arguments) @uncounted (lambda_literal))
(constructor_expression
  constructed_type: (_) @name (constructor_suffix (value_arguments) @arguments))

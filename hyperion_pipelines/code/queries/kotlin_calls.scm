(call_expression . [(identifier) @name (navigation_expression) @member])
(call_expression (annotated_lambda) @argument)
(value_arguments) @arguments
; A lambda that follows the brackets is an argument too.
(call_expression (call_expression (value_arguments) @uncounted) (annotated_lambda))
(constructor_invocation (user_type) @name)
(constructor_delegation_call ["this" "super"] @name)
(value_arguments (value_argument (spread_expression)) @spread)

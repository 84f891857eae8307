(call_expression function: [(identifier) @name (super) @name (member_expression) @member])
(new_expression constructor: [(identifier) @name (member_expression) @member])
(new_expression constructor: [(identifier) (member_expression)] @bare !arguments)
(arguments) @arguments
; A tagged template: it has as many arguments as its text has parts.
(template_string) @arguments @uncounted
(spread_element) @spread

(call_expression function: [(identifier) @name (field_expression) @member])
(argument_list) @arguments

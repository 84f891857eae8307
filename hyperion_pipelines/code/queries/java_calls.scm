(method_invocation name: (identifier) @name arguments: (argument_list) @arguments)
(method_invocation object: (_)) @access
(object_creation_expression type: (_) @name arguments: (argument_list) @arguments)
(explicit_constructor_invocation constructor: (_) @name arguments: (argument_list) @arguments)

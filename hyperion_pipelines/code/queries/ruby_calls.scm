; A bare word without arguments reads like a variable, and is left out.
(call method: [(identifier) (constant) (operator)] @name)
(call receiver: (_)) @access
(call method: [(identifier) (constant) (operator)] arguments: (argument_list) @arguments)
(super) @name @uncounted
(argument_list [(splat_argument) (hash_splat_argument)] @spread)

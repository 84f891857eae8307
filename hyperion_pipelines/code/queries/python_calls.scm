(call function: [(identifier) @name (attribute) @member])
(argument_list) @arguments
(generator_expression) @argument
[(list_splat) (dictionary_splat)] @spread

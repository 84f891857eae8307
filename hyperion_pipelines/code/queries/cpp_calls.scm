; A variable's constructor and a member's initialiser read like other things, and are left out.
(call_expression function: [(qualified_identifier) (template_function)] @name)
(new_expression type: [(type_identifier) (qualified_identifier) (template_type)] @name)
(new_expression
  type: [(type_identifier) (qualified_identifier) (template_type)] @bare
  !arguments)
(new_expression arguments: (initializer_list) @arguments)
(compound_literal_expression
  type: [(type_identifier) (qualified_identifier) (template_type)] @name
  value: (initializer_list) @arguments)
(parameter_pack_expansion) @spread

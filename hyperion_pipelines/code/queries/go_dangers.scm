((call_expression function: (selector_expression operand: (identifier) @_object field: (field_identifier) @_name)
  arguments: (argument_list (interpreted_string_literal) @_shell . (interpreted_string_literal) @_flag . (_) @_command)) @shell-command
  (#eq? @_object "exec") (#any-of? @_name "Command" "CommandContext")
  (#match? @_shell "(ba|z|da)?sh\"$|cmd(\\.exe)?\"$") (#any-of? @_flag "\"-c\"" "\"/c\"" "\"/C\"")
  (#not-match? @_command "^(\"[^\"]*\"|`[^`]*`)$"))

((call_expression function: (selector_expression operand: (identifier) @_object field: (field_identifier) @_name)) @weak-hash
  (#any-of? @_object "md5" "sha1") (#any-of? @_name "New" "Sum"))

((call_expression function: (selector_expression field: (field_identifier) @_name)
  arguments: (argument_list [(binary_expression) (call_expression)] @_query)) @sql-from-text
  (#any-of? @_name "Query" "QueryRow" "Exec" "QueryContext" "QueryRowContext" "ExecContext" "Raw")
  (#match? @_query "(?i)^(fmt\\.Sprintf\\()?[\"`]\\s*(select|insert|update|delete|create|drop|alter)\\s"))

((keyed_element . (_) @_key . (_) @_value) @tls-not-verified
  (#eq? @_key "InsecureSkipVerify") (#eq? @_value "true"))
((assignment_statement left: (_) @_left right: (_) @_value) @tls-not-verified
  (#match? @_left "\\.InsecureSkipVerify$") (#eq? @_value "true")
  (#set! words "InsecureSkipVerify"))

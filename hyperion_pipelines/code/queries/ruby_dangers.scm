((call method: (identifier) @_name arguments: (argument_list . (_) @_first)) @code-evaluation
  (#any-of? @_name "eval" "instance_eval" "class_eval" "module_eval")
  (#not-match? @_first "^(&|<<|\"[^\"#]*\"$|'[^']*'$)"))
((call !receiver method: (identifier) @_name arguments: (argument_list . (string (interpolation)) .)) @shell-command
  (#any-of? @_name "system" "exec" "spawn") (#not-match? @shell-command "(?i)shell_?(words\\.)?escape"))
((subshell (interpolation)) @shell-command
  (#not-match? @shell-command "(?i)shell_?(words\\.)?escape") (#set! words "` %x"))
((call receiver: (constant) @_object method: (identifier) @_name) @unsafe-deserialisation
  (#eq? @_object "Marshal") (#any-of? @_name "load" "restore"))
((call receiver: (constant) @_object method: (identifier) @_name) @unsafe-deserialisation
  (#any-of? @_object "YAML" "Psych") (#any-of? @_name "unsafe_load" "unsafe_load_file"))
((call receiver: (scope_resolution scope: (constant) @_scope name: (constant) @_object)) @weak-hash
  (#eq? @_scope "Digest") (#any-of? @_object "MD5" "SHA1"))
((call method: (identifier) @_name arguments: (argument_list . (string (interpolation)) @_first)) @sql-from-text
  (#any-of? @_name "where" "execute" "find_by_sql" "exec_query" "select_all")
  (#match? @_first "(?i)^\"\\s*(select|insert|update|delete|drop|alter)\\s|^\"[\\w.]+\\s*(=|like|in)\\s"))
((assignment right: (scope_resolution name: (constant) @_name)) @tls-not-verified
  (#eq? @_name "VERIFY_NONE"))

((function_call_expression function: (name) @_name arguments: (arguments . (argument) @_first)) @code-evaluation
  (#any-of? @_name "eval" "create_function") (#match? @_first "\\$"))
((function_call_expression function: (name) @_name arguments: (arguments . (argument) @_first)) @shell-command
  (#any-of? @_name "exec" "system" "shell_exec" "passthru" "popen" "proc_open") (#match? @_first "\\$"))
((shell_command_expression) @shell-command (#match? @shell-command "\\$") (#set! words "`"))
((function_call_expression function: (name) @_name arguments: (arguments . (argument) @_first) @_arguments) @unsafe-deserialisation
  (#eq? @_name "unserialize") (#match? @_first "\\$") (#not-match? @_arguments "allowed_classes.{1,4}=>\\s*(false|\\[)"))
((function_call_expression function: (name) @_name) @weak-hash (#any-of? @_name "md5" "sha1" "md5_file" "sha1_file"))
((function_call_expression function: (name) @_name arguments: (arguments . (argument) @_first)) @weak-hash
  (#any-of? @_name "hash" "hash_file" "hash_init" "hash_hmac") (#match? @_first "(?i)^.(md[245]|sha1).$"))
((member_call_expression name: (name) @_name arguments: (arguments . (argument [(binary_expression) (encapsed_string (variable_name)) (encapsed_string (member_access_expression))]) @_first)) @sql-from-text
  (#any-of? @_name "query" "exec" "prepare" "execute")
  (#match? @_first "(?i)^['\"]\\s*(select|insert|update|delete|replace|create|drop|alter)\\s"))
((function_call_expression function: (name) @_name arguments: (arguments (argument [(binary_expression) (encapsed_string (variable_name))]) @_query)) @sql-from-text
  (#any-of? @_name "mysql_query" "mysqli_query" "pg_query" "sqlite_query")
  (#match? @_query "(?i)^['\"]\\s*(select|insert|update|delete|replace|create|drop|alter)\\s"))
((function_call_expression function: (name) @_name arguments: (arguments) @_arguments) @tls-not-verified
  (#eq? @_name "curl_setopt") (#match? @_arguments "(?i)CURLOPT_SSL_VERIFY(PEER|HOST)\\s*,\\s*(false|0)"))

; A call whose first argument is a plain literal does what it says there, and is left out.
((call_expression function: (identifier) @_name arguments: (arguments . (_) @_first)) @code-evaluation
  (#eq? @_name "eval") (#not-match? @_first "^(\"[^\"]*\"|'[^']*'|`[^$]*`)$"))
((new_expression constructor: (identifier) @_name arguments: (arguments (_) @_last .)) @code-evaluation
  (#eq? @_name "Function") (#not-match? @_last "^(\"[^\"]*\"|'[^']*'|`[^$]*`)$"))
((call_expression function: (member_expression object: (identifier) @_object
  property: (property_identifier) @_name)) @code-evaluation
  (#eq? @_object "vm") (#any-of? @_name "runInNewContext" "runInThisContext" "runInContext"))

((call_expression function: (member_expression object: (identifier) @_object
  property: (property_identifier) @_name) arguments: (arguments . (_) @_first)) @shell-command
  (#any-of? @_object "child_process" "childProcess" "cp" "shell" "shelljs")
  (#any-of? @_name "exec" "execSync") (#not-match? @_first "^(\"[^\"]*\"|'[^']*'|`[^$]*`)$"))
((call_expression function: (identifier) @_name arguments: (arguments . (_) @_first)) @shell-command
  (#any-of? @_name "exec" "execSync") (#not-match? @_first "^(\"[^\"]*\"|'[^']*'|`[^$]*`)$"))
((call_expression function: (_) @_function arguments: (arguments . (_) @_first
  (object (pair key: (property_identifier) @_key value: (true))))) @shell-command
  (#eq? @_key "shell") (#match? @_function "(spawn|exec|fork)\\w*$")
  (#not-match? @_first "^(\"[^\"]*\"|'[^']*'|`[^$]*`)$"))

((call_expression function: (member_expression property: (property_identifier) @_name)
  arguments: (arguments . (string) @_first)) @weak-hash
  (#any-of? @_name "createHash" "createHmac") (#match? @_first "(?i)^.(md4|md5|sha-?1).$"))

((call_expression function: (member_expression property: (property_identifier) @_name)
  arguments: (arguments . [(binary_expression) (template_string (template_substitution))] @_first)) @sql-from-text
  (#any-of? @_name "query" "execute" "raw" "exec" "all" "run")
  (#match? @_first "(?is)^[`'\"]\\s*(select\\s|insert\\s+into|update\\s|delete\\s+from|replace\\s+into|create\\s+table|drop\\s|alter\\s)"))

((pair key: (_) @_key value: (false)) @tls-not-verified
  (#match? @_key "^['\"]?rejectUnauthorized['\"]?$") (#set! words "rejectUnauthorized"))
((assignment_expression left: (_) @_left right: (_) @_value) @tls-not-verified
  (#match? @_left "NODE_TLS_REJECT_UNAUTHORIZED") (#match? @_value "^['\"]?0['\"]?$")
  (#set! words "NODE_TLS_REJECT_UNAUTHORIZED"))

((assignment_expression left: (member_expression property: (property_identifier) @_name)
  right: (_) @_value) @html-from-text
  (#any-of? @_name "innerHTML" "outerHTML")
  (#not-match? @_value "^(\"[^\"]*\"|'[^']*'|`[^$]*`)$"))
((call_expression function: (member_expression object: (identifier) @_object
  property: (property_identifier) @_name) arguments: (arguments . (_) @_first)) @html-from-text
  (#eq? @_object "document") (#any-of? @_name "write" "writeln")
  (#not-match? @_first "^(\"[^\"]*\"|'[^']*'|`[^$]*`)$"))

; A call whose first argument is a plain literal does what it says there, and is left out.
((call function: (identifier) @_name arguments: (argument_list . (_) @_first)) @code-evaluation
  (#any-of? @_name "eval" "exec")
  (#not-match? @_first "^[rRbBuU]*((\"{3}|\")[^\"]*(\"{3}|\")|'[^']*')$"))

((call function: (attribute object: (identifier) @_object attribute: (identifier) @_name)
  arguments: (argument_list . (_) @_first)) @shell-command
  (#any-of? @_object "os" "commands")
  (#any-of? @_name "system" "popen" "getoutput" "getstatusoutput")
  (#not-match? @_first "^[rRbBuU]*((\"{3}|\")[^\"]*(\"{3}|\")|'[^']*')$"))
((call arguments: (argument_list . (_) @_first
  (keyword_argument name: (identifier) @_keyword value: (true)))) @shell-command
  (#eq? @_keyword "shell")
  (#not-match? @_first "^[rRbBuU]*((\"{3}|\")[^\"]*(\"{3}|\")|'[^']*')$"))

((call function: (attribute object: (identifier) @_object attribute: (identifier) @_name)) @unsafe-deserialisation
  (#any-of? @_object "pickle" "cPickle" "_pickle" "dill" "cloudpickle" "marshal")
  (#any-of? @_name "load" "loads" "Unpickler"))
((call function: (attribute object: (identifier) @_object attribute: (identifier) @_name)
  arguments: (argument_list) @_arguments) @unsafe-deserialisation
  (#eq? @_object "yaml") (#any-of? @_name "load" "load_all") (#not-match? @_arguments "Safe|Base"))
((call function: (attribute object: (identifier) @_object attribute: (identifier) @_name)) @unsafe-deserialisation
  (#eq? @_object "yaml") (#any-of? @_name "unsafe_load" "unsafe_load_all" "full_load"))

((call function: (attribute object: (identifier) @_object attribute: (identifier) @_name)
  arguments: (argument_list) @_arguments) @weak-hash
  (#eq? @_object "hashlib") (#any-of? @_name "md5" "sha1")
  (#not-match? @_arguments "usedforsecurity\\s*=\\s*False"))
((call function: (attribute object: (identifier) @_object attribute: (identifier) @_name)
  arguments: (argument_list . (string) @_first) @_arguments) @weak-hash
  (#eq? @_object "hashlib") (#eq? @_name "new") (#match? @_first "(?i)\\b(md4|md5|sha-?1)\\b")
  (#not-match? @_arguments "usedforsecurity\\s*=\\s*False"))

((call function: (attribute attribute: (identifier) @_name)
  arguments: (argument_list . [(binary_operator) (call) (string (interpolation))] @_first)) @sql-from-text
  (#any-of? @_name "execute" "executemany" "executescript" "raw")
  (#match? @_first "(?is)^\\(?\\s*f?['\"]+\\s*(select|insert|update|delete|replace|create|drop|alter|with)\\b"))

((call arguments: (argument_list (keyword_argument name: (identifier) @_keyword value: (false)))) @tls-not-verified
  (#any-of? @_keyword "verify" "verify_ssl" "ssl_verify" "check_hostname"))
((call function: (attribute object: (identifier) @_object attribute: (identifier) @_name)) @tls-not-verified
  (#eq? @_object "ssl") (#eq? @_name "_create_unverified_context"))
((assignment left: (attribute attribute: (identifier) @_name) right: (_) @_value) @tls-not-verified
  (#eq? @_name "verify_mode") (#match? @_value "CERT_NONE$"))
((assignment left: (attribute attribute: (identifier) @_name) right: (false)) @tls-not-verified
  (#eq? @_name "check_hostname"))

((call function: (attribute object: (identifier) @_object attribute: (identifier) @_name)) @predictable-temporary-file
  (#any-of? @_object "tempfile" "os") (#any-of? @_name "mktemp" "tempnam" "tmpnam"))

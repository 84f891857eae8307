((method_invocation object: (_) @_object name: (identifier) @_name
  arguments: (argument_list . (_) @_first)) @shell-command
  (#eq? @_name "exec") (#match? @_object "(?i)runtime(\\(\\))?$")
  (#not-match? @_first "^\"[^\"]*\"$"))

((method_invocation object: (identifier) @_object name: (identifier) @_name
  arguments: (argument_list) @_arguments) @unsafe-deserialisation
  (#any-of? @_name "readObject" "readUnshared") (#match? @_arguments "^\\(\\s*\\)$"))

((method_invocation object: (identifier) @_object name: (identifier) @_name
  arguments: (argument_list . (string_literal) @_first)) @weak-hash
  (#eq? @_object "MessageDigest") (#eq? @_name "getInstance") (#match? @_first "(?i)^\"(md[245]|sha-?1?)\"$"))

((method_invocation name: (identifier) @_name
  arguments: (argument_list . [(binary_expression) (method_invocation)] @_first)) @sql-from-text
  (#any-of? @_name "execute" "executeQuery" "executeUpdate" "prepareStatement" "createNativeQuery" "nativeQuery")
  (#match? @_first "(?i)^(String\\.format\\()?\"\\s*(select|insert|update|delete|create|drop|alter)\\s"))

((object_creation_expression type: (type_identifier) @_name) @tls-not-verified
  (#any-of? @_name "NoopHostnameVerifier" "AllowAllHostnameVerifier" "TrustAllStrategy"))
((argument_list (field_access field: (identifier) @_name) @tls-not-verified)
  (#any-of? @_name "ALLOW_ALL_HOSTNAME_VERIFIER" "TRUST_ALL"))

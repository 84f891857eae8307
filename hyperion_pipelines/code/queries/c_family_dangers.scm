((call_expression function: (identifier) @_name) @unbounded-read (#eq? @_name "gets"))
; What is copied from a literal has a known length; `%d` and its like have a bound one can see.
((call_expression function: (identifier) @_name
  arguments: (argument_list . (_) . (_) @_source)) @unbounded-copy
  (#any-of? @_name "strcpy" "strcat" "stpcpy")
  (#not-match? @_source "^\"[^\"]*\"$"))
((call_expression function: (identifier) @_name
  arguments: (argument_list . (_) . (_) @_format)) @unbounded-copy
  (#any-of? @_name "sprintf" "vsprintf")
  (#not-match? @_format "^(?s:\"([^\"%]|%%|%[-+ #0-9]*(\\.[0-9]+)?[hlzjtq]*[diouxXcp]|%[0-9]*\\.[0-9]+s)*\")$"))
((call_expression function: (identifier) @_name arguments: (argument_list . (_) @_first)) @shell-command
  (#any-of? @_name "system" "popen") (#not-match? @_first "^\"[^\"]*\"$"))
((call_expression function: (identifier) @_name) @predictable-temporary-file
  (#any-of? @_name "mktemp" "tmpnam" "tempnam"))
((call_expression function: (identifier) @_name
  arguments: (argument_list (_) (_) @_option (_) @_value)) @tls-not-verified
  (#eq? @_name "curl_easy_setopt") (#match? @_option "^CURLOPT_SSL_VERIFY(PEER|HOST)$") (#match? @_value "^0L?$"))

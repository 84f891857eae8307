((invocation_expression function: (member_access_expression name: (identifier) @_name) @_function) @weak-hash
  (#match? @_function "^(MD5|SHA1)\\.(Create|HashData)$") (#set! words "MD5 SHA1"))
((object_creation_expression type: (identifier) @_name) @weak-hash
  (#any-of? @_name "MD5CryptoServiceProvider" "SHA1CryptoServiceProvider" "SHA1Managed"))
((object_creation_expression type: (identifier) @_name) @unsafe-deserialisation
  (#any-of? @_name "BinaryFormatter" "NetDataContractSerializer" "SoapFormatter" "LosFormatter"))
((object_creation_expression type: (identifier) @_name
  arguments: (argument_list . (argument [(binary_expression) (interpolated_string_expression)]))) @sql-from-text
  (#any-of? @_name "SqlCommand" "OleDbCommand" "OdbcCommand" "MySqlCommand" "NpgsqlCommand" "SqliteCommand"))
((invocation_expression function: (member_access_expression name: (identifier) @_name)
  arguments: (argument_list . (argument [(binary_expression) (interpolated_string_expression)]))) @sql-from-text
  (#any-of? @_name "ExecuteSqlRaw" "ExecuteSqlRawAsync" "FromSqlRaw"))
((assignment_expression left: (_) @_left right: (lambda_expression body: (boolean_literal) @_value)) @tls-not-verified
  (#match? @_left "(ServerCertificateValidationCallback|ServerCertificateCustomValidationCallback)$")
  (#eq? @_value "true") (#set! words "ServerCertificateValidationCallback ServerCertificateCustomValidationCallback"))

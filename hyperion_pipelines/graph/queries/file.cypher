MATCH (f:File {key: $key})
RETURN f.path AS path, f.at_head AS is_there

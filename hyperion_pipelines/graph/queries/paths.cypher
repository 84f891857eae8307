// Every path that is, or once was, a file.
MATCH (f:File {repository: $repository})
RETURN f.path AS path

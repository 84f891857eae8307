// Where the content of a path came from.
MATCH (former:File)-[r:RENAMED_TO]->(f:File {key: $key})
RETURN former.path AS path, r.since AS since, r.sha AS sha

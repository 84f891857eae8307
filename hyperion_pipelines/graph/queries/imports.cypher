// All imports between files at a time.
MATCH (f:File {repository: $repository})-[i:IMPORTS]->(g:File)
WHERE (i.since IS NULL OR i.since <= $at) AND (i.until IS NULL OR i.until > $at)
RETURN DISTINCT f.path AS source, g.path AS target

// One step back over the imports of a time.
MATCH (g:File)-[i:IMPORTS]->(f:File)
WHERE f.key IN $keys
  AND (i.since IS NULL OR i.since <= $at) AND (i.until IS NULL OR i.until > $at)
RETURN DISTINCT g.path AS path, f.path AS through

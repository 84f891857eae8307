// One step back over the calls that stand outside all functions.
MATCH (g:File)-[c:CALLS]->(f:Function)
WHERE f.key IN $keys
RETURN g.key AS caller, g.path AS path, f.key AS called, c.confidence AS confidence

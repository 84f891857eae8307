// One step back over the calls that stand in functions.
MATCH (g:Function)-[c:CALLS]->(f:Function)
WHERE f.key IN $keys
RETURN g.key AS caller, g.path AS path, g.qualified_name AS name, g.start_line AS line,
  f.key AS called, c.confidence AS confidence

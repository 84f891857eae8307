// An edge runs from the path that comes first: both directions are asked for.
MATCH (f:File {key: $key})-[c:CO_CHANGES]->(g:File)
RETURN g.path AS path, c.support AS support, c.confidence AS confidence,
  c.reverse_confidence AS reverse_confidence, c.p_value AS p_value,
  c.last_together AS last_together
UNION ALL
MATCH (f:File {key: $key})<-[c:CO_CHANGES]-(g:File)
RETURN g.path AS path, c.support AS support, c.reverse_confidence AS confidence,
  c.confidence AS reverse_confidence, c.p_value AS p_value,
  c.last_together AS last_together

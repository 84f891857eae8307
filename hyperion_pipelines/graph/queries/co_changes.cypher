// All pairs of files at HEAD that change together.
MATCH (f:File {repository: $repository})-[c:CO_CHANGES]->(g:File)
WHERE f.at_head AND g.at_head
RETURN f.path AS source, g.path AS target, c.confidence AS confidence,
  c.reverse_confidence AS reverse_confidence

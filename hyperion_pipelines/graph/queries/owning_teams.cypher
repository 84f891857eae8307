// The teams that are named as owners of a file at HEAD.
MATCH (t:Team)-[:OWNS]->(f:File {key: $key})
RETURN t.name AS team, t.named_by AS named_by, t.members AS members

// The commits of HEAD's history to a path: a row for each of their authors.
MATCH (c:Commit)-[m:MODIFIES]->(f:File {key: $key})
WHERE c.is_on_head
OPTIONAL MATCH (p:Person)-[a:AUTHORED]->(c)
RETURN c.sha AS sha, c.time AS time, c.subject AS subject, f.path AS path, m.status AS status,
  m.added AS added, m.deleted AS deleted, c.is_fix AS is_fix,
  p.key AS person, p.name AS name, a.role AS role

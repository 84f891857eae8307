// The people who made commits to a file, as of HEAD.
MATCH (p:Person)-[o:OWNS]->(f:File {key: $key})
RETURN p.key AS person, p.name AS name, p.email AS email, p.is_active AS is_active,
  o.share AS share, o.line_share AS line_share

// The people who had made commits to a file by a time: what holds still, and what ended later.
MATCH (p:Person)-[o:OWNS]->(f:File {key: $key})
WHERE o.since IS NULL OR o.since <= $at
RETURN p.key AS person, p.name AS name, p.email AS email, p.is_active AS is_active,
  o.share AS share
UNION ALL
MATCH (p:Person)-[o:OWNED]->(f:File {key: $key})
WHERE o.since <= $at AND o.until > $at
RETURN p.key AS person, p.name AS name, p.email AS email, p.is_active AS is_active,
  o.share AS share

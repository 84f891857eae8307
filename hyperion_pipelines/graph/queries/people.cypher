MATCH (p:Person {repository: $repository})
RETURN p.key AS key, p.person_id AS person_id, p.name AS name, p.email AS email,
  p.is_active AS is_active, p.commits AS commits

MATCH (p:Person)-[:MEMBER_OF]->(t:Team)
WHERE p.key IN $keys
RETURN p.key AS person, t.name AS team

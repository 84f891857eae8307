// How many nodes there are.
MATCH (node)
WHERE node.repository = $repository
RETURN count(*) AS nodes

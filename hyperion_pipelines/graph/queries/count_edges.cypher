// How many edges there are.
MATCH (source)-[edge]->()
WHERE source.repository = $repository
RETURN count(*) AS edges

// How many faults each commit brought into a file that were mended, under any of its paths.
UNWIND $paths AS path
MATCH (c:Commit)-[i:INDUCED]->(fix:Commit)
WHERE c.repository = $repository AND path IN i.paths
RETURN c.sha AS sha, count(DISTINCT fix.sha) AS faults

MATCH (:File {key: $key})-[:DEFINES]->(f:Function)
RETURN f.key AS key, f.qualified_name AS name, f.start_line AS line

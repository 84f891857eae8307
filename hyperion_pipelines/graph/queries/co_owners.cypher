// Everybody who made commits to the files of a person, the person included, as it is at HEAD.
MATCH (:Person {key: $key})-[:OWNS]->(f:File)
MATCH (p:Person)-[o:OWNS]->(f)
RETURN f.path AS path, f.language AS language, f.is_generated AS is_generated,
  f.is_vendored AS is_vendored, f.lines AS lines, f.commits AS commits, f.hotspot AS hotspot,
  f.risk_percentile AS risk_percentile, p.key AS person, p.is_active AS is_active,
  p.is_bot AS is_bot, o.share AS share, o.line_share AS line_share

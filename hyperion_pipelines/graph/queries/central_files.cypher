MATCH (f:File {repository: $repository})
WHERE f.centrality IS NOT NULL
RETURN f.path AS path, f.centrality AS centrality, f.lines AS lines,
  f.risk_percentile AS risk_percentile
ORDER BY centrality DESC, path
LIMIT $count

"""Queries that callers write themselves: any Cypher that reads, within time, memory and size.

`asking` takes them, `workers` keeps the processes that answer them, `worker` is such a process,
`answers` says how queries and answers look on the way. What a query may do is the graph store's
business; questions that ship with Hyperion need none of this.
"""

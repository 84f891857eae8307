"""Makes nodes and edges of the tables: a module a theme, a function a label or kind of edges.

A function's parameters name what it is made from; what it returns has the identities that
`graph.schema` speaks of. `graph.build` calls them, and makes keys of the identities.
"""

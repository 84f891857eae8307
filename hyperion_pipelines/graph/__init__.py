"""The code graph: what the tables say, as nodes and edges over time, and what is asked of them."""

"""The features of a commit, group by group, and what they are read from besides tables."""

"""The profile of a repository: all insights in one document, and what to do first."""

"""The sample repository that the demo analyses, and the writer of histories that makes it."""

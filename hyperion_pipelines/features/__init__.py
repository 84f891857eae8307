"""The feature store: what a model is told of a commit or a file, and what keeps that sound."""

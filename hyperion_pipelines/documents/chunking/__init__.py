"""From documents to chunks that a model reads whole."""

"""From chunks to vectors, each text once."""

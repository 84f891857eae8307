"""What keeps the feature store sound: expectations, drift and what explains it, its own metrics."""

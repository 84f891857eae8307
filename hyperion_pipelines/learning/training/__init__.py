"""What models are trained on: examples with honest labels, split by time; when to train again."""

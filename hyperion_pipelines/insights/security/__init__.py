"""What could be abused: secrets in the history, dangerous calls."""

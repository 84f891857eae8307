"""What a person reads: each module answers one question from the tables."""

"""Secrets in the history: the rules that find them, and the search of its patches."""

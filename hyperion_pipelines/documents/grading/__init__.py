"""How well the search finds, by questions that the repository itself answers."""

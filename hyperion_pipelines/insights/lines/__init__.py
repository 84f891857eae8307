"""How old the code is and how long it lives."""

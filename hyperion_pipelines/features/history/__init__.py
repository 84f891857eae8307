"""Looking back: which file a change touched, how long it was, and what came before, in windows."""

"""Who knows what: ownership, knowledge at risk, capacity to review, the way in for newcomers."""

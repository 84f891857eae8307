"""From files to documents: a module per way of writing."""

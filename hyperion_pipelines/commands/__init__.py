"""The commands of `hyperion`, a module each: they parse, call the engine, and print."""

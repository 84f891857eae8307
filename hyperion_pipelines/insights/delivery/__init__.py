"""How the team delivers: cadence, velocity, releases, hours of work."""

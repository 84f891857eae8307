"""Which code costs most: hotspots, complexity, debt, coupling, tests, documentation."""

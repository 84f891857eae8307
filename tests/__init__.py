"""The tests: unit, integration, end to end, and the benchmarks."""

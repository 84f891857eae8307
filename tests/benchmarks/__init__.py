"""The targets for speed and memory, measured as ratios side by side; `make bench` runs them."""

"""Analyses that are asked for over HTTP, or by push events of git servers; Dagster runs them."""

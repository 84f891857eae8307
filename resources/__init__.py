"""Dagster configuration of the stores: each resource hands back a plain object of the engine."""

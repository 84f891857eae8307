"""The partition of every asset of a repository: its slug."""

import dagster as dg

REPOSITORIES = dg.DynamicPartitionsDefinition(name="repository")

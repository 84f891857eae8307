"""Pictures of insights for the Dagster UI."""

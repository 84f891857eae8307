"""The sidecar: HTTP over what the pipeline published. It starts without dagster.

A request passes through `http` (its id, limits and headers), `access` (who asks, and how often) and
`caches` to one of the `endpoints`, which asks the engine and answers; `observability` sees all of
it. `app` puts these together, `server` listens. `sidecar` holds what they share, `problems` says
how errors look.
"""

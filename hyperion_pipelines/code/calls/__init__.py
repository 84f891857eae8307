"""Calls: which function of the repository each of them means, as far as names tell.

What a file calls, as written, is extracted elsewhere; here `resolution` takes the best of what
`rules` find among the `targets`, given the names that imports bind (`bindings`).
"""

from hyperion_pipelines.code.calls.resolution import resolve_calls

__all__ = ["resolve_calls"]

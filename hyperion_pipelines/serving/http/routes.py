"""The template of a request's path, also where no router saw the request.

Answers from a cache and refusals are told apart by route as all others are.
"""

from collections.abc import Iterable, Sequence

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, compile_path


class Routes:
    """The path templates of an application's routes, in their order."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        contexts: Iterable[object] = iter_route_contexts(routes)
        templates = [str(getattr(each, "path", "")) for each in contexts]
        self._plain = {each for each in templates if each and "{" not in each}
        self._patterns = [(compile_path(each)[0], each) for each in templates if "{" in each]

    def template(self, path: str) -> str:
        """The template that *path* matches (`/v1/repositories/{slug}/profile`), or an empty one."""
        if path in self._plain:
            return path
        for pattern, template in self._patterns:
            if pattern.match(path):
                return template
        return ""

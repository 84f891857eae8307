"""Hands a function what its parameters name: tables, or what other functions make of tables.

So what is made from what is said once, by the functions' own signatures. Which names there are is
said by `insights.make` and `graph.build`.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

Function = Callable[..., Any]
ReadTable = Callable[[str], pl.DataFrame]


class NamedInputs:
    """Values by their names, each made or read once, when it is first asked for.

    A name is one of *given*; or else that of a function, by *function_of*; or else, where this
    knows none, that of a table, read by *read_table*.
    """

    def __init__(
        self,
        given: Mapping[str, Any],
        function_of: Callable[[str], Function | None],
        read_table: ReadTable,
    ) -> None:
        self._known = dict(given)
        self._function_of = function_of
        self._read_table = read_table

    def value(self, name: str) -> Any:  # noqa: ANN401 - a function may return anything
        """The value of *name*."""
        if name not in self._known:
            function = self._function_of(name)
            self._known[name] = self.by(function) if function else self._read_table(name)
        return self._known[name]

    def by(self, function: Function) -> Any:  # noqa: ANN401 - a function may return anything
        """What *function* makes of what its parameters name."""
        return function(**{name: self.value(name) for name in parameters(function)})


def parameters(function: Function) -> tuple[str, ...]:
    """The names of a function's parameters."""
    return tuple(inspect.signature(function).parameters)

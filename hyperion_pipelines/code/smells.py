"""Code smells of a file: what a reviewer would stop at, by one table of thresholds.

Works on measures that others took. Called by `syntax`.
"""

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter, itemgetter
from typing import NamedTuple

from tree_sitter import Node

from hyperion_pipelines.code.complexity import FunctionComplexity


class Threshold(NamedTuple):
    """A kind of smell, the measure that shows it, and its largest value that does not smell yet."""

    kind: str
    measure: str
    largest: int


FUNCTION_THRESHOLDS = (
    Threshold("long function", "lines", 60),
    Threshold("deep nesting", "function.nesting", 4),
    Threshold("many parameters", "function.parameters", 6),
    Threshold("complex function", "function.cyclomatic", 15),
    Threshold("complex function", "function.cognitive", 25),
)
LARGE_CLASS_LINES = Threshold("large class", "lines", 500)
LARGE_CLASS_METHODS = Threshold("large class", "methods", 30)
LARGE_FILE = Threshold("large file", "code lines", 1_000)


class Smell(NamedTuple):
    """What smells, the line it starts on (from 1), and the measure that says so."""

    kind: str
    line: int
    detail: str


class FunctionExtent(NamedTuple):
    """A function with its first and last line, from 1."""

    function: FunctionComplexity
    line: int
    end_line: int

    @property
    def lines(self) -> int:
        """Number of lines."""
        return self.end_line - self.line + 1


def find_smells(
    extents: Sequence[FunctionExtent], classes: Sequence[Node], code_lines: int
) -> list[Smell]:
    """All smells of a file in the order of their lines."""
    smells = [
        _smell(threshold, extent.line, measure(extent), extent.function.qualified_name)
        for threshold in FUNCTION_THRESHOLDS
        for measure in (attrgetter(threshold.measure),)
        for extent in extents
        if measure(extent) > threshold.largest
    ]
    methods = Counter(
        extent.function.scope.start_byte for extent in extents if extent.function.scope
    )
    for node in classes:
        smells += _class_smells(node, methods[node.start_byte])
    if code_lines > LARGE_FILE.largest:
        smells.append(_smell(LARGE_FILE, 1, code_lines))
    smells.sort(key=itemgetter(1, 0))
    return smells


def _class_smells(node: Node, methods: int) -> list[Smell]:
    first, last = node.start_point.row + 1, node.end_point.row + 1
    named = node.child_by_field_name("name")
    name = named.text.decode(errors="replace") if named and named.text else ""
    measures = ((LARGE_CLASS_LINES, last - first + 1), (LARGE_CLASS_METHODS, methods))
    return [
        _smell(threshold, first, value, name)
        for threshold, value in measures
        if value > threshold.largest
    ]


def _smell(threshold: Threshold, line: int, value: int, name: str = "") -> Smell:
    measure = threshold.measure.removeprefix("function.")
    detail = f"{name}: {measure} {value} > {threshold.largest}".removeprefix(": ")
    return Smell(threshold.kind, line, detail)

"""Halstead's measures and the maintainability index of a file, as radon computes them.

Operators are those of expressions (arithmetic, comparison, boolean, augmented assignment), operands
what they apply to: radon's reading of M. H. Halstead, "Elements of Software Science" (1977), here
for every language, because the maintainability index was fitted to such counts. Called by `syntax`.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass

from hyperion_pipelines.code.complexity import HEADER, Captures, Complexity

_QUOTES = b"\"'"
# All other operators that end in "=" assign, and count as what they do first.
_COMPARISONS = frozenset({b"==", b"!=", b"<=", b">=", b"===", b"!==", b"~="})


@dataclass(frozen=True, slots=True)
class Halstead:
    """Counts of a file: in all and distinct, of operators and operands."""

    distinct_operators: int
    distinct_operands: int
    operators: int
    operands: int

    @property
    def volume(self) -> float:
        """Length times the bits that a word of the vocabulary takes; 0 for none."""
        vocabulary = self.distinct_operators + self.distinct_operands
        return (self.operators + self.operands) * math.log2(vocabulary) if vocabulary else 0.0

    @property
    def difficulty(self) -> float:
        """Half the distinct operators, times how often an operand is used on average."""
        if not self.distinct_operands:
            return 0.0
        return self.distinct_operators * self.operands / (2 * self.distinct_operands)


def count_halstead(captures: Captures, complexity: Complexity, content: bytes) -> Halstead:
    """Count the operators and operands of a file.

    An operand that is a name or a literal is distinct within its function; any other (a call, a
    subscript) is distinct by itself. A chain of one boolean operator is one operator; a chain of
    comparisons shares its middle operands. Headers of functions do not count.
    """
    starts, bodies = complexity.ownership.starts, complexity.ownership.bodies

    def texts(role: str) -> list[tuple[int, bytes]]:
        return [
            (body, content[start : node.end_byte])
            for node in captures.get(role, ())
            if (body := bodies[bisect_right(starts, start := node.start_byte) - 1]) != HEADER
        ]

    binary, unary, names = texts("operator"), texts("unary"), texts("operand")
    merged = sum(expression.merged for expression in complexity.booleans)
    # Where a grammar could not read on, an operand may stand without its operator.
    operands = max(len(names), 2 * len(binary) + len(unary) - merged - len(texts("shared")))
    contexts = [function.name for function in complexity.functions]
    # As in radon, a string is its value, whatever its quotes (and even where a name reads alike).
    distinct_names = {(contexts[body], text.strip(_QUOTES)) for body, text in names}
    written = {text for _, text in binary}
    kinds = {text if text in _COMPARISONS else text.removesuffix(b"=") for text in written}
    return Halstead(
        distinct_operators=len(kinds) + len({text for _, text in unary}),
        distinct_operands=operands - len(names) + len(distinct_names),
        operators=max(0, len(binary) + len(unary) - merged),
        operands=operands,
    )


def maintainability_index(
    volume: float, cyclomatic: int, code_lines: int, comment_lines: int
) -> float:
    """Between 0 and 100, as radon's `mi_compute`; the share of comments is that of code lines.

    Source: P. Oman and J. Hagemeister, "Metrics for assessing a software system's maintainability"
    (1992), with the comment term of the Software Engineering Institute.
    """
    if volume <= 0 or code_lines <= 0:
        return 100.0
    comments = math.sqrt(2.46 * math.radians(100 * comment_lines / code_lines))
    raw = (
        171
        - 5.2 * math.log(volume)
        - 0.23 * cyclomatic
        - 16.2 * math.log(code_lines)
        + 50 * math.sin(comments)
    )
    return min(max(0.0, raw * 100 / 171), 100.0)

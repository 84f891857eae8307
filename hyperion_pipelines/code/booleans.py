"""Boolean operators of a syntax tree: how many, and in how many sequences of like operators.

Cognitive complexity charges a sequence of like operators once (`a && b && c`), and each change of
operator anew (`a && b || c`), through parentheses but not through a negation or a call; cyclomatic
complexity charges every operator; Halstead's counts take an unparenthesised chain of like
operators as one operator of many operands, as radon does. Called by `complexity`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from tree_sitter import Node

_SPACE = b" \t\r\n\\"
_SPACE_AND_PARENTHESES = _SPACE + b"("


@dataclass(slots=True)
class BooleanExpression:
    """An outermost boolean expression: where it starts, its operators, and its merged chains."""

    start: int
    operators: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])
    merged: int = 0  # operators that continue a chain of the same operator without parentheses

    @property
    def sequences(self) -> int:
        """Runs of like operators, in the order in which they are written."""
        words = [operator for _, operator in sorted(self.operators)]
        changes = sum(left != right for left, right in pairwise(words))
        return changes + 1


@dataclass(slots=True)
class _Open:
    """A boolean operation whose operands are being read."""

    start: int
    end: int
    operator_start: int
    operator_end: int
    operator: bytes
    expression: BooleanExpression


def boolean_expressions(nodes: list[Node], content: bytes) -> list[BooleanExpression]:
    """Group the boolean operations *nodes* into the expressions that they form."""
    expressions: list[BooleanExpression] = []
    stack: list[_Open] = []
    for start, negative_end, operator_start, operator_end in sorted(_operations(nodes)):
        operator = content[operator_start:operator_end]
        while stack and stack[-1].end <= start:
            stack.pop()
        expression = _joined(stack[-1], start, operator, content) if stack else None
        if expression is None:
            expression = BooleanExpression(start)
            expressions.append(expression)
        expression.operators.append((operator_start, operator))
        stack.append(
            _Open(start, -negative_end, operator_start, operator_end, operator, expression)
        )
    return expressions


def _operations(nodes: list[Node]) -> Iterator[tuple[int, int, int, int]]:
    """(start, -end, start of the operator, its end): outer operations sort before inner ones."""
    for node in nodes:
        # Grammars without a field for it put the operator between its operands.
        operator = node.child_by_field_name("operator") or next(iter(node.children[1:2]), None)
        if operator:
            yield node.start_byte, -node.end_byte, operator.start_byte, operator.end_byte


def _joined(outer: _Open, start: int, operator: bytes, content: bytes) -> BooleanExpression | None:
    """The expression of *outer* if the operation at *start* is an operand of it, else None."""
    operand = outer.start if start < outer.operator_start else outer.operator_end
    between = content[operand:start]
    if between.strip(_SPACE_AND_PARENTHESES):
        return None
    if operator == outer.operator and not between.strip(_SPACE):
        outer.expression.merged += 1
    return outer.expression

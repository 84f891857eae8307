"""Cyclomatic and cognitive complexity, nesting and parameters of every function of a syntax tree.

Works on the captures of a language's query (`queries/*.scm`), never on the tree itself: structures
are intervals of bytes, so that one sorted sweep places each in its function. Lines, Halstead's
measures and smells do not belong here. Called by `syntax`, which reads the results.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from operator import itemgetter

from tree_sitter import Node

from hyperion_pipelines.code.booleans import BooleanExpression, boolean_expressions
from hyperion_pipelines.code.grammar import LoadedGrammar
from hyperion_pipelines.code.naming import (
    ANONYMOUS,
    function_name,
    qualified,
    receiver_name,
    scope_name,
)
from hyperion_pipelines.code.recursion import calls_itself

Captures = dict[str, list[Node]]
MODULE = 0  # the index of the pseudo-function that owns what stands outside every function
HEADER = -1  # the body that holds a function's parameters, defaults and annotations: none

_SCOPE, _FUNCTION, _LAMBDA, _STRUCTURE, _BRANCH, _CONTINUED = range(6)
_NESTING = (
    ("scope", _SCOPE),
    ("class", _SCOPE),
    ("function", _FUNCTION),
    ("structure", _STRUCTURE),
)


@dataclass(slots=True)
class FunctionComplexity:
    """A function of a file, its place and its scores.

    `start`, `end` and `body` (where the body begins) count bytes, `scope` is the class around it.
    """

    node: Node | None
    start: int
    end: int
    body: int
    name: str = ""
    qualified_name: str = ""
    scope: Node | None = None
    cyclomatic: int = 1
    cognitive: int = 0
    nesting: int = 0
    parameters: int = 0


@dataclass(frozen=True, slots=True)
class Ownership:
    """Which function each byte belongs to: segments that begin at `starts`, in order.

    `owners` says in which function they lie, `bodies` in whose body (`HEADER` for none).
    """

    starts: list[int] = field(default_factory=lambda: [0])
    owners: list[int] = field(default_factory=lambda: [MODULE])
    bodies: list[int] = field(default_factory=lambda: [MODULE])

    def add(self, start: int, owner: int, body: int) -> None:
        """Begin a segment."""
        self.starts.append(start)
        self.owners.append(owner)
        self.bodies.append(body)

    def owner(self, position: int) -> int:
        """The innermost function at *position*."""
        return self.owners[bisect_right(self.starts, position) - 1]


# What holds inside an open structure: its end, the function, the nesting for cognitive complexity,
# that of control structures, the dotted name so far, and the class.
_Frame = tuple[int, int, int, int, str, Node | None]


@dataclass(frozen=True, slots=True)
class Complexity:
    """All functions in source order, `MODULE` first; who owns what; the boolean expressions."""

    functions: list[FunctionComplexity]
    ownership: Ownership
    booleans: list[BooleanExpression]


def measure_complexity(captures: Captures, content: bytes, grammar: LoadedGrammar) -> Complexity:
    """Score every function; the parameters that *grammar* calls receivers (`self`) do not count.

    Cyclomatic complexity (T. J. McCabe, 1976) counts as lizard does: decisions and boolean
    operators, plus one. Cognitive complexity follows G. A. Campbell, "Cognitive Complexity"
    (SonarSource, 2023); a nested function scores on its own, but one level deeper than where it
    stands, so that the sum over a file is hers.
    """
    functions, ownership = _sweep(captures, content)
    booleans = boolean_expressions(captures.get("boolean", []), content)
    owner = ownership.owner
    for node in captures.get("decision", ()):
        functions[owner(node.start_byte)].cyclomatic += 1
    for node in captures.get("flat", ()):
        functions[owner(node.start_byte)].cognitive += 1
    for expression in booleans:
        function = functions[owner(expression.start)]
        function.cyclomatic += len(expression.operators)
        function.cognitive += expression.sequences
    receivers = grammar.receivers
    for node in captures.get("parameter", ()):
        if content[node.start_byte : node.end_byte] not in receivers:
            functions[owner(node.start_byte)].parameters += 1
    for function in functions[MODULE + 1 :]:
        function.cognitive += _is_recursive(function, content, grammar)
    return Complexity(functions, ownership, booleans)


def find_functions(captures: Captures, content: bytes) -> list[FunctionComplexity]:
    """The functions in source order, with names and places; their scores are not computed."""
    return _sweep(captures, content)[0][MODULE + 1 :]


def _is_recursive(function: FunctionComplexity, content: bytes, grammar: LoadedGrammar) -> bool:
    if function.node is None or function.name == ANONYMOUS:
        return False
    arity = function.parameters if grammar.has_overloads else None
    return calls_itself(function.node, function.body, function.qualified_name, content, arity=arity)


def _sweep(captures: Captures, content: bytes) -> tuple[list[FunctionComplexity], Ownership]:
    """Open and close all that nests in the order of the text."""
    functions = [FunctionComplexity(None, 0, len(content), 0)]
    ownership = Ownership()
    stack: list[_Frame] = [(len(content) + 1, MODULE, 0, 0, "", None)]
    for start, negative_end, role, node in _structures(captures):
        while stack[-1][0] <= start:
            _close(stack, ownership)
        _, function, cognitive, control, prefix, scope = stack[-1]
        if role == _CONTINUED:
            functions[function].cyclomatic += 1
            continue
        if role >= _STRUCTURE:
            control += 1
            _score(functions[function], role, cognitive, control)
            cognitive += 1
        elif role == _LAMBDA:
            cognitive += 1
        elif role == _SCOPE:
            prefix, scope = qualified(prefix, scope_name(node, content)), node
        else:
            opened = _open_function(node, content, prefix, scope)
            cognitive += function != MODULE
            function, control, prefix = len(functions), 0, opened.qualified_name
            functions.append(opened)
            ownership.add(start, function, HEADER)
            ownership.add(opened.body, function, function)
        stack.append((-negative_end, function, cognitive, control, prefix, scope))
    while len(stack) > 1:
        _close(stack, ownership)
    return functions, ownership


def _score(function: FunctionComplexity, role: int, cognitive: int, control: int) -> None:
    function.cyclomatic += role == _BRANCH
    function.cognitive += 1 + cognitive
    function.nesting = max(function.nesting, control)


def _structures(captures: Captures) -> list[tuple[int, int, int, Node]]:
    """(start, -end, role, node) of all that nests, outermost first.

    A lambda that is given a name is captured as a function too, and is one. An `else if` is
    captured as a branch and as `continued`: it nests no deeper than its `if`.
    """
    found = [
        (node.start_byte, -node.end_byte, role, node)
        for name, role in _NESTING
        for node in captures.get(name, ())
    ]
    functions = {node.start_byte for node in captures.get("function", ())}
    found += [
        (start, -node.end_byte, _LAMBDA, node)
        for node in captures.get("lambda", ())
        if (start := node.start_byte) not in functions
    ]
    continued = {node.start_byte for node in captures.get("continued", ())}
    found += [
        (start, -node.end_byte, _CONTINUED if start in continued else _BRANCH, node)
        for node in captures.get("branch", ())
        for start in (node.start_byte,)
    ]
    found.sort(key=itemgetter(0, 1, 2))
    return found


def _open_function(
    node: Node, content: bytes, prefix: str, scope: Node | None
) -> FunctionComplexity:
    name = function_name(node, content)
    place = qualified(prefix, receiver_name(node, content))
    start = node.start_byte
    # Some grammars have no field for the body: it comes last.
    body = node.child_by_field_name("body") or next(reversed(node.named_children), None)
    return FunctionComplexity(
        node,
        start,
        node.end_byte,
        body.start_byte if body else start,
        name.rpartition(".")[2],
        qualified(place, name),
        scope,
    )


def _close(stack: list[_Frame], ownership: Ownership) -> None:
    """Leave the innermost structure; what follows a function belongs to the one around it."""
    end, function, *_ = stack.pop()
    outer = stack[-1][1]
    if function != outer:
        ownership.add(end, outer, outer)

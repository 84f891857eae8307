"""Random git histories for property tests, and git itself to ask about them.

A history is drawn as commits over marks and written by the project's `HistoryWriter`; which refs
point at which marks is drawn apart, so that one history can be seen under several sets of refs.
What must hold of a history is the tests' business.
"""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from hypothesis import strategies as st

from hyperion_pipelines.sample.history_writer import (
    EXECUTABLE,
    GITLINK,
    REGULAR,
    SYMLINK,
    Commit,
    Content,
    Entry,
    HistoryWriter,
    Person,
)

Tree = Mapping[bytes, Entry]

START = datetime(2024, 2, 29, 12, tzinfo=UTC)
ALMA = Person("Alma Ærø", "alma@example.org")
PEOPLE = (ALMA, Person("Bo", "bo@example.org"), Person("bo", "Bo@Example.org"))
ZONES = tuple(timezone(timedelta(minutes=minutes)) for minutes in (0, 330, -690, 840))
# Files that replace folders and the reverse, and every byte that a reader may trip over.
PATHS = (
    *(b"a.txt", b"b.py", b"c", b"c/d", b"c/d.js", b"deep/er/e.c"),
    *(b"tab\there", b"new\nline", b'quo"te', b"back\\slash", b" led and trailed ", b":colon"),
    *("ünï/ñandú.py".encode(), b"latin-\xe9\xff", b"-dash", b"carriage\rreturn"),
)
MESSAGES: tuple[tuple[bytes, str | None], ...] = (
    (b"Fix the cart\n\nFixes #12\n", None),
    (b"", None),
    (b"subject only", None),
    (b"\n\n  blank lines first\n\nbody\r\n\r\n", None),
    (":000000 100644 of a raw line\n\n1\t2\tof numstat\n\u2028 \x0c\n".encode(), None),
    ("Prüfung für Zoë\n\nGrüße".encode("iso-8859-1"), "ISO-8859-1"),
    ("Łódź".encode("iso-8859-2"), "ISO-8859-2"),
    (b"not text: \xff\xfe\n\n\x80", None),
    (b"an encoding that nobody knows", "x-unknown"),
)
BINARY = (b"\x89PNG\0\1", b"\0" * 40)
LINES = (b"{", b"}", b"", b"return total", b"    total += price", b"# caf\xc3\xa9 \xe9", b"x\x0cy")
# What `-w` takes for no change: all of these keep everything but white space.
SPACINGS: tuple[Callable[[bytes], bytes], ...] = (
    lambda line: b"    " + line,
    lambda line: b"\t" + line.lstrip(b" \t"),
    lambda line: line.rstrip() + b" \n",
    lambda line: line.rstrip() + b"\r\n",
    lambda line: line.replace(b" ", b""),
)
COMMIT_ID = b"1234567890123456789012345678901234567890"


@dataclass(frozen=True)
class Refs:
    """Which mark each branch and tag names (tags named in *annotated* as objects of their own).

    *head* is a branch, or the mark that a detached HEAD names.
    """

    branches: Mapping[str, int]
    tags: Mapping[str, int] = field(default_factory=dict[str, int])
    annotated: frozenset[str] = frozenset()
    head: str | int = "main"


def git(git_dir: Path, *arguments: str, text: bytes = b"", check: bool = True) -> bytes:
    """What git answers in a folder, deaf to the configuration of whoever runs the tests."""
    private = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Alma",
        "GIT_AUTHOR_EMAIL": "alma@example.org",
        "GIT_COMMITTER_NAME": "Alma",
        "GIT_COMMITTER_EMAIL": "alma@example.org",
    }
    command = ["git", "-C", str(git_dir), *arguments]
    done = subprocess.run(
        command, input=text, check=check, capture_output=True, env=private | environment
    )
    return done.stdout


def write_history(git_dir: Path, commits: Sequence[Commit]) -> list[str]:
    """Write *commits* to a new bare repository; returns their shas, that of mark 1 first."""
    with HistoryWriter(git_dir) as writer:
        marks = [writer.add(commit) for commit in commits]
    return [writer.shas[mark] for mark in marks]


def point_refs(git_dir: Path, refs: Refs, shas: Sequence[str]) -> None:
    """Make *refs* all the refs there are, whatever stood there before."""
    git(git_dir, "update-ref", "--no-deref", "HEAD", shas[0])
    there = git(git_dir, "for-each-ref", "--format=delete %(refname)")
    git(git_dir, "update-ref", "--stdin", text=there)
    names = {f"refs/heads/{name}": mark for name, mark in refs.branches.items()}
    names |= {
        f"refs/tags/{name}": mark for name, mark in refs.tags.items() if name not in refs.annotated
    }
    created = "".join(f"create {name} {shas[mark - 1]}\n" for name, mark in names.items())
    git(git_dir, "update-ref", "--stdin", text=created.encode())
    for name in sorted(refs.annotated & refs.tags.keys()):
        git(git_dir, "tag", "--annotate", "--message=tag", name, shas[refs.tags[name] - 1])
    if isinstance(refs.head, str):
        git(git_dir, "symbolic-ref", "HEAD", f"refs/heads/{refs.head}")
    else:
        git(git_dir, "update-ref", "--no-deref", "HEAD", shas[refs.head - 1])


def commit_of(
    files: Mapping[str, Content],
    message: str | bytes = "change",
    *,
    branch: str = "main",
    parents: Sequence[int] | None = None,
    hours: int = 0,
) -> Commit:
    """A commit of Alma's, *hours* after the start, for histories made by hand."""
    return Commit(
        message=message,
        files=files,
        author=ALMA,
        time=START + timedelta(hours=hours),
        branch=branch,
        parents=parents,
    )


@st.composite
def histories(draw: st.DrawFn, fewest: int = 1, most: int = 10) -> list[Commit]:
    """From *fewest* to *most* commits over odd files, with several roots, branches and merges.

    A merge has up to five parents; it takes each file from any of them, or lines of it from two,
    and may change it as well.
    """
    trees: dict[int, Tree] = {}
    commits: list[Commit] = []
    for mark in range(1, draw(st.integers(fewest, most)) + 1):
        earlier = st.lists(st.sampled_from(sorted(trees) or [0]), unique=True, max_size=5)
        # Mostly the history goes on where it stood.
        goes_on = bool(trees) and draw(st.integers(0, 2)) > 0
        parents = [mark - 1] if goes_on else draw(earlier) if trees else []
        sides = [trees[parent] for parent in parents] or [dict[bytes, Entry]()]
        before = draw(_merged(sides)) if len(sides) > 1 else sides[0]
        trees[mark] = _applied(before, draw(_changes(before)))
        commits.append(draw(_commits(_difference(sides[0], trees[mark]), parents)))
    return commits


@st.composite
def refs_over(draw: st.DrawFn, marks: int) -> Refs:
    """Branches and tags anywhere on *marks* commits, HEAD on one of them or detached."""
    mark = st.integers(1, marks)
    # Not all of these go together: `topic` and `topic/one` are a file and a folder to git.
    names = st.sampled_from(["main", "next", "topic", "a.b-c", "ünï"])
    branches = draw(st.dictionaries(names, mark, min_size=1))
    if "topic" in branches and draw(st.booleans()):
        branches["topic/one"] = branches.pop("topic")
    tags = draw(st.dictionaries(st.sampled_from(["v1", "v1.1", "main"]), mark))
    annotated = draw(st.frozensets(st.sampled_from(sorted(tags)))) if tags else frozenset[str]()
    head = draw(st.one_of(st.sampled_from(sorted(branches)), mark))
    return Refs(branches, tags, annotated, head)


@st.composite
def histories_with_refs(draw: st.DrawFn) -> tuple[list[Commit], Refs]:
    """A history, and one set of refs over it."""
    commits = draw(histories())
    return commits, draw(refs_over(len(commits)))


@st.composite
def _commits(draw: st.DrawFn, files: Mapping[bytes, Entry | None], parents: list[int]) -> Commit:
    message, encoding = draw(st.sampled_from(MESSAGES))
    # Hours repeat and go backwards; the committer's differ from the author's.
    hours = draw(st.tuples(st.integers(0, 4), st.integers(0, 4)))
    author_time, commit_time = (START + timedelta(hours=hour) for hour in hours)
    return Commit(
        message=message,
        files={path: entry for path, entry in files.items()},  # noqa: C416 - a mapping's keys are invariant
        author=draw(st.sampled_from(PEOPLE)),
        time=author_time.astimezone(draw(st.sampled_from(ZONES))),
        committer=draw(st.sampled_from(PEOPLE)),
        commit_time=commit_time,
        branch="pool",
        parents=parents,
        encoding=encoding,
    )


@st.composite
def _changes(draw: st.DrawFn, before: Tree) -> dict[bytes, Entry | None]:
    """New contents (None: none any longer) of up to three files."""
    changes: dict[bytes, Entry | None] = {}
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(sorted(before))) if before else None
        kind = draw(
            st.sampled_from(["edit", "edit", "move", "move", "add", "copy", "delete", "turn"])
        )
        if path is None or kind == "add":
            changes[draw(st.sampled_from(PATHS))] = draw(entries())
            continue
        entry = before[path]
        if kind == "edit" or (kind in {"move", "copy"} and draw(st.booleans())):
            entry = draw(_edited(entry))
        match kind:
            case "edit":
                changes[path] = entry
            case "move":
                changes[path] = None
                changes[draw(st.sampled_from(PATHS))] = entry
            case "copy":
                changes[draw(st.sampled_from(PATHS))] = entry
            case "delete":
                changes[path] = None
            case _:
                changes[path] = draw(_turned(entry))
    return changes


def entries() -> st.SearchStrategy[Entry]:
    """Mostly text; also binary files, links and submodules."""
    text = st.builds(Entry, texts(), st.sampled_from([REGULAR, REGULAR, EXECUTABLE]))
    odd = st.sampled_from(
        [
            *(Entry(content) for content in BINARY),
            Entry(b"", REGULAR),
            Entry(b"../a.txt", SYMLINK),
            Entry(COMMIT_ID, GITLINK),
        ]
    )
    return st.one_of(text, text, text, odd)


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Lines that repeat, so that differences are ambiguous; any line ending, the last or none.

    Some are long and repeat whole paragraphs.
    """
    newline = draw(st.sampled_from([b"\n", b"\n", b"\r\n"]))
    lines = draw(st.lists(st.sampled_from(LINES), min_size=3, max_size=20))
    lines *= draw(st.sampled_from([1, 1, 1, 4]))
    last = newline if draw(st.booleans()) else b""
    return newline.join(lines) + last


@st.composite
def _edited(draw: st.DrawFn, entry: Entry) -> Entry:
    """The same entry, a slice of its lines replaced, moved to the end, or spaced otherwise."""
    if entry.mode in {SYMLINK, GITLINK}:
        return entry
    lines = entry.content.splitlines(keepends=True)
    start = draw(st.integers(0, len(lines)))
    kind = draw(st.sampled_from(["replace", "replace", "move", "space"]))
    end = draw(st.integers(start, min(start + (8 if kind == "space" else 2), len(lines))))
    before, edited, after = lines[:start], lines[start:end], lines[end:]
    match kind:
        case "replace":
            new = st.lists(
                st.sampled_from([line + b"\n" for line in LINES]), min_size=1, max_size=3
            )
            edited = draw(new)
        case "move":
            edited, after = after, edited
        case _:
            space = draw(st.sampled_from(SPACINGS))
            edited = [space(line) for line in edited]
    return Entry(b"".join([*before, *edited, *after]), entry.mode)


@st.composite
def _merged(draw: st.DrawFn, sides: Sequence[Tree]) -> Tree:
    """Each file of any side as one of them has it, or mixed; what one lacks may be gone."""
    texts = [entry for side in sides for entry in side.values() if _has_lines(entry)]
    merged: Tree = {}
    for path in sorted({path for side in sides for path in side}):
        versions = [side[path] for side in sides if path in side]
        if len(versions) < len(sides) and draw(st.booleans()):
            continue
        entry = draw(st.sampled_from(versions))
        if _has_lines(entry) and draw(st.integers(0, 2)) == 0:
            cut = draw(st.integers(0, 20))
            other = draw(st.sampled_from(texts))
            lines = [text.content.splitlines(keepends=True) for text in (entry, other)]
            entry = Entry(b"".join(lines[0][:cut] + lines[1][cut:]), entry.mode)
        merged = _applied(merged, {path: entry})
    return merged


@st.composite
def _turned(draw: st.DrawFn, entry: Entry) -> Entry:
    """The same content under another mode: executable or not, or turned into a link."""
    if entry.mode == GITLINK or b"\0" in entry.content or not entry.content:
        return draw(entries())
    return Entry(entry.content, draw(st.sampled_from([REGULAR, EXECUTABLE, SYMLINK])))


def _applied(before: Tree, changes: Mapping[bytes, Entry | None]) -> Tree:
    """The tree after *changes*: a file takes the place of a folder of its name, and the reverse."""
    tree = dict(before)
    for path, entry in changes.items():
        replaced = [
            other
            for other in tree
            if other == path or other.startswith(path + b"/") or path.startswith(other + b"/")
        ]
        for other in replaced:
            del tree[other]
        if entry is not None:
            tree[path] = entry
    return tree


def _difference(before: Tree, after: Tree) -> dict[bytes, Entry | None]:
    """What leads from one tree to the other, deletions first: a path may become a folder's."""
    deleted: dict[bytes, Entry | None] = dict.fromkeys(sorted(before.keys() - after.keys()))
    return deleted | {path: entry for path, entry in after.items() if before.get(path) != entry}


def _has_lines(entry: Entry) -> bool:
    return entry.mode in {REGULAR, EXECUTABLE} and b"\0" not in entry.content

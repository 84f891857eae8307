"""Reads CODEOWNERS: which users, teams and addresses a repository names as owners of its files.

Both forms are read, as GitHub ("About code owners") and GitLab ("Code Owners syntax and error
handling") document them. A text with a section's heading is GitLab's, any other is GitHub's:

| | GitHub | GitLab |
|---|---|---|
| of several matching lines | the last | the last of each section |
| a line without owners | nobody | the section's default owners |
| a pattern with a slash inside | starts at the top | starts anywhere |
| `docs` where that is a folder | all below it | nothing; `docs/` all below it |
| `docs/*` | the files right in it | the files right in it |
| `!docs` | the line is ignored | files that no line of the section owns |
| an owner that is none | the line is ignored | that owner is ignored |

Brackets stand for themselves: neither documents ranges. Whom an owner's name means is not asked
here; `building.teams` and `building.ownership` make nodes and edges of the teams.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.graph.teams.names import team_key, team_name

# GitHub's in its order, then what only GitLab knows
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")

_HEADING = re.compile(r"\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?(?:\s+(?P<owners>.*))?")
_ENTRY = re.compile(r"(?P<pattern>(?:\\.|[^\s\\])+)(?:\s+(?P<owners>.*))?")
_OWNER = re.compile(r"@[\w.-]+(?:/[\w.-]+)*|[^\s@]+@[^\s@]+\.[^\s@]+")
_WILDCARD = re.compile(r"\\(?P<literal>.)|(?P<stars>\*+)|(?P<any>\?)|(?P<plain>[^\\*?]+)")
_FOLDERS = "(?:[^/]+/)*"


class _Rule(NamedTuple):
    """What one line says: whose the paths are that match the regular expression."""

    expression: str
    owners: tuple[str, ...]
    is_exclusion: bool


class _Section(NamedTuple):
    rules: tuple[_Rule, ...]
    defaults: tuple[str, ...]


def find_codeowners(read_text: Callable[[str], str | None]) -> str | None:
    """The first of `PLACES` that *read_text* knows, which gives the text of a path, or None."""
    return next((text for text in map(read_text, PLACES) if text is not None), None)


def owned_paths(codeowners: str, paths: pl.Series) -> pl.DataFrame:
    """Who owns which of *paths* (distinct): `path`, `owner` as written (`@bo`, `@shop/web`).

    A row per file and owner, sorted; files that nobody owns have none.
    """
    owned = [_owned_by(section, paths) for section in _sections(codeowners)]
    empty = pl.DataFrame(schema={"path": pl.String, "owner": pl.String})
    return pl.concat([empty, *owned]).unique().sort("path", "owner")


def named_teams(codeowners: str) -> dict[str, str]:
    """The teams that the text names (`@organisation/team`), whether they own a file or not.

    A handle without a slash is taken for a user, though GitLab has groups of such names.
    The keys are all ways in which they are written, as `owned_paths` has them; the values the
    names, without the `@`: one for what differs in letter case alone.
    """
    written = sorted(
        {
            owner
            for section in _sections(codeowners)
            for owners in (section.defaults, *(rule.owners for rule in section.rules))
            for owner in owners
            if owner.startswith("@") and "/" in owner
        }
    )
    names = {team_key(owner): team_name(owner) for owner in reversed(written)}
    return {owner: names[team_key(owner)] for owner in written}


def _owned_by(section: _Section, paths: pl.Series) -> pl.DataFrame:
    """What the last matching rule of the section says; an exclusion goes before all others."""
    numbered = list(enumerate(section.rules))
    deciding_first = sorted(numbered, key=lambda rule: (not rule[1].is_exclusion, -rule[0]))
    matching = (
        pl.when(pl.col("path").str.contains(rule.expression)).then(place)
        for place, rule in deciding_first
    )
    owners = pl.DataFrame(
        [(place, list(rule.owners)) for place, rule in numbered],
        schema={"rule": pl.Int32, "owner": pl.List(pl.String)},
        orient="row",
    )
    deciding = pl.coalesce(pl.lit(None, pl.Int32), *matching)
    return (
        paths.to_frame("path")
        .with_columns(rule=deciding)
        .join(owners, on="rule")
        .explode("owner")
        .drop_nulls("owner")
        .select("path", "owner")
    )


def _sections(codeowners: str) -> Sequence[_Section]:
    """The sections, those of one name joined; all that stands before the first is one as well."""
    lines = [line.strip() for line in codeowners.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if not any(map(_HEADING.fullmatch, lines)):
        return [_Section(tuple(_github_rules(lines)), ())]
    by_name: dict[str, _Section] = {}
    name, defaults = "", ()
    for line in lines:
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            name, defaults = heading["name"].strip().lower(), _owners(heading["owners"])
        before = by_name.get(name, _Section((), ()))
        rules = () if heading is not None else _gitlab_rules(line, defaults)
        by_name[name] = _Section((*before.rules, *rules), (*before.defaults, *defaults))
    return list(by_name.values())


def _github_rules(lines: Sequence[str]) -> Iterator[_Rule]:
    for line in lines:
        entry = _ENTRY.fullmatch(line)
        if entry is None or line.startswith(("!", "\\#")):
            continue
        words = _words(entry["owners"])
        if all(map(_OWNER.fullmatch, words)):
            yield _Rule(_github_expression(entry["pattern"]), tuple(words), is_exclusion=False)


def _gitlab_rules(line: str, defaults: tuple[str, ...]) -> tuple[_Rule, ...]:
    entry = _ENTRY.fullmatch(line)
    if entry is None:
        return ()
    pattern = entry["pattern"]
    if pattern.startswith("!"):
        return (_Rule(_gitlab_expression(pattern[1:]), (), is_exclusion=True),)
    owners = _owners(entry["owners"]) or defaults
    return (_Rule(_gitlab_expression(pattern), owners, is_exclusion=False),)


def _owners(text: str | None) -> tuple[str, ...]:
    return tuple(filter(_OWNER.fullmatch, _words(text)))


def _words(text: str | None) -> list[str]:
    """The words before a comment."""
    return re.split(r"(?:^|\s)#", text or "", maxsplit=1)[0].split()


def _github_expression(pattern: str) -> str:
    is_anchored = "/" in pattern.removesuffix("/")
    if f"/{pattern}".endswith("/**/"):  # some folder: `**` alone may stand for none
        pattern = f"{pattern}*/"
    ends_in_wildcard = pattern.endswith(("/", "/*", "/**"))
    return _expression(
        pattern, is_anchored=is_anchored, below="" if ends_in_wildcard else "(?:/.*)?"
    )


def _gitlab_expression(pattern: str) -> str:
    return _expression(pattern, is_anchored=pattern.startswith("/"), below="")


def _expression(pattern: str, *, is_anchored: bool, below: str) -> str:
    """The pattern in Rust's regular expressions; *below* stands for what a match may hold."""
    segments = [] if is_anchored else ["**"]
    segments += pattern.removeprefix("/").removesuffix("/").split("/")
    segments += ["**"] if pattern.endswith("/") else []
    folders = (_FOLDERS if part == "**" else f"{_glob(part)}/" for part in segments[:-1])
    last = ".+" if segments[-1] == "**" else _glob(segments[-1])
    return f"^(?s:{''.join(folders)}{last}{below})$"


def _glob(segment: str) -> str:
    return "".join(map(_part, _WILDCARD.finditer(segment)))


def _part(found: re.Match[str]) -> str:
    if found["stars"]:
        return "[^/]*"
    return "[^/]" if found["any"] else re.escape(found["literal"] or found["plain"])

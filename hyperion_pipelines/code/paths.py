"""Says of a path whether it is a test, generated, vendored or documentation.

The patterns are data (`config/filters.yaml`), which a repository may change in a file of its own.
Only the path is looked at: what a file contains, and its language, are judged elsewhere.
"""

from pathlib import Path

import polars as pl
from polars.exceptions import ComputeError
from pydantic import BaseModel, ConfigDict

from hyperion_pipelines.config import DIRECTORY, read_yaml
from hyperion_pipelines.errors import ConfigurationError

DEFAULTS = DIRECTORY / "filters.yaml"

Patterns = tuple[str, ...]


class PathFilters(BaseModel):
    """The patterns of each group: regular expressions searched for in a path."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    test: Patterns
    generated: Patterns
    vendored: Patterns
    documentation: Patterns

    def columns(self, path: pl.Expr) -> list[pl.Expr]:
        """Return is_test, is_generated, is_vendored, is_documentation: booleans of *path*.

        A path for which none is true is source, if it has a language.
        """
        return [
            _matches(path, self.test).alias("is_test"),
            _matches(path, self.generated).alias("is_generated"),
            _matches(path, self.vendored).alias("is_vendored"),
            _matches(path, self.documentation).alias("is_documentation"),
        ]


class _Change(BaseModel):
    model_config = ConfigDict(extra="forbid")

    add: Patterns = ()
    remove: Patterns = ()
    replace: Patterns | None = None


class _Override(BaseModel):
    model_config = ConfigDict(extra="forbid")

    test: _Change = _Change()
    generated: _Change = _Change()
    vendored: _Change = _Change()
    documentation: _Change = _Change()


def read_filters(override: Path | None = None) -> PathFilters:
    """Return the default patterns, changed as the file *override* says.

    For each group the file may `add` and `remove` patterns, or `replace` them all. Raises
    ConfigurationError, naming file, key and remedy, for an unknown key or an invalid pattern.
    """
    defaults = read_yaml(DEFAULTS, PathFilters)
    if override is None:
        return defaults
    changes = read_yaml(override, _Override)
    return PathFilters(
        test=_changed(defaults.test, changes.test, where=f"{override}: test"),
        generated=_changed(defaults.generated, changes.generated, where=f"{override}: generated"),
        vendored=_changed(defaults.vendored, changes.vendored, where=f"{override}: vendored"),
        documentation=_changed(
            defaults.documentation, changes.documentation, where=f"{override}: documentation"
        ),
    )


def _changed(defaults: Patterns, change: _Change, *, where: str) -> Patterns:
    for key, patterns in {"add": change.add, "replace": change.replace or ()}.items():
        for pattern in patterns:
            _check(pattern, where=f"{where}.{key}")
    if change.replace is not None and (change.add or change.remove):
        raise ConfigurationError(
            f"{where}.replace: stands alone; move what `add` says there and drop `remove`"
        )
    unknown = sorted(set(change.remove) - set(defaults))
    if unknown:
        raise ConfigurationError(
            f"{where}.remove: {unknown[0]!r} is not among the defaults; copy it from {DEFAULTS}"
        )
    if change.replace is not None:
        return change.replace
    return (*(pattern for pattern in defaults if pattern not in change.remove), *change.add)


def _check(pattern: str, *, where: str) -> None:
    """Have the engine that will use the pattern compile it."""
    try:
        pl.select(_matches(pl.lit(""), (pattern,)))
    except ComputeError as error:
        raise ConfigurationError(
            f"{where}: {pattern!r} is not a regular expression of Rust's syntax "
            f"(no look-around): {error}; correct the pattern"
        ) from error


def _matches(path: pl.Expr, patterns: Patterns) -> pl.Expr:
    """Search for all patterns at once; `(?s)` because a path may contain newlines."""
    if not patterns:
        return pl.lit(value=False)
    return path.str.contains("(?s)" + "|".join(f"(?:{pattern})" for pattern in patterns))

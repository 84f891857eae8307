"""The stages of the pipeline as data: their tables, what they need, and the version of their code.

A table is current when it was made from the present refs, by the present configuration and by the
present version of the code; this is the one place that says so.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from hyperion_pipelines.code.grammar import grammar_version
from hyperion_pipelines.code.languages import LANGUAGES
from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.features.catalogue import FEATURES, input_order
from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES
from hyperion_pipelines.security.danger_rules import danger_rules_version
from hyperion_pipelines.security.rules import secret_rules_version


@dataclass(frozen=True)
class Stage:
    """A group of tables that are made together; *needs* are stages that come before it.

    Its *scope* is one repository, or all of them at once.
    """

    name: str
    tables: tuple[str, ...]
    needs: tuple[str, ...]
    version: Callable[[], str]
    scope: Literal["repository", "all"] = "repository"


def _syntax_version() -> str:
    """A new version of any grammar, or of the rules over it, is a new version of the code."""
    return "2 " + " ".join(grammar_version(language.name) for language in LANGUAGES)


def _lines_version() -> str:
    """Which of the removed lines are comments depends on the grammars."""
    return f"1 {_syntax_version()}"


def _features_version() -> str:
    """Features are made anew when their catalogue changes, or the measures they are made of."""
    names = " ".join(name for table in FEATURES for name in input_order(table))
    return f"2 {names} {_syntax_version()}"


def _profile_version() -> str:
    """A profile is made anew when its tables are, or what the rules say of findings."""
    rules = f"{secret_rules_version()} {danger_rules_version()}"
    return f"1 {_lines_version()} {_features_version()} {rules}"


STAGES = {
    stage.name: stage
    for stage in (
        Stage("git", ("commits", "changes", "identities", "refs", "tree"), (), lambda: "2"),
        Stage("lines", ("line_origins", "line_removals"), ("git",), _lines_version),
        Stage(
            "code",
            (
                *("blob_metrics", "functions", "dangerous_calls", "imports"),
                *("dependencies", "call_sites", "calls", "snapshots", "dependency_history"),
            ),
            ("git",),
            _syntax_version,
        ),
        Stage("secrets", ("secrets",), ("git",), lambda: f"1 {secret_rules_version()}"),
        Stage("features", ("commit_features", "file_features"), ("git", "code"), _features_version),
        Stage(
            "labels",
            ("bug_labels", "training_windows"),
            ("git", "lines", "features"),
            lambda: f"1 {_lines_version()} {_features_version()}",
        ),
        Stage("models", (), ("labels",), lambda: f"1 {_features_version()}", scope="all"),
        Stage(
            "predictions",
            ("commit_scores", "file_scores"),
            ("features", "models"),
            lambda: f"1 {_features_version()}",
        ),
        Stage(
            "documents",
            ("document_files", "documents", "chunks", "search_grades"),
            ("git",),
            _syntax_version,
        ),
        Stage(
            "profile",
            (*INSIGHT_TABLES, "repository_profile"),
            ("git", "lines", "code", "secrets", "labels", "predictions"),
            _profile_version,
        ),
        Stage(
            "graph",
            ("graph_counts",),
            ("git", "lines", "code", "labels", "predictions", "profile"),
            lambda: f"1 {_profile_version()}",
        ),
    )
}
# Those that are made of one repository at a time.
REPOSITORY_STAGES = [stage for stage in STAGES.values() if stage.scope == "repository"]


def resolve_stages(names: Sequence[str]) -> list[Stage]:
    """The stages named and those that they need, in order. Raises UsageError for an unknown one."""
    unknown = [name for name in names if name not in STAGES]
    if unknown:
        raise UsageError(f"no stage {', '.join(unknown)}; there are: {', '.join(STAGES)}")
    wanted = set(names)
    for stage in reversed(STAGES.values()):
        if stage.name in wanted:
            wanted.update(stage.needs)
    return [stage for stage in STAGES.values() if stage.name in wanted]


def by_scope(stages: Sequence[Stage]) -> list[list[Stage]]:
    """*stages* in their order, cut where the scope changes: each part can run as one."""
    return [list(part) for _, part in groupby(stages, key=lambda stage: stage.scope)]


def code_version(stage: str) -> str:
    """The version of a stage's code, short enough to be shown."""
    return hashlib.sha256(STAGES[stage].version().encode()).hexdigest()[:12]


def data_version(stage: str, *, refs_digest: str, configuration: str) -> str:
    """A hash of everything that a stage's tables depend on."""
    parts = [refs_digest, configuration, code_version(stage)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

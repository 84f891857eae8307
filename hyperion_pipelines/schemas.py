"""The schema of every table of the lake: one polars schema a table, checked on write.

Names and types are a contract: exports, notebooks and benchmarks read them. Columns are added
freely; none is renamed. Times are UTC, in microseconds.
"""

from collections.abc import Iterator, Mapping

import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.features.catalogue import ENTITY, EVENT_TIME, columns
from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES, insight_of

COMMITS = pl.Schema(
    {
        "repository": pl.String,
        "sha": pl.String,
        "parents": pl.List(pl.String),
        "author_name": pl.String,
        "author_email": pl.String,
        "committer_name": pl.String,
        "committer_email": pl.String,
        "author_id": pl.String,
        "committer_id": pl.String,
        "author_time": TIME,
        "commit_time": TIME,
        "author_tz_minutes": pl.Int16,
        "subject": pl.String,
        "body": pl.String,
        "is_merge": pl.Boolean,
        "is_fix": pl.Boolean,
        "is_revert": pl.Boolean,
        "is_bot": pl.Boolean,
        "issue_refs": pl.List(pl.String),
        "co_authors": pl.List(pl.String),
        "reviewers": pl.List(pl.String),
        "position": pl.UInt32,
        "is_on_head": pl.Boolean,
    }
)

CHANGES = pl.Schema(
    {
        "repository": pl.String,
        "sha": pl.String,
        "path": pl.String,
        "old_path": pl.String,
        "status": pl.String,
        "added": pl.UInt32,
        "deleted": pl.UInt32,
        "is_binary": pl.Boolean,
        "mode": pl.String,
        "old_blob": pl.String,
        "new_blob": pl.String,
        "similarity": pl.UInt8,
    }
)

# One row per branch and tag. `ahead` and `behind` count commits against HEAD.
REFS = pl.Schema(
    {
        "repository": pl.String,
        "name": pl.String,
        "kind": pl.String,
        "sha": pl.String,
        "ahead": pl.UInt32,
        "behind": pl.UInt32,
        "commit_time": TIME,
        "age_days": pl.Float64,
        "is_merged": pl.Boolean,
        "is_head": pl.Boolean,
    }
)

# One row per recorded (name, e-mail) pair and the person it was taken for.
IDENTITIES = pl.Schema(
    {
        "repository": pl.String,
        "name": pl.String,
        "email": pl.String,
        "person_id": pl.String,
        "person_name": pl.String,
        "person_email": pl.String,
        "is_bot": pl.Boolean,
        "commits": pl.UInt32,
        "reason": pl.String,
        "confidence": pl.Float64,
    }
)

# One row per time that a commit added a secret to a file or removed it from there; merges, which
# show no patch, have none. The secret itself is nowhere: `shown` is redacted, `fingerprint` tells
# equal ones. `present_path` and `head_line` are those of HEAD, derived anew by every run.
SECRETS = pl.Schema(
    {
        "repository": pl.String,
        "sha": pl.String,
        "path": pl.String,
        "line": pl.UInt32,
        "rule": pl.String,
        "fingerprint": pl.String,
        "shown": pl.String,
        "change": pl.String,
        "present_path": pl.String,
        "head_line": pl.UInt32,
    }
)

# One row per run of adjacent lines, of a text file at HEAD, that the same commit wrote last.
LINE_ORIGINS = pl.Schema(
    {
        "repository": pl.String,
        "path": pl.String,
        "start_line": pl.UInt32,
        "lines": pl.UInt32,
        "origin_sha": pl.String,
    }
)

# One row per commit, file (its path before the commit) and origin of lines that the commit deleted
# or replaced there.
LINE_REMOVALS = pl.Schema(
    {
        "repository": pl.String,
        "sha": pl.String,
        "path": pl.String,
        "origin_sha": pl.String,
        "lines": pl.UInt32,
        "blank": pl.UInt32,
        "comment": pl.UInt32,
    }
)

TREE = pl.Schema(
    {
        "repository": pl.String,
        "path": pl.String,
        "blob": pl.String,
        "mode": pl.String,
        "size": pl.UInt64,
        "language": pl.String,
        "lines": pl.UInt32,
        "is_test": pl.Boolean,
        "is_generated": pl.Boolean,
        "is_vendored": pl.Boolean,
        "is_documentation": pl.Boolean,
    }
)

SMELL = pl.Struct({"kind": pl.String, "line": pl.UInt32, "detail": pl.String})

# `skipped` says why a blob was counted and not parsed (too large, minified, generated, binary,
# no grammar); its syntax columns are null then. `path_language` and `path_generated` are what its
# paths say: with `grammar_version` they decide whether a row can be kept. The functions of a blob
# are kept while it is `at_head`, its imports while it is that or `in_snapshot`.
BLOB_METRICS = pl.Schema(
    {
        "repository": pl.String,
        "blob": pl.String,
        "language": pl.String,
        "grammar_version": pl.String,
        "bytes": pl.UInt64,
        "lines": pl.UInt32,
        "code_lines": pl.UInt32,
        "comment_lines": pl.UInt32,
        "blank_lines": pl.UInt32,
        "functions": pl.UInt32,
        "classes": pl.UInt32,
        "cyclomatic_sum": pl.UInt32,
        "cyclomatic_max": pl.UInt32,
        "cognitive_sum": pl.UInt32,
        "cognitive_max": pl.UInt32,
        "nesting_max": pl.UInt32,
        "parameters_max": pl.UInt32,
        "function_lines_max": pl.UInt32,
        "halstead_volume": pl.Float64,
        "halstead_difficulty": pl.Float64,
        "maintainability_index": pl.Float64,
        "comment_ratio": pl.Float64,
        "smells": pl.List(SMELL),
        "parse_errors": pl.UInt32,
        "skipped": pl.String,
        "path_language": pl.String,
        "path_generated": pl.Boolean,
        "at_head": pl.Boolean,
        "in_snapshot": pl.Boolean,
    }
)

FUNCTIONS = pl.Schema(
    {
        "repository": pl.String,
        "path": pl.String,
        "blob": pl.String,
        "name": pl.String,
        "qualified_name": pl.String,
        "start_line": pl.UInt32,
        "end_line": pl.UInt32,
        "cyclomatic": pl.UInt32,
        "cognitive": pl.UInt32,
        "nesting": pl.UInt32,
        "parameters": pl.UInt32,
        "lines": pl.UInt32,
        "docstring": pl.String,
        "is_public": pl.Boolean,
    }
)

# One row per call, in a file at HEAD, that a rule of config/dangerous_calls.yaml warns of. Kept by
# blob as functions are.
DANGEROUS_CALLS = pl.Schema(
    {
        "repository": pl.String,
        "path": pl.String,
        "blob": pl.String,
        "line": pl.UInt32,
        "rule": pl.String,
        "call": pl.String,
        "function": pl.String,
    }
)

# What the blobs at HEAD and in snapshots import, as written: `module` in the language's own
# notation, `names` the names taken from it. Kept by blob, so that only new blobs are parsed;
# `dependencies` and `dependency_history` resolve it.
IMPORTS = pl.Schema(
    {
        "repository": pl.String,
        "blob": pl.String,
        "language": pl.String,
        "module": pl.String,
        "names": pl.List(pl.String),
        "line": pl.UInt32,
    }
)

DEPENDENCIES = pl.Schema(
    {
        "repository": pl.String,
        "from_path": pl.String,
        "to_path": pl.String,
        "module": pl.String,
        "line": pl.UInt32,
    }
)

# What the files at HEAD call, as written, by blob: `function` is the qualified name of the function
# around the call and `function_line` its first line (both null outside all functions), `name` is
# the last name before the arguments, `receiver` what stands before that name (`self`, `os.path`;
# null for nothing), `arguments` how many there are (null where a spread hides it). Calls of a
# function that are written alike are one row: `calls` counts them, `line` is the first.
CALL_SITES = pl.Schema(
    {
        "repository": pl.String,
        "blob": pl.String,
        "function": pl.String,
        "function_line": pl.UInt32,
        "name": pl.String,
        "receiver": pl.String,
        "arguments": pl.UInt16,
        "line": pl.UInt32,
        "calls": pl.UInt32,
    }
)

# The same by path, resolved to functions of the repository as far as names allow, with how sure
# that is, 0 to 1; `to_path`, `to_function`, `to_line` and `confidence` are null where none is meant
# or found.
CALLS = pl.Schema(
    {
        "repository": pl.String,
        "from_path": pl.String,
        "from_function": pl.String,
        "from_line": pl.UInt32,
        "name": pl.String,
        "receiver": pl.String,
        "line": pl.UInt32,
        "calls": pl.UInt32,
        "to_path": pl.String,
        "to_function": pl.String,
        "to_line": pl.UInt32,
        "confidence": pl.Float64,
    }
)

# One row per commit that stands for turns of quarters: from `since` on, before `until`. Its edges
# are resolved once more when `imports_digest`, what its files import as written, is another.
SNAPSHOTS = pl.Schema(
    {
        "repository": pl.String,
        "sha": pl.String,
        "since": TIME,
        "until": TIME,
        "imports_digest": pl.String,
    }
)

# One row per pair of files, and stretch of time, that `dependencies` would have shown at the turns
# of the quarters: from `since` on, and until `until` where it had an end.
DEPENDENCY_HISTORY = pl.Schema(
    {
        "repository": pl.String,
        "from_path": pl.String,
        "to_path": pl.String,
        "since": TIME,
        "until": TIME,
    }
)

# One row per fix, commit that wrote a line which the fix removed, and file; twice where both
# algorithms name the commit.
BUG_LABELS = pl.Schema(
    {
        "repository": pl.String,
        "fix_sha": pl.String,
        "fix_time": TIME,
        "inducing_sha": pl.String,
        "path": pl.String,
        "lines": pl.UInt32,
        "algorithm": pl.String,
        "confidence": pl.Float64,
    }
)

# One row per window that slides over the commits: what it is fitted on, and what it judges.
TRAINING_WINDOWS = pl.Schema(
    {
        "repository": pl.String,
        "window": pl.UInt16,
        "fit_start": TIME,
        "fit_end": TIME,
        "judge_end": TIME,
        "examples": pl.UInt32,
        "positives": pl.UInt32,
        "positive_share": pl.Float64,
        "duplicates": pl.UInt32,
        "constant_columns": pl.List(pl.String),
        "label_delay_days": pl.Float64,
    }
)

REASON = pl.Struct(
    {"feature": pl.String, "value": pl.Float64, "contribution": pl.Float64, "text": pl.String}
)
ODDITY = pl.Struct(
    {"feature": pl.String, "value": pl.Float64, "typical": pl.Float64, "text": pl.String}
)
# How a commit or file was judged: contributions add up to `log_odds`, those of the reasons, of all
# other features, and the base.
_JUDGEMENT = {
    "model": pl.String(),
    "model_version": pl.String(),
    "served_by": pl.String(),
    "probability": pl.Float32(),
    "log_odds": pl.Float32(),
    "percentile": pl.Float32(),
    "base_log_odds": pl.Float32(),
    "other_contribution": pl.Float32(),
    "reasons": pl.List(REASON),
}
COMMIT_SCORES = pl.Schema(
    {
        "repository": pl.String(),
        "sha": pl.String(),
        "commit_time": TIME,
        **_JUDGEMENT,
        "anomaly": pl.Float32(),
        "anomaly_percentile": pl.Float32(),
        "anomaly_reasons": pl.List(ODDITY),
        "priority": pl.Float32(),
        "priority_version": pl.String(),
    }
)
FILE_SCORES = pl.Schema(
    {"repository": pl.String(), "path": pl.String(), "window_end": TIME, **_JUDGEMENT}
)
# One row per file at HEAD of which documents are made, or that is passed over, and why. A row is
# kept while path, blob and `extractor` (what reads it, and its version) are the same.
DOCUMENT_FILES = pl.Schema(
    {
        "repository": pl.String,
        "path": pl.String,
        "blob": pl.String,
        "language": pl.String,
        "extractor": pl.String,
        "bytes": pl.UInt64,
        "documents": pl.UInt32,
        "skipped": pl.String,
    }
)
DOCUMENTS = pl.Schema(
    {
        "repository": pl.String,
        "path": pl.String,
        "blob": pl.String,
        "language": pl.String,
        "kind": pl.String,
        "symbol": pl.String,
        "ordinal": pl.UInt32,
        "start_line": pl.UInt32,
        "end_line": pl.UInt32,
        "text": pl.String,
        "content_hash": pl.String,
    }
)
# `chunker` says what cut the document: its version, the tokenizer, the greatest number of tokens;
# and ends with a digest of the file's documents.
CHUNKS = pl.Schema(
    {
        "repository": pl.String,
        "chunk_id": pl.String,
        "path": pl.String,
        "blob": pl.String,
        "language": pl.String,
        "kind": pl.String,
        "symbol": pl.String,
        "ordinal": pl.UInt32,
        "start_line": pl.UInt32,
        "end_line": pl.UInt32,
        "heading": pl.String,
        "text": pl.String,
        "tokens": pl.UInt16,
        "content_hash": pl.String,
        "chunker": pl.String,
    }
)
# One row per golden query and way of searching, of the published vectors.
SEARCH_GRADES = pl.Schema(
    {
        "repository": pl.String,
        "version": pl.String,
        "query_id": pl.String,
        "source": pl.String,
        "query": pl.String,
        "search": pl.String,
        "relevant": pl.UInt32,
        "found": pl.UInt32,
        "recall": pl.Float64,
        "reciprocal_rank": pl.Float64,
        "ndcg": pl.Float64,
    }
)
# One row per label of nodes, and per type of edges between two labels, of the loaded code graph.
GRAPH_COUNTS = pl.Schema(
    {
        "repository": pl.String,
        "version": pl.String,
        "element": pl.String,
        "name": pl.String,
        "source": pl.String,
        "target": pl.String,
        "count": pl.UInt32,
    }
)
# One row: the document that docs/profile.schema.json describes.
REPOSITORY_PROFILE = pl.Schema(
    {
        "repository": pl.String,
        "schema_version": pl.String,
        "head_sha": pl.String,
        "head_time": TIME,
        "profile": pl.String,
    }
)

# One row per prediction that the sidecar answered with: what was said of a commit, file, diff or
# change, by which version of which model, for which request.
SERVED_PREDICTIONS = pl.Schema(
    {
        "repository": pl.String,
        "kind": pl.String,
        "entity": pl.String,
        "model": pl.String,
        "model_version": pl.String,
        "served_by": pl.String,
        "probability": pl.Float64,
        "percentile": pl.Float64,
        "request_id": pl.String,
        "served_at": TIME,
    }
)


def _features(table: str) -> pl.Schema:
    """Key, time, and a column for everything in the catalogue."""
    keys = {"repository": pl.String(), ENTITY[table]: pl.String(), EVENT_TIME[table]: TIME}
    return pl.Schema(keys | {feature.name: feature.dtype for feature in columns(table)})


_SCHEMAS: dict[str, pl.Schema] = {
    "commits": COMMITS,
    "changes": CHANGES,
    "refs": REFS,
    "identities": IDENTITIES,
    "tree": TREE,
    "line_origins": LINE_ORIGINS,
    "line_removals": LINE_REMOVALS,
    "blob_metrics": BLOB_METRICS,
    "functions": FUNCTIONS,
    "dangerous_calls": DANGEROUS_CALLS,
    "imports": IMPORTS,
    "dependencies": DEPENDENCIES,
    "call_sites": CALL_SITES,
    "calls": CALLS,
    "snapshots": SNAPSHOTS,
    "dependency_history": DEPENDENCY_HISTORY,
    "secrets": SECRETS,
    "commit_features": _features("commit_features"),
    "file_features": _features("file_features"),
    "bug_labels": BUG_LABELS,
    "training_windows": TRAINING_WINDOWS,
    "commit_scores": COMMIT_SCORES,
    "file_scores": FILE_SCORES,
    "document_files": DOCUMENT_FILES,
    "documents": DOCUMENTS,
    "chunks": CHUNKS,
    "search_grades": SEARCH_GRADES,
    "graph_counts": GRAPH_COUNTS,
    "repository_profile": REPOSITORY_PROFILE,
    "served_predictions": SERVED_PREDICTIONS,
}
# Those that no stage makes: the sidecar appends to them.
SERVED_TABLES = frozenset({"served_predictions"})


class _Tables(Mapping[str, pl.Schema]):
    """The schema of each table. That of an insight lies in its module, imported when asked for."""

    def __getitem__(self, table: str) -> pl.Schema:
        return insight_of(table).schema if table in INSIGHT_TABLES else _SCHEMAS[table]

    def __iter__(self) -> Iterator[str]:
        yield from (*_SCHEMAS, *INSIGHT_TABLES)

    def __len__(self) -> int:
        return len(_SCHEMAS) + len(INSIGHT_TABLES)


TABLES: Mapping[str, pl.Schema] = _Tables()

"""What the columns of each table mean, for the UI and for docs/tables.md.

Names and types are the schemas' business; a test sees to it that no column goes without a meaning.
"""

from collections.abc import Mapping

from hyperion_pipelines.features.catalogue import columns
from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES, insight_of

REPOSITORY = {"repository": "Slug of the repository."}


def _features(table: str) -> dict[str, str]:
    return {feature.name: feature.meaning for feature in columns(table)}


_JUDGEMENT = {
    "model": "The model that judges, or the name of the fallback.",
    "model_version": "Its version in the registry; null for the fallback.",
    "served_by": "own (of this repository), pooled (of all repositories), or fallback (no model).",
    "probability": "Calibrated probability; null for the fallback.",
    "log_odds": "Logarithm of the odds of that probability; null for the fallback.",
    "percentile": "How many of a hundred of the repository score lower, equal ones counted half.",
    "base_log_odds": "Log-odds before anything is known; null for the fallback.",
    "other_contribution": "What all features that are not among the reasons add to the log-odds.",
    "reasons": "The five features that moved the score most: value, what it adds to the log-odds, "
    "and words. Base, reasons and others add up to `log_odds`.",
}

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "commits": REPOSITORY
    | {
        "sha": "Object id of the commit.",
        "parents": "Object ids of its parents, the first parent first.",
        "author_name": "Author as recorded; bytes that cannot be decoded are replaced.",
        "author_email": "Author's e-mail as recorded.",
        "committer_name": "Committer as recorded.",
        "committer_email": "Committer's e-mail as recorded.",
        "author_id": "The person the author was taken for: `person_id` of identities.",
        "committer_id": "The person the committer was taken for.",
        "author_time": "When it was written (UTC).",
        "commit_time": "When it was committed (UTC).",
        "author_tz_minutes": "The author's offset from UTC, in minutes.",
        "subject": "First line of the message.",
        "body": "The message after its subject, trailers included.",
        "is_merge": "It has more than one parent.",
        "is_fix": "Its message says that it mends a defect of the program.",
        "is_revert": "Its message says that it takes back another commit.",
        "is_bot": "A program wrote it.",
        "issue_refs": "Issues that the message names.",
        "co_authors": "People of its Co-authored-by trailers.",
        "reviewers": "People of its review trailers.",
        "position": "Place in the topological order, from 0; parents come first.",
        "is_on_head": "Whether HEAD reaches it; other branches may hold it alone.",
    },
    "changes": REPOSITORY
    | {
        "sha": "The commit; merges have no changes, as in `git log --numstat`.",
        "path": "Path after the commit; of a deleted file, its last path.",
        "old_path": "Path before a rename or copy; else null.",
        "status": "A added, M modified, D deleted, R renamed, C copied, T changed its type.",
        "added": "Lines added; null for a binary file.",
        "deleted": "Lines deleted; null for a binary file.",
        "is_binary": "Git takes it for binary.",
        "mode": "File mode after the commit; of a deleted file, before it.",
        "old_blob": "Object id of the content before; null for an added file.",
        "new_blob": "Object id of the content after; null for a deleted file.",
        "similarity": "Per cent that a renamed or copied file kept; else null.",
    },
    "refs": REPOSITORY
    | {
        "name": "Short name of the branch or tag.",
        "kind": "branch or tag.",
        "sha": "The commit it names in the end.",
        "ahead": "Commits it has that HEAD has not.",
        "behind": "Commits HEAD has that it has not.",
        "commit_time": "When its commit was made (UTC).",
        "age_days": "Days from its commit to the newest commit of all refs.",
        "is_merged": "HEAD has all its commits.",
        "is_head": "HEAD names this branch.",
    },
    "identities": REPOSITORY
    | {
        "name": "Name as recorded.",
        "email": "E-mail as recorded.",
        "person_id": "The person, by normalised e-mail or, without a good one, by name.",
        "person_name": "The name that stands for the person.",
        "person_email": "The e-mail that stands for the person.",
        "is_bot": "The person is a program.",
        "commits": "How often the signature wrote or committed.",
        "reason": "Surest rule that joined it: override, mailmap, same e-mail, same name; alone.",
        "confidence": "How sure that is, 0 to 1.",
    },
    "tree": REPOSITORY
    | {
        "path": "Path at HEAD.",
        "blob": "Object id of the content.",
        "mode": "File mode.",
        "size": "Bytes.",
        "language": "GitHub Linguist's name of the language; null if none is known.",
        "lines": "Lines; null for a binary file.",
        "is_test": "Its path is that of a test.",
        "is_generated": "Its path is that of a generated file.",
        "is_vendored": "Its path is that of other people's code.",
        "is_documentation": "Its path is that of documentation.",
    },
    "line_origins": REPOSITORY
    | {
        "path": "A text file at HEAD.",
        "start_line": "First line of the run, from 1.",
        "lines": "Lines of the run.",
        "origin_sha": "The commit that last wrote them; white space does not count as writing.",
    },
    "line_removals": REPOSITORY
    | {
        "sha": "The commit that removed lines; merges remove none.",
        "path": "The file's path before the commit.",
        "origin_sha": "The commit that had last written them.",
        "lines": "Lines of that origin that the commit deleted or replaced in the file.",
        "blank": "Of those, lines with nothing but white space.",
        "comment": "Of those, lines that held only comment, docstrings included.",
    },
    "blob_metrics": REPOSITORY
    | {
        "blob": "Object id of a version of a source file.",
        "language": "Language it was read as.",
        "grammar_version": "Version of the grammar that read it.",
        "bytes": "Size.",
        "lines": "Lines in all.",
        "code_lines": "Lines that hold code.",
        "comment_lines": "Lines that hold comments or docstrings alone.",
        "blank_lines": "Blank lines.",
        "functions": "Functions and methods.",
        "classes": "Classes and their like.",
        "cyclomatic_sum": "Cyclomatic complexity of its functions, summed.",
        "cyclomatic_max": "That of its most complex function.",
        "cognitive_sum": "Cognitive complexity of its functions, summed.",
        "cognitive_max": "That of its function that is hardest to follow.",
        "nesting_max": "Deepest nesting of a function.",
        "parameters_max": "Most parameters of a function.",
        "function_lines_max": "Lines of its longest function.",
        "halstead_volume": "Halstead's volume, as radon computes it.",
        "halstead_difficulty": "Halstead's difficulty, as radon computes it.",
        "maintainability_index": "Maintainability index, 0 (worst) to 100, as radon computes it.",
        "comment_ratio": "Comment lines among comment and code lines, 0 to 1.",
        "smells": "What a reviewer would stop at: kind, line and the measure that says so.",
        "parse_errors": "Places that the grammar could not read.",
        "skipped": "Why it was counted but not parsed; null if it was parsed.",
        "path_language": "Language that its paths name.",
        "path_generated": "All its paths are those of generated files.",
        "at_head": "A file at HEAD has this content.",
        "in_snapshot": "A file of a commit in snapshots has this content.",
    },
    "functions": REPOSITORY
    | {
        "path": "Path at HEAD.",
        "blob": "Object id of the file's content.",
        "name": "Name of the function.",
        "qualified_name": "Name with its classes and enclosing functions, joined by dots.",
        "start_line": "First line, from 1.",
        "end_line": "Last line.",
        "cyclomatic": "Cyclomatic complexity.",
        "cognitive": "Cognitive complexity.",
        "nesting": "Deepest nesting.",
        "parameters": "Parameters, `self` and its like aside.",
        "lines": "Length in lines.",
        "docstring": "Its docstring, or the comment above it; null without one.",
        "is_public": "Code outside its file, class or package may call it, by its language's "
        "rules; null where they do not tell.",
    },
    "dangerous_calls": REPOSITORY
    | {
        "path": "Path at HEAD.",
        "blob": "Object id of the file's content.",
        "line": "Line of the call, from 1.",
        "rule": "The rule of `config/dangerous_calls.yaml` that warns of it.",
        "call": "What is called, as written, white space joined; at most 120 characters.",
        "function": "Qualified name of the function that it stands in; null outside of all.",
    },
    "imports": REPOSITORY
    | {
        "blob": "Object id of the content that imports.",
        "language": "Its language.",
        "module": "What is imported, in the language's own notation.",
        "names": "Names taken from the module.",
        "line": "Line of the statement, from 1.",
    },
    "dependencies": REPOSITORY
    | {
        "from_path": "The file at HEAD that imports.",
        "to_path": "The file it imports; null when that is outside the repository.",
        "module": "What is imported, in the language's own notation.",
        "line": "Line of the statement, from 1.",
    },
    "call_sites": REPOSITORY
    | {
        "blob": "Object id of the content that calls.",
        "function": "Qualified name of the innermost function around the call; null outside all.",
        "function_line": "First line of that function.",
        "name": "What is called: the last name before the arguments.",
        "receiver": "What stands before that name; null for nothing.",
        "arguments": "How many arguments there are; null where a spread hides it.",
        "line": "Line of the first such call, from 1.",
        "calls": "How many calls of the function are written so.",
    },
    "calls": REPOSITORY
    | {
        "from_path": "The file at HEAD that calls.",
        "from_function": "Qualified name of the function that calls; null outside all.",
        "from_line": "First line of that function.",
        "name": "What is called, as written.",
        "receiver": "What stands before that name; null for nothing.",
        "line": "Line of the first such call, from 1.",
        "calls": "How many calls of the function are written so.",
        "to_path": "The file of the function that is meant; null where none is known.",
        "to_function": "Qualified name of the function that is meant.",
        "to_line": "First line of that function.",
        "confidence": "How sure that is, 0 to 1.",
    },
    "snapshots": REPOSITORY
    | {
        "sha": "The newest commit before a turn of a quarter, on HEAD's way over first parents.",
        "since": "The first turn that it stands for (UTC).",
        "until": "The first later turn that another stands for (UTC); null for the last.",
        "imports_digest": "Digest of what its files import, as written.",
    },
    "dependency_history": REPOSITORY
    | {
        "from_path": "The file that imported.",
        "to_path": "The file of the repository that it imported.",
        "since": "The turn of a quarter at which that is first so (UTC).",
        "until": "The first later turn at which it is no longer so (UTC); null if it still is.",
    },
    "secrets": REPOSITORY
    | {
        "sha": "The commit that added or removed it; merges, which show no patch, have none.",
        "path": "The file's path in that commit; where it removed the secret, before it.",
        "line": "Line after the commit; where it removed the secret, before it. From 1.",
        "rule": "The rule of `config/secrets.yaml` that found it.",
        "fingerprint": "First 16 hexadecimal digits of the SHA-256 of rule and secret: equal for "
        "equal secrets, in any repository. The secret itself is not stored.",
        "shown": "At most its first 4 characters, and dots.",
        "change": "added or removed.",
        "present_path": "The file's path today, or its last.",
        "head_line": "First line at HEAD where that file has it, from 1; null where it has not.",
    },
    "commit_features": REPOSITORY
    | {"sha": "A commit that is no merge.", "commit_time": "When it was committed (UTC)."}
    | _features("commit_features"),
    "file_features": REPOSITORY
    | {
        "path": "A file that HEAD's history had at that time, under its path of that time.",
        "window_end": "The first of a month, or the moment after the newest commit (UTC).",
    }
    | _features("file_features"),
    "bug_labels": REPOSITORY
    | {
        "fix_sha": "The commit that mends a bug.",
        "fix_time": "When it was committed (UTC): from then on the label was known.",
        "inducing_sha": "The commit that last wrote the lines which the fix removes.",
        "path": "The file, under its path before the fix.",
        "lines": "How many of its lines of code the fix removes there.",
        "algorithm": "AG: every commit that wrote such a line; R: the most recent of them.",
        "confidence": "How sure the label is, above 0 and at most 1.",
    },
    "training_windows": REPOSITORY
    | {
        "window": "Number of the window, from 0.",
        "fit_start": "The oldest commit time that the window is fitted on (UTC).",
        "fit_end": "Where fitting ends and judging begins; labels are those of this time (UTC).",
        "judge_end": "Where judging ends (UTC).",
        "examples": "Commits to fit on that were old enough to be labelled.",
        "positives": "Of these, those known to have induced a bug.",
        "positive_share": "Their share; null without examples.",
        "duplicates": "Examples whose features all equal those of an earlier one.",
        "constant_columns": "Features with one value alone.",
        "label_delay_days": "Median days from a commit to the fix that reveals it; null without.",
    },
    "commit_scores": REPOSITORY
    | {"sha": "A commit that is no merge.", "commit_time": "When it was committed (UTC)."}
    | _JUDGEMENT
    | {
        "anomaly": "How odd it is, from 0 to 1; null for a root commit, and in a repository that "
        "is too small to say.",
        "anomaly_percentile": "How many of a hundred commits of the repository are less odd.",
        "anomaly_reasons": "What is odd: value, what is usual, and words.",
        "priority": "Which to review first, 0 to 100: all models' answers weighed together.",
        "priority_version": "Version of the ensemble that weighed; null without one.",
    },
    "file_scores": REPOSITORY
    | {
        "path": "A file at HEAD.",
        "window_end": "The moment from which 90 days are looked ahead (UTC).",
    }
    | _JUDGEMENT,
    "document_files": REPOSITORY
    | {
        "path": "A file at HEAD.",
        "blob": "Object id of its content.",
        "language": "Language of the file, null if unknown.",
        "extractor": "What reads it, and its version; null where nothing does.",
        "bytes": "Size of the file in bytes.",
        "documents": "Number of documents that were made of it.",
        "skipped": "Why it was passed over, or how it was cut; null if neither.",
    },
    "documents": REPOSITORY
    | {
        "path": "File at HEAD that holds it.",
        "blob": "Object id of the file's content.",
        "language": "Language of the file, null if unknown.",
        "kind": "readme, markdown, restructuredtext, asciidoc, text, api, docstring, comment, "
        "config or code.",
        "symbol": "Dotted name of what it documents or belongs to, or an operation of an interface "
        "(`GET /pets`); null for whole files.",
        "ordinal": "Place in the file, from 0.",
        "start_line": "Its first line, from 1.",
        "end_line": "Its last line.",
        "text": "Its lines without markers of comments; one that belongs to another document is "
        "empty.",
        "content_hash": "SHA-256 of the text.",
    },
    "chunks": REPOSITORY
    | {
        "chunk_id": "UUID made of repository, path, kind and ordinal.",
        "path": "File at HEAD that holds it.",
        "blob": "Object id of the file's content.",
        "language": "Language of the file, null if unknown.",
        "kind": "Kind of its document.",
        "symbol": "Symbol of its document.",
        "ordinal": "Place among the chunks of that kind in the file, from 0.",
        "start_line": "Its first line, from 1.",
        "end_line": "Its last line.",
        "heading": "Path of headings, or the enclosing symbols; empty where there are none.",
        "text": "The lines of the document.",
        "tokens": "What the embedding model reads: tokens of heading and text, special ones "
        "included.",
        "content_hash": "SHA-256 of heading and text: the key of the vector.",
        "chunker": "What cut it: version, tokenizer, the most tokens, and a digest of the file's "
        "documents.",
    },
    "search_grades": REPOSITORY
    | {
        "version": "The version of the vectors that was asked.",
        "query_id": "Name of the query that stays while its text and answer do.",
        "source": "Where it comes from: docstring, commit or heading.",
        "query": "What was searched for.",
        "search": "dense, bm25 or fused.",
        "relevant": "Number of right answers.",
        "found": "Number of these among the first ten.",
        "recall": "Recall@10: share of the right answers among the first ten.",
        "reciprocal_rank": "1 / rank of the first right answer; 0 if none is among the first ten.",
        "ndcg": "nDCG@10: normalised discounted cumulative gain, 1 is best.",
    },
    "graph_counts": REPOSITORY
    | {
        "version": "The version of the graph that is loaded.",
        "element": "node or edge.",
        "name": "The label of the nodes, or the type of the edges.",
        "source": "The label of the nodes that the edges come from; null of nodes.",
        "target": "The label of the nodes that the edges go to; null of nodes.",
        "count": "How many there are.",
    },
    "repository_profile": REPOSITORY
    | {
        "schema_version": "Version of the shape of `profile`.",
        "head_sha": "The commit at HEAD.",
        "head_time": "When the newest commit was committed (UTC).",
        "profile": "The profile as a JSON document (docs/profile.md).",
    },
    "served_predictions": REPOSITORY
    | {
        "kind": "commit, file, diff, impact or anomaly: what was predicted of what.",
        "entity": "The commit's sha, the file's path, or the name of the diff.",
        "model": _JUDGEMENT["model"],
        "model_version": _JUDGEMENT["model_version"],
        "served_by": _JUDGEMENT["served_by"],
        "probability": "What it said: 0 to 1; null where it gives no probability.",
        "percentile": "Percentage of the repository's own that are less risky; null if not known.",
        "request_id": "The request that was answered, as the request log has it.",
        "served_at": "When (UTC).",
    },
    **{table: REPOSITORY | insight_of(table).meanings for table in INSIGHT_TABLES},
}

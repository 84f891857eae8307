"""Findings of what is predicted: of commits, and of the files that have to change with others."""

from collections.abc import Iterator, Sequence

from hyperion_pipelines.annotations.finding import Finding, Place, level_of
from hyperion_pipelines.annotations.words import commit_name, raising, risk_in_words
from hyperion_pipelines.prediction.model import Prediction, Suggestion

MOST_REASONS = 3


def findings_of_commits(predictions: Sequence[Prediction]) -> list[Finding]:
    """The findings of *predictions*, in their order: the risk of each, then what it is shown by.

    The level of the risk follows the percentile; lines that were mended and files that are missing
    are notes.
    """
    return [finding for one in predictions for finding in _of_commit(one)]


def findings_of_suggestions(suggestions: Sequence[Suggestion]) -> list[Finding]:
    """A note for each of *suggestions*, at the given file: that is the one that changes."""
    return [
        Finding(
            rule="likely-affected",
            level="note",
            message=(
                f"{each.path} likely has to change with {each.given}{_probability(each)}: "
                f"{'; '.join(each.reasons)}."
            ),
            place=Place(each.given),
            identity=(each.path, each.given),
            related=(Place(each.path, words="likely has to change too"),),
            figures={} if each.probability is None else {"probability": each.probability},
        )
        for each in suggestions
    ]


def _probability(suggestion: Suggestion) -> str:
    if suggestion.probability is None:
        return ""
    return f" ({100 * suggestion.probability:.0f} %)"


def _of_commit(prediction: Prediction) -> Iterator[Finding]:
    name = commit_name(prediction)
    places = _places(prediction)
    figures = {"percentile": round(prediction.percentile, 2)}
    if prediction.probability is not None:
        figures["probability"] = round(prediction.probability, 4)
    commit = prediction.sha or "worktree"
    yield Finding(
        rule="risky-commit",
        level=level_of(prediction.percentile),
        message=_risk(prediction),
        place=places[0] if places else None,
        identity=(prediction.repository, commit),
        related=tuple(places[1:]),
        figures=figures,
    )
    for lines in prediction.evidence:
        yield Finding(
            rule="mended-lines",
            level="note",
            message=f"{name} touches what a fix wrote: {lines.sentence}.",
            place=Place(lines.path, lines.start_line, lines.end_line),
            identity=(prediction.repository, commit, lines.path, lines.fix_sha),
        )
    for missing in prediction.missing:
        yield Finding(
            rule="missing-companion",
            level="note",
            message=f"{missing.sentence}: {name} does not change it.",
            place=Place(missing.given),
            identity=(prediction.repository, commit, missing.path, missing.given),
            related=(Place(missing.path, words="is not changed"),),
            figures={"confidence": round(missing.confidence, 4)},
        )


def _places(prediction: Prediction) -> list[Place]:
    """Where to look: the lines that a fix wrote, then the changed files."""
    mended = [
        Place(each.path, each.start_line, each.end_line, each.sentence)
        for each in prediction.evidence
    ]
    paths = {place.path for place in mended}
    return [
        *mended,
        *(Place(path, words="is changed") for path in prediction.files if path not in paths),
    ]


def _risk(prediction: Prediction) -> str:
    sentences = [f"{commit_name(prediction)}: {risk_in_words(prediction)}."]
    if why := [reason.text for reason in raising(prediction)[:MOST_REASONS]]:
        sentences.append(f"What makes it so: {'; '.join(why)}.")
    if prediction.reviewers:
        knowing = (f"{reviewer.name} ({reviewer.why})" for reviewer in prediction.reviewers)
        sentences.append(f"Who should look: {'; '.join(knowing)}.")
    return " ".join(sentences)

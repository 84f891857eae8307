"""Findings say what is predicted, where it is to be seen, and how loudly."""

import pytest

from hyperion_pipelines.annotations.finding import RULES, Place, level_of
from hyperion_pipelines.annotations.predicted import findings_of_commits, findings_of_suggestions
from hyperion_pipelines.annotations.words import main_reason, risk_in_words
from tests.unit.annotations.made_up_predictions import MENDED, RISKY, SHA, SUGGESTION, prediction


@pytest.mark.parametrize(
    ("percentile", "level"),
    [(0, "note"), (79.99, "note"), (80, "warning"), (94.99, "warning"), (95, "error")],
)
def test_the_level_follows_the_percentile(percentile: float, level: str) -> None:
    assert level_of(percentile) == level
    assert findings_of_commits([prediction(percentile)])[0].level == level


def test_the_risk_comes_with_reasons_that_raise_it_and_whom_to_ask() -> None:
    risk = findings_of_commits([RISKY])[0]
    assert (risk.rule, risk.level) == ("risky-commit", "error")
    assert risk.message == (
        "aaaaaaaaaa Add [bold] carts, 100 % new: 25.3 % likely to induce a bug, "
        "riskier than 96 of 100 commits of shop. What makes it so: adds 115 lines; "
        "touches 2 files. Who should look: Cai (wrote 60 % of src/[id].c's lines)."
    )
    assert risk.figures == {"percentile": 96.97, "probability": 0.253}


def test_the_risk_is_shown_where_a_fix_wrote_lines_and_else_at_the_first_file() -> None:
    mended = Place("src/[id].c", 3, 5, MENDED)
    assert findings_of_commits([RISKY])[0].place == mended
    assert findings_of_commits([RISKY])[0].related == (Place("docs/a b.md", words="is changed"),)
    unmended = findings_of_commits([prediction(50)])[0]
    assert unmended.place == Place("docs/a b.md", words="is changed")


def test_a_commit_without_files_has_a_finding_without_a_place() -> None:
    (finding,) = findings_of_commits([prediction(50, files=())])
    assert (finding.place, finding.related) == (None, ())


def test_mended_lines_and_missing_files_are_notes_at_files_of_the_commit() -> None:
    _, mended, missing = findings_of_commits([RISKY])
    assert (mended.rule, mended.level) == ("mended-lines", "note")
    assert mended.place == Place("src/[id].c", 3, 5)
    assert mended.message.endswith(f"touches what a fix wrote: {MENDED}.")
    assert (missing.rule, missing.level) == ("missing-companion", "note")
    assert missing.place == Place("src/[id].c")
    assert missing.related == (Place("src/[id].h", words="is not changed"),)
    assert missing.figures == {"confidence": 0.8}


def test_a_suggestion_is_a_note_at_the_file_that_changes() -> None:
    (finding,) = findings_of_suggestions([SUGGESTION])
    assert (finding.rule, finding.level) == ("likely-affected", "note")
    assert finding.place == Place("src/[id].c")
    assert finding.message == (
        "src/[id].h likely has to change with src/[id].c (42 %): "
        "changed together 8 of 10 times; same name."
    )


def test_fingerprints_tell_findings_apart_and_stay_while_the_figures_move() -> None:
    findings = findings_of_commits([RISKY, prediction(10), prediction(20)])
    prints = [finding.fingerprint for finding in findings]
    assert len(set(prints)) == len(findings) == 5
    later = findings_of_commits([prediction(97.5, sha=SHA)])
    assert later[0].fingerprint == prints[0]


def test_every_rule_is_one_that_is_explained() -> None:
    findings = [*findings_of_commits([RISKY]), *findings_of_suggestions([SUGGESTION])]
    assert {finding.rule for finding in findings} == set(RULES)


def test_no_commit_is_riskier_than_all() -> None:
    """99.9 is not rounded up: nothing is riskier than 100 of 100 commits."""
    assert "riskier than 99 of 100" in risk_in_words(prediction(99.9))
    assert "riskier than 99 of 100" in risk_in_words(prediction(100))


def test_without_a_model_no_probability_is_made_up() -> None:
    unjudged = prediction(96, probability=None)
    assert risk_in_words(unjudged) == "larger than 96 of 100 commits of shop, by lines added"
    assert findings_of_commits([unjudged])[0].figures == {"percentile": 96}


def test_the_main_reason_fits_the_standing() -> None:
    reasons = RISKY.reasons
    assert main_reason(prediction(90, reasons=reasons)) == "adds 115 lines"
    assert main_reason(prediction(10, reasons=reasons)) == "changes nothing but tests"
    assert main_reason(prediction(10, reasons=reasons[:1])) == "adds 115 lines"
    assert main_reason(prediction(10)) == ""

"""Things to do about knowledge that is gone or about to go, and about areas without reviewers."""

import polars as pl

from hyperion_pipelines.insights.people.knowers import knowers
from hyperion_pipelines.insights.profile.facts import Facts, Row
from hyperion_pipelines.insights.profile.model import Action
from hyperion_pipelines.insights.profile.words import area_named, counted, joined, percent

MAIN_HOTSPOTS = 0.8  # of all scores: what lies beyond changes too seldom for a week's plan


def read_orphaned_files(facts: Facts) -> list[Action]:
    """The main hotspots that nobody active knows."""
    rows = (
        facts.rows("knowledge_at_risk")
        .filter("is_orphaned")
        .join(_main_hotspots(facts), on="path", how="semi", maintain_order="left")
    )
    return [_read(row) for row in rows.iter_rows(named=True)]


def _read(row: Row) -> Action:
    return Action(
        what=f"Have two people read {row['path']}, and let them change it next.",
        why=f"It changes, and nobody active knows it: people who have gone quiet wrote "
        f"{percent(row['gone_share'])} of its {counted(row['lines'], 'line')}; "
        f"{row['owner_name']}, who knew it best, made the last commit here on "
        f"{row['owner_last_commit']:%Y-%m-%d}.",
        evidence=[row["path"], row["owner_name"]],
        insight="knowledge_at_risk",
        urgency=0.8,
    )


def pass_on_knowledge(facts: Facts) -> list[Action]:
    """The main hotspots that one active person alone knows: a call for each such person."""
    known = knowers(facts.rows("file_owners")).filter("is_active")
    alone = known.filter(pl.len().over("path") == 1).select("path", "person_name")
    rows = (
        _main_hotspots(facts)
        .join(alone, on="path", maintain_order="left")
        .group_by("person_name", maintain_order=True)
        .agg("path", pl.first("commits", "cyclomatic"), pl.sum("score"))
        .sort("score", "person_name", descending=[True, False])
    )
    return [_pass_on(row) for row in rows.iter_rows(named=True)]


def _pass_on(row: Row) -> Action:
    first = row["path"][0]
    return Action(
        what=f"Have {row['person_name']} walk somebody through {joined(row['path'])}.",
        why=f"Nobody else who is active knows {'it' if len(row['path']) == 1 else 'them'}; "
        f"{counted(row['commits'], 'commit')} changed {first} in the last year, and it has "
        f"{counted(row['cyclomatic'], 'path')} through its functions.",
        evidence=[*row["path"], row["person_name"]],
        insight="file_owners",
        urgency=0.65,
    )


def _main_hotspots(facts: Facts) -> pl.DataFrame:
    """The hotspots that hold most of all scores, the highest first."""
    hotspots = facts.rows("hotspots")
    return hotspots.filter(hotspots["share"].cum_sum() - hotspots["share"] < MAIN_HOTSPOTS)


def find_second_reviewers(facts: Facts) -> list[Action]:
    """Areas with hotspots that change and have fewer reviewers than two, most commits first."""
    rows = (
        facts.rows("review_capacity")
        .filter("is_thin", pl.col("commits_90_days") > 0, pl.col("reviewers").list.len() < 2)
        .join(facts.rows("hotspots").select("area").unique(), on="area", how="semi")
        .sort("commits_90_days", "area", descending=[True, False])
    )
    return [_find_reviewer(row) for row in rows.iter_rows(named=True)]


def _find_reviewer(row: Row) -> Action:
    reviewers = row["reviewers"]
    area = area_named(row["area"])
    can = f"{joined(reviewers)} alone can" if reviewers else "nobody active can"
    expected = ""
    if row["forecast"] is not None:  # a young area's past says nothing of its future
        expected = (
            f", the next four weeks should bring about {row['forecast']:.0f} "
            f"({row['forecast_low']:.0f} to {row['forecast_high']:.0f})"
        )
    return Action(
        what=f"Find {'a second reviewer' if reviewers else 'two reviewers'} for {area}.",
        why=f"{counted(row['commits_90_days'], 'commit')} changed it in 90 days{expected}, and "
        f"{can} review them.",
        evidence=[area, *reviewers],
        insight="review_capacity",
        urgency=0.45,
    )

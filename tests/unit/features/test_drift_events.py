"""Each kind of event, in histories made by hand: a year of training, half a year, then now."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.features.catalogue import COMMIT_FEATURES, FILE_FEATURES
from hyperion_pipelines.features.monitoring.drift_events import EVENTS, MOVES, drift_events
from hyperion_pipelines.schemas import CHANGES, COMMITS

Row = dict[str, Any]

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
TRAINED_UNTIL = SINCE - timedelta(days=180)
SHA = "3f2a" + "0" * 36


def sha_of(number: int) -> str:
    return f"{number:040x}"


def commit(day: float, **columns: object) -> Row:
    """A commit of Alma's, *day* days after the beginning of now."""
    time = SINCE + timedelta(days=day)
    return {
        "commit_time": time,
        "author_time": time,
        "author_id": "alma",
        "author_name": "Alma",
        "is_merge": False,
        "is_bot": False,
        "is_on_head": True,
        "parents": [sha_of(0)],
        **columns,
    }


def change(sha: str, path: str, **columns: object) -> Row:
    return {"sha": sha, "path": path, "status": "M", "added": 1, "deleted": 1, **columns}


def with_files(files: int) -> tuple[Row, list[Row]]:
    """The commit that made the repository of so many files, long ago."""
    first = commit(-500, sha=sha_of(1), parents=[])
    paths = [f"app/{number}.py" for number in range(files)]
    return first, [change(sha_of(1), path, status="A", added=10, deleted=0) for path in paths]


def events_of(commits: Sequence[Row], changes: Sequence[Row] = ()) -> pl.DataFrame:
    numbered = [
        {"sha": sha_of(position + 100), "position": position} | row
        for position, row in enumerate(commits)
    ]
    return drift_events(
        pl.DataFrame(numbered, schema=COMMITS),
        pl.DataFrame(list(changes), schema=CHANGES),
        since=SINCE,
        trained_until=TRAINED_UNTIL,
    )


def told(events: pl.DataFrame) -> list[tuple[str, str]]:
    return events.select("kind", "sentence").rows()


def touching(files: int, *, known: int, **columns: object) -> list[tuple[str, str]]:
    """What is told of a commit on 11 January that makes such a change to so many files."""
    first, made = with_files(known)
    changes = [change(SHA, f"app/{number}.py", **columns) for number in range(files)]
    return told(events_of([first, commit(10, sha=SHA)], [*made, *changes]))


@pytest.mark.parametrize(("files", "known"), [(50, 1000), (21, 200)])
def test_many_renames_in_a_commit_are_a_mass_rename(files: int, known: int) -> None:
    """Fifty files, or more than a tenth of them."""
    expected = [("mass_rename", f"2026-01-11 3f2a000000: {files} files renamed")]
    assert touching(files, known=known, status="R") == expected


@pytest.mark.parametrize(("files", "known"), [(49, 1000), (20, 200), (15, 20)])
def test_fewer_renames_are_no_event(files: int, known: int) -> None:
    assert touching(files, known=known, status="R") == []


def test_renames_of_one_day_count_together() -> None:
    """Thirty in each of two commits of a day, none of which is a mass rename by itself."""
    first, made = with_files(1000)
    commits = [first, *(commit(10 + hour / 24, sha=sha_of(hour)) for hour in (2, 3))]
    renames = [
        change(sha_of(hour), f"{hour}/{number}.py", status="R")
        for hour in (2, 3)
        for number in range(30)
    ]
    events = events_of(commits, [*made, *renames])
    assert told(events) == [("mass_rename", "2026-01-11: 60 files renamed in several commits")]
    assert events["sha"].to_list() == [None]


def test_an_edit_of_a_fifth_of_the_files_is_a_mass_edit() -> None:
    said = "2026-01-11 3f2a000000: 41 of 200 files edited, 41 lines added and 41 deleted"
    assert touching(41, known=200) == [("mass_edit", said)]
    assert touching(40, known=200) == []


@pytest.mark.parametrize(("deleted", "kinds"), [(5000, ["mass_edit"]), (3900, [])])
def test_as_many_lines_added_as_deleted_are_a_reformat(deleted: int, kinds: list[str]) -> None:
    found = touching(1, known=200, added=6000, deleted=deleted)
    assert [kind for kind, _ in found] == kinds


def test_a_commit_of_many_new_files_is_a_large_import() -> None:
    first, made = with_files(1000)
    vendored = [
        change(SHA, f"deps/lua/{number}.c", status="A", added=50, deleted=0)
        for number in range(100)
    ]
    edited = change(SHA, "app/1.py", added=10, deleted=5)
    events = events_of([first, commit(10, sha=SHA)], [*made, *vendored, edited])
    said = "2026-01-11 3f2a000000: 100 new files of 5000 lines, most of all in deps/"
    assert told(events) == [("large_import", said)]
    assert events["sha"].to_list() == [SHA]


def test_a_rewrite_is_no_import() -> None:
    first, made = with_files(1000)
    rewritten = change(SHA, "new.py", status="A", added=10_000, deleted=0)
    removed = change(SHA, "app/1.py", status="D", added=0, deleted=2_000)
    assert events_of([first, commit(10, sha=SHA)], [*made, rewritten, removed]).is_empty()


def test_events_before_now_are_left_out() -> None:
    first, made = with_files(1000)
    assert events_of([first, commit(10)], made).is_empty()


@pytest.mark.parametrize(("late", "expected"), [(50, 1), (49, 0)])
def test_many_commits_written_long_before_are_an_import_of_history(
    late: int, expected: int
) -> None:
    written = SINCE - timedelta(days=400)
    old = [commit(10 + place / 1000, author_time=written) for place in range(late)]
    found = told(events_of([commit(-500), *old]))
    said = "2026-01-11: 50 commits came in that were written more than 180 days before"
    assert found == [("history_import", said)] * expected


def test_a_second_root_is_an_import_of_history_on_heads_side_alone() -> None:
    pages = commit(5, parents=[], is_on_head=False)  # as of a branch gh-pages
    events = events_of([commit(-500), pages, commit(10, parents=[], sha=SHA)])
    said = "2026-01-11 3f2a000000: a second history, with a root of its own, begins"
    assert told(events) == [("history_import", said)]


def shares(training: int, now: int, **columns: object) -> pl.DataFrame:
    """Of 100 commits in training so many, and of 50 of now so many, are of this kind."""
    before = [commit(-500 + day, **(columns if day < training else {})) for day in range(100)]
    later = [commit(day, **(columns if day < now else {})) for day in range(50)]
    return events_of([*before, *later])


def test_bots_who_write_much_more_than_before_are_a_bot_wave() -> None:
    events = shares(10, 20, is_bot=True)
    said = "2026-01-01: 40 % of the commits since are by bots; in the training window 10 %"
    assert told(events) == [("bot_wave", said)]
    assert shares(30, 20, is_bot=True).is_empty()


def test_a_person_who_writes_much_more_than_before_is_an_author_burst() -> None:
    events = shares(10, 20, author_id="bo", author_name="Bo")
    said = "2026-01-01: 40 % of the commits since are by Bo; in the training window 10 %"
    assert told(events) == [("author_burst", said)]
    assert shares(30, 20, author_id="bo", author_name="Bo").is_empty()


def test_people_who_have_just_begun_are_a_newcomer_wave() -> None:
    """Alma herself was new in the first 90 of the 200 days of training."""
    before = [commit(-500 + day) for day in range(200)]
    new = [commit(day, author_id=f"{day}", author_name=f"{day}") for day in range(35)]
    events = events_of([*before, *new, *(commit(40) for _ in range(15))])
    said = (
        "2026-01-01: 70 % of the commits since are by authors in their first 90 days; "
        "in the training window 45 %"
    )
    assert told(events) == [("newcomer_wave", said)]


def test_shares_of_a_few_commits_say_nothing() -> None:
    before = [commit(-500 + day) for day in range(100)]
    assert events_of([*before, *(commit(day, is_bot=True) for day in range(29))]).is_empty()


def test_fortnights_with_hardly_any_commits_are_a_quiet_time() -> None:
    """A commit a day for a year (14 a fortnight), then none from the 14th to the 42nd day."""
    days = [*range(-365, 14), *range(43, 57)]
    events = events_of([commit(day) for day in days])
    said = "2026-01-15: 0 of the 28 commits usual in 28 days"
    assert told(events) == [("quiet_time", said)]


def test_silence_from_the_first_day_on_is_a_quiet_time() -> None:
    events = events_of([*(commit(day) for day in range(-365, 0)), commit(28)])
    assert told(events) == [("quiet_time", "2026-01-01: 1 of the 28 commits usual in 28 days")]


def test_few_commits_are_no_event_where_few_are_usual() -> None:
    assert events_of([*(commit(day) for day in range(-364, 0, 2)), commit(56)]).is_empty()


def test_merges_count_nowhere() -> None:
    before = [commit(-500 + day) for day in range(100)]
    assert events_of(
        [*before, *(commit(1, is_merge=True, is_bot=True) for _ in range(50))]
    ).is_empty()


def test_a_repository_without_commits_has_no_events() -> None:
    events = events_of([])
    assert events.is_empty()
    assert events.schema == EVENTS


def test_events_move_features_that_there_are() -> None:
    known = {feature.name for feature in (*COMMIT_FEATURES, *FILE_FEATURES)}
    assert {name for names in MOVES.values() for name in names} <= known
    assert all(len(set(names)) == len(names) for names in MOVES.values())
    events = shares(10, 20, is_bot=True)
    assert events["moves"].to_list() == [list(MOVES["bot_wave"])]

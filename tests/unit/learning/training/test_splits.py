"""Parts and folds follow time: nothing that trains knows what came after its cut."""

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from hyperion_pipelines.learning.training.examples import labelled
from hyperion_pipelines.learning.training.splits import FOLDS, expanding_folds, with_parts

START = datetime(2024, 1, 1, tzinfo=UTC)
TIME = pl.Datetime("us", "UTC")
EXAMPLES = pl.Schema(
    {
        "repository": pl.String,
        "key": pl.String,
        "time": TIME,
        "positive_at": TIME,
        "negative_at": TIME,
    }
)


def day(days: float) -> datetime:
    return START + timedelta(days=days)


# Of an example: its repository, its day, the days until a fix reveals it, the days that it waits
# for a clean bill (None: as long as its repository's delays tell it to).
Row = tuple[str, int, int | None, int | None]


def examples(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (
                repository,
                f"{number:04}",
                day(at),
                None if delay is None else day(at + delay),
                None if wait is None else day(at + wait),
            )
            for number, (repository, at, delay, wait) in enumerate(rows)
        ],
        EXAMPLES,
        orient="row",
    )


def monthly(count: int, *, wait: int = 90) -> pl.DataFrame:
    """An example every 30 days, every third of them positive; each waits as files do."""
    return examples([("shop", 30 * at, wait if at % 3 == 0 else None, wait) for at in range(count)])


_commits = st.lists(
    st.tuples(
        st.sampled_from(["shop", "bank"]),
        st.integers(0, 900),
        st.none() | st.integers(0, 500),
        st.none(),
    ),
    max_size=60,
)
_files = st.integers(0, 120).flatmap(
    lambda wait: st.lists(
        st.tuples(
            st.sampled_from(["shop", "bank"]),
            st.integers(0, 30).map(lambda month: month * 30),
            st.sampled_from([None, wait]),
            st.just(wait),
        ),
        max_size=60,
    )
)
histories = _commits | _files


def cuts(parts: pl.DataFrame) -> pl.DataFrame:
    """When each repository's validation begins: `repository`, `cut`."""
    return (
        parts.filter(pl.col("part").is_in(["validation", "test"]))
        .group_by("repository")
        .agg(cut=pl.min("time"))
    )


def test_the_oldest_train_the_next_validate_and_the_newest_test() -> None:
    """The 23 of 26 months that are old enough are cut at 16 and 19; three wait at either cut."""
    parts = with_parts(monthly(26))["part"].to_list()
    assert parts == (
        ["train"] * 14 + ["gap"] * 2 + ["validation"] * 3 + ["test"] * 4 + ["young"] * 3
    )


def test_labels_of_train_are_those_of_the_cut_and_later_ones_those_of_now() -> None:
    """The fix of the first commit comes after the cut: for the train part it is clean."""
    rows: list[Row] = [("shop", at, 5, None) for at in range(1, 100)]
    parts = with_parts(examples([("shop", 0, 90, None), *rows])).select("key", "part", "label")
    by_key = {key: (part, label) for key, part, label in parts.iter_rows()}
    assert by_key["0000"] == ("train", False)
    assert by_key["0001"] == ("train", True)
    assert by_key["0070"] == ("validation", True)


def test_examples_of_one_moment_stay_together() -> None:
    rows: list[Row] = [("shop", at, 0, 0) for at in (0, 0, 0, 9, 9, 9, 9, 9, 20, 20)]
    parts = with_parts(examples(rows))
    assert parts.group_by("time").agg(pl.col("part").n_unique())["part"].to_list() == [1, 1, 1]


def test_a_repository_with_nothing_old_enough_is_young() -> None:
    parts = with_parts(examples([("shop", 0, None, None), ("shop", 9, None, None)]))
    assert parts["part"].to_list() == ["young", "young"]
    assert parts["label"].to_list() == [None, None]


def test_no_examples_have_no_parts() -> None:
    parts = with_parts(EXAMPLES.to_frame())
    assert parts.is_empty()
    assert {"part", "label"} <= set(parts.columns)


@given(histories)
def test_every_example_has_one_part_and_a_label_where_it_can_be_said(rows: list[Row]) -> None:
    made = examples(rows)
    parts = with_parts(made)
    assert_frame_equal(
        parts.drop("part", "label"), made, check_row_order=False, check_column_order=False
    )
    is_said = pl.col("part").is_in(["train", "validation", "test"])
    assert parts.select((is_said == pl.col("label").is_not_null()).all()).item()


@given(histories)
def test_parts_follow_one_another_in_time(rows: list[Row]) -> None:
    parts = with_parts(examples(rows)).filter(~pl.col("part").is_in(["gap", "young"]))
    for _, repository in parts.group_by("repository"):
        assert repository.sort("time")["part"].to_physical().is_sorted()
        spans = repository.group_by("time").agg(pl.col("part").n_unique())
        assert spans["part"].max() == 1


@given(histories)
def test_no_train_row_knows_a_fix_after_the_cut(rows: list[Row]) -> None:
    parts = with_parts(examples(rows))
    train = parts.filter(pl.col("part") == "train").join(cuts(parts), on="repository")
    revealed = (pl.col("positive_at") <= pl.col("cut")).fill_null(value=False)
    assert train.select((pl.col("label") == revealed).all()).item()
    assert train.filter(pl.col("negative_at") > pl.col("cut")).is_empty()


@given(histories)
def test_truncating_the_history_at_the_cut_leaves_the_same_train_rows(rows: list[Row]) -> None:
    """Neither the examples made after the cut nor the fixes found after it are there any more."""
    parts = with_parts(examples(rows))
    cut = pl.col("cut")
    truncated = (
        examples(rows)
        .join(cuts(parts), on="repository")
        .filter(pl.col("time") < cut)
        .with_columns(positive_at=pl.when(pl.col("positive_at") <= cut).then("positive_at"))
    )
    known = labelled(truncated, cut).select("key", "label")
    train = parts.filter(pl.col("part") == "train").select("key", "label")
    assert_frame_equal(known, train, check_row_order=False)


@given(histories)
def test_the_order_of_the_rows_does_not_matter(rows: list[Row]) -> None:
    made = examples(rows)
    assert_frame_equal(with_parts(made), with_parts(made.reverse()))


def test_folds_expand_and_each_later_stretch_is_judged_once() -> None:
    parts = with_parts(monthly(100))
    folds = list(expanding_folds(parts))
    sizes = [fold.fit.height for fold in folds]
    judged = pl.concat(fold.judge for fold in folds)
    train = parts.filter(pl.col("part") == "train")
    assert len(folds) == FOLDS
    assert sizes == sorted(set(sizes))
    assert judged["key"].is_unique().all()
    assert judged.height == train.height - train.height // (FOLDS + 1)


def test_the_folds_of_a_panel_leave_the_months_out_whose_labels_are_still_open() -> None:
    """Between fit and judge lie the 90 days in which the label of the newest fit row is made."""
    for fold in expanding_folds(with_parts(monthly(100))):
        ends = fold.fit.select(pl.max("time")).join(
            fold.judge.select(begin=pl.min("time")), how="cross"
        )
        assert ends.select(pl.col("begin") - pl.col("time") >= timedelta(days=90)).item()


@given(histories)
@settings(max_examples=50)
def test_a_fold_is_fitted_on_what_was_known_when_its_judgement_begins(rows: list[Row]) -> None:
    parts = with_parts(examples(rows))
    for fit, judge in expanding_folds(parts):
        begins = judge.group_by("repository").agg(begin=pl.min("time"))
        known = fit.join(begins, on="repository")
        begin = pl.col("begin")
        assert known.filter(pl.col("time") >= begin).is_empty()
        assert known.filter(pl.col("negative_at") > begin).is_empty()
        assert known.filter(pl.col("label") & (pl.col("positive_at") > begin)).is_empty()


@given(histories)
@settings(max_examples=50)
def test_folds_see_the_train_part_alone(rows: list[Row]) -> None:
    """Whatever validation, test and the young are, the folds are the same."""
    parts = with_parts(examples(rows))
    oldest = parts.filter(pl.col("part").is_in(["train", "gap"]))
    for whole, alone in zip(expanding_folds(parts), expanding_folds(oldest), strict=True):
        assert_frame_equal(whole.fit, alone.fit)
        assert_frame_equal(whole.judge, alone.judge)


def test_folds_without_examples_are_passed_over() -> None:
    assert list(expanding_folds(with_parts(EXAMPLES.to_frame()))) == []

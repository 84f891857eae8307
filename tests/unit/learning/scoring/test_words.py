"""Every feature of the catalogue is said in words, whatever its value and the way it pulls."""

from itertools import product

import polars as pl
import pytest

from hyperion_pipelines.features.catalogue import FEATURES, input_order
from hyperion_pipelines.learning.classifier.inputs import relative_metrics
from hyperion_pipelines.learning.scoring.sentences import FACTS, sentences
from hyperion_pipelines.learning.scoring.words import SAID_AS, vocabulary_of

VALUES = (0.0, 1.0, 2.0, 1000.0, None)
RAISING, LOWERING = 0.5, -0.5
USUAL, GREAT, SMALL = (0.5, 0.4), (0.97, 0.01), (0.01, 0.97)  # shares of smaller and greater ones
FLAGS = {
    table: {known.name for known in catalogue if known.is_flag}
    for table, catalogue in FEATURES.items()
}
each_table = pytest.mark.parametrize("table", FEATURES)

LINES_ADDED = ("commit_features", "lines_added")
DELTA = ("commit_features", "cyclomatic_delta")
EXPERIENCE = ("commit_features", "author_experience")
TESTS = ("commit_features", "test_share")
FIXES = ("commit_features", "prior_fixes_365d")


def spoken_features(table: str) -> list[str]:
    """The catalogue's features and those that models derive, as they are spoken of, each once."""
    kamei = {known.kamei: known.name for known in FEATURES[table] if known.kamei}
    names = [*input_order(table), *relative_metrics(kamei)]
    return list(dict.fromkeys(SAID_AS.get(name, name) for name in names))


def say(table: str, facts: pl.DataFrame) -> pl.Series:
    """A sentence for each of *facts*, of features of *table*."""
    vocabulary = vocabulary_of(table)
    words = [vocabulary.of(feature) for feature in facts["feature"].unique()]
    return sentences(facts, words, vocabulary.rows)


def sentence(
    table: str,
    feature: str,
    value: float | None,
    contribution: float = RAISING,
    beside: tuple[float, float] = USUAL,
    *,
    is_at_hand: bool = True,
) -> str:
    """What is said of one fact."""
    fact = (feature, value, contribution, is_at_hand, *beside)
    return say(table, pl.DataFrame([fact], FACTS, orient="row")).item()


def every_sentence(table: str) -> pl.DataFrame:
    """Each feature with every value, pull and standing, and its `text`."""
    combined = product(
        spoken_features(table), VALUES, (RAISING, LOWERING), (True,), (USUAL, GREAT, SMALL)
    )
    rows = [(*fact, *beside) for *fact, beside in combined]
    facts = pl.DataFrame(rows, FACTS, orient="row")
    return facts.with_columns(say(table, facts))


@each_table
def test_every_feature_that_models_read_has_words_and_nothing_else_has(table: str) -> None:
    assert sorted(vocabulary_of(table).words) == sorted(spoken_features(table))


@each_table
def test_a_sentence_is_whole_and_free_of_code(table: str) -> None:
    """No column's name, no place left open, no stray blank or stop gets to a reader."""
    said = every_sentence(table)["text"]
    assert said.null_count() == 0
    odd = said.filter(said.str.contains(r"^$|[_{}|\[\]]|None|nan|  |^\s|[\s,.]$"))
    assert odd.to_list() == []


@each_table
def test_one_of_a_thing_takes_no_plural(table: str) -> None:
    said = every_sentence(table)["text"]
    assert said.filter(said.str.contains(r"\b1 (other |code )?[a-z-]+s\b")).to_list() == []
    assert said.filter(said.str.contains(r"\b(1|once) times\b")).to_list() == []


@each_table
def test_values_that_differ_are_told_apart(table: str) -> None:
    """But for flags, `priority`, whose least is nothing said, and a share that is not exact."""
    numbers = ~pl.col("feature").is_in([*FLAGS[table], "priority", "deleted_share"])
    pull = ["contribution", "smaller"]
    told = every_sentence(table).filter(numbers).group_by("feature", *pull).n_unique()
    assert told.filter(pl.col("text") != len(VALUES)).is_empty()


@each_table
def test_a_flag_is_said_to_be_so_or_not(table: str) -> None:
    for flag in FLAGS[table]:
        assert len({sentence(table, flag, value) for value in (0, 1, None)}) == 3


def test_what_stands_out_is_compared_with_the_repository() -> None:
    high = sentence(*LINES_ADDED, 1240, beside=(0.979, 0.01))
    assert high == "adds 1,240 lines, more than 97 of 100 commits here"
    assert (
        sentence(*FIXES, 9, beside=(0.5, 0.4)) == "its files were fixed 9 times in the year before"
    )
    ratio = sentence("commit_features", "velocity_7d", 0.5, beside=(0.1, 0.84))
    assert ratio.endswith("quieter than for 84 of 100 commits here")


def test_a_small_value_that_lowers_the_risk_is_called_small() -> None:
    assert sentence(*LINES_ADDED, 4, -0.5, (0.2, 0.7)) == "adds just 4 lines"
    assert sentence(*LINES_ADDED, 4, +0.5, (0.2, 0.7)) == "adds 4 lines"


def test_a_small_share_of_what_protects_is_called_small_where_it_raises_the_risk() -> None:
    assert sentence(*TESTS, 0.1, +0.5, (0.2, 0.6)) == "just 10 % of its changed lines are in tests"
    assert sentence(*TESTS, 0.1, -0.5, (0.2, 0.6)) == "10 % of its changed lines are in tests"


def test_an_amount_below_zero_is_said_as_what_it_takes_away() -> None:
    said = sentence(*DELTA, -90, -0.5, (0.0, 0.95))
    assert said.startswith("takes 90 paths out of the code")
    assert said.endswith(", more than 95 of 100 commits here")


@pytest.mark.parametrize(
    ("earlier", "said"),
    [(0, "the author's first commit here"), (1, "only the author's 2nd commit here")],
)
def test_experience_is_told_by_the_commit_that_it_leads_to(earlier: float, said: str) -> None:
    assert sentence(*EXPERIENCE, earlier, beside=(0.0, 0.9)) == said


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    assert sentence(*TESTS, 0).startswith("no test changes")
    assert sentence(*TESTS, 0.001).startswith("less than 1 %")
    assert sentence(*TESTS, 1) == "changes nothing but tests"


def test_a_feature_without_words_is_said_by_its_name() -> None:
    unknown = ("commit_features", "lines_added_per_author")
    assert sentence(*unknown, 0.437) == "lines added per author: 0.44"
    assert sentence(*unknown, -3) == "lines added per author: -3"
    assert sentence(*unknown, None) == "lines added per author: not known"
    outside = sentence("releases", "weighted methods", 31, beside=(0.9, 0.05))
    assert outside == "weighted methods: 31, higher than in 90 of 100 rows here"


def test_a_feature_whose_value_is_not_at_hand_is_named_and_no_more() -> None:
    assert sentence(*LINES_ADDED, None, is_at_hand=False) == "lines that it adds"

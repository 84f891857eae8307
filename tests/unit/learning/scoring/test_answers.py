"""What every model says of commits, side by side."""

import polars as pl
from polars.testing import assert_frame_equal, assert_series_equal

from hyperion_pipelines.learning.champions import Champions
from hyperion_pipelines.learning.models.ensemble import ANSWERS
from hyperion_pipelines.learning.scoring.answers import answers
from tests.unit.learning.conftest import Trained


def test_there_is_a_row_for_each_commit_in_the_order_asked(trained: Trained) -> None:
    """Whom else one asks about changes no answer."""
    examples = trained.tables.commit_examples
    said = answers(trained.tables, trained.models, examples, "served")
    assert said.columns == ["repository", "lines_added", "sha", *ANSWERS]
    assert said["sha"].equals(examples["key"].alias("sha"))
    backwards = answers(trained.tables, trained.models, examples.reverse(), "served")
    # Risk is scaled by all rows asked about, which are the same.
    assert_frame_equal(backwards.reverse(), said)


def test_every_model_says_something(trained: Trained) -> None:
    said = answers(trained.tables, trained.models, trained.tables.commit_examples, "served")
    for name in ANSWERS:
        assert said[name].n_unique() > 10, name
    shares = said.select("anomaly", "bug").drop_nulls()
    assert shares.select(pl.all().is_between(0, 1).all()).row(0) == (True, True)


def test_training_asks_the_fits_that_have_not_seen_the_newest_commits(trained: Trained) -> None:
    examples, risk = trained.tables.commit_examples, trained.models.risk
    assert risk is not None
    evaluated = answers(trained.tables, trained.models, examples, "evaluated")
    assert_series_equal(
        evaluated["risk"], risk.predict(examples, "evaluated")["log_odds"].alias("risk")
    )
    served = answers(trained.tables, trained.models, examples, "served")
    assert not served["risk"].equals(evaluated["risk"])
    assert served["anomaly"].equals(evaluated["anomaly"])


def test_a_model_that_is_missing_says_nothing(trained: Trained) -> None:
    examples = trained.tables.commit_examples
    silent = answers(trained.tables, Champions(), examples, "served")
    assert silent.height == examples.height
    assert silent.select(pl.col(ANSWERS).is_null().all()).row(0) == (True,) * len(ANSWERS)
    assert silent["lines_added"].null_count() == 0

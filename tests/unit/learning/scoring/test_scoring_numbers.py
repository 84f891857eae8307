"""Numbers are written as people write them."""

from collections.abc import Callable

import polars as pl
import pytest

from hyperion_pipelines.learning.scoring import numbers

Form = Callable[[pl.Expr], pl.Expr]


@pytest.mark.parametrize(
    ("form", "amount", "text"),
    [
        (numbers.plain, 0, "0"),
        (numbers.plain, 1, "1"),
        (numbers.plain, 4, "4"),
        (numbers.plain, 4.24, "4.2"),
        (numbers.plain, 1.96, "2"),
        (numbers.plain, 41.7, "42"),
        (numbers.plain, 999, "999"),
        (numbers.plain, 1240, "1,240"),
        (numbers.plain, 80506, "80,506"),
        (numbers.plain, 1234567, "1,234,567"),
        (numbers.plain, 0.437, "0.44"),
        (numbers.plain, 0.5, "0.5"),
        (numbers.plain, 0.0003, "less than 0.01"),
        (numbers.plain, float("inf"), "inf"),
        (numbers.share, 0, "0 %"),
        (numbers.share, 0.004, "less than 1 %"),
        (numbers.share, 0.344, "34 %"),
        (numbers.share, 0.996, "more than 99 %"),
        (numbers.share, 1, "100 %"),
        (numbers.days, 0.2, "less than a day"),
        (numbers.days, 1.2, "1 day"),
        (numbers.days, 1.8, "2 days"),
        (numbers.days, 60, "60 days"),
        (numbers.days, 211, "7 months"),
        (numbers.days, 731, "2 years"),
        (numbers.days, 840, "2.3 years"),
        (numbers.days, 5222, "14 years"),
        (numbers.ordinal, 1, "2nd"),
        (numbers.ordinal, 2, "3rd"),
        (numbers.ordinal, 3, "4th"),
        (numbers.ordinal, 10, "11th"),
        (numbers.ordinal, 12, "13th"),
        (numbers.ordinal, 20, "21st"),
        (numbers.ordinal, 111, "112th"),
        (numbers.ordinal, 1240, "1,241st"),
        (numbers.hour, 0, "00"),
        (numbers.hour, 4, "04"),
        (numbers.hour, 23, "23"),
    ],
)
def test_an_amount_reads_as(form: Form, amount: float, text: str) -> None:
    amounts = pl.DataFrame({"amount": [amount]}, schema={"amount": pl.Float64})
    assert amounts.select(form(pl.col("amount"))).item() == text

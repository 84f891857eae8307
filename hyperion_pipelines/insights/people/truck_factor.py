"""How few people would have to leave until most files have nobody who knows them.

Three readings of who knows a file, each with what doubt about identities makes of it; whose
leaving harms what is in `departures`.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.people.contributions import SIGNATURE, contributions
from hyperion_pipelines.insights.people.degree_of_authorship import (
    LEAST_AUTHORSHIP,
    degree_of_authorship,
    is_author,
    of_the_most,
)
from hyperion_pipelines.insights.people.greedy_removal import remove_until_orphaned
from hyperion_pipelines.insights.people.identity_doubt import drawn_persons, with_doubt
from hyperion_pipelines.insights.people.knowers import source_files
from hyperion_pipelines.insights.people.truck_factor_words import MEASURES, Loss, loss_sentence

INSIGHT = Insight(
    table="truck_factor",
    question="How few people would have to leave until most files have nobody who knows them?",
    columns={
        "measure": Column(
            pl.String, "Who knows a file by: surviving lines, commits, or degree of authorship."
        ),
        "factor": Column(pl.UInt32, "How many people, ever, hold more than half of the files."),
        "low": Column(pl.UInt32, "Least it could be if doubtful identities are others' (95 %)."),
        "high": Column(pl.UInt32, "Most it could be then (95 %)."),
        "people": Column(pl.List(pl.String), "Their names, in the order in which they are lost."),
        "quiet": Column(pl.List(pl.String), "Those of them without a commit for 180 days."),
        "orphaned_share": Column(pl.Float64, "Share of files that then nobody knows, 0 to 1."),
        "orphaned_today": Column(pl.Float64, "Share of files that nobody active knows, 0 to 1."),
        "active_factor": Column(
            pl.UInt32, "How many active people more, those gone quiet being lost already."
        ),
        "active_people": Column(pl.List(pl.String), "Their names, in that order."),
        "files": Column(
            pl.UInt32, "Source files that people changed or wrote; tests are among them."
        ),
        "sentence": Column(pl.String, "The same in words."),
    },
    key=("measure",),
    shown=None,
)

DRAWS = 100
_SCHEMA = {name: column.dtype for name, column in INSIGHT.columns.items()}


def truck_factor(
    files: pl.DataFrame,
    touches: pl.DataFrame,
    line_origins: pl.DataFrame,
    commits: pl.DataFrame,
    people: pl.DataFrame,
    identities: pl.DataFrame,
) -> pl.DataFrame:
    """A row per measure: the truck factor of Avelino et al. (ICPC 2016), and its interval.

    An author by degree of authorship is theirs (`is_author`); by lines or commits whoever has more
    than 0.75 of what the first has in the file. People are removed as in `remove_until_orphaned`.
    The interval holds 95 % of the factors of 100 draws in which each signature is, by the doubt of
    its identity, a person of its own; it is widened to hold the factor itself. Signatures are
    taken as independent. `active_factor` is that of active people alone: 0 where more than half
    of the files have none of them today.
    """
    made = contributions(source_files(files), touches, line_origins, commits, people)
    if made.is_empty():
        return pl.DataFrame(schema=_SCHEMA)
    persons = (
        people.join(made, left_on="person_id", right_on="author_id", how="semi")
        .sort("person_id")
        .with_row_index("person")
    )
    signatures = (
        with_doubt(made.select(SIGNATURE).unique().sort(SIGNATURE), identities)
        .join(
            persons.select("person", author_id="person_id"), on="author_id", maintain_order="left"
        )
        .with_row_index("signature")
    )
    counts = made.join(signatures, on=SIGNATURE).select(
        "signature", "is_creator", "commits", "lines", path=pl.col("path").rank("dense") - 1
    )
    drawn = [
        _factors(_authors(counts, person))
        for person in drawn_persons(signatures["person"], signatures["doubt"], DRAWS)
    ]
    authors = _authors(counts, signatures["person"])
    rows = [
        _row(measure, authors, persons, [factors[measure] for factors in drawn])
        for measure in MEASURES
    ]
    return pl.DataFrame(rows, schema=_SCHEMA)


def _authors(counts: pl.DataFrame, person: pl.Series) -> pl.DataFrame:
    """A row per file and person, and whether that is an author by each of the measures.

    *counts* are by signature; *person* numbers the person of each of these.
    """
    return (
        counts.with_columns(person=person.gather(counts["signature"]))
        .group_by("path", "person")
        .agg(pl.any("is_creator"), pl.sum("commits", "lines"))
        .with_columns(degree=degree_of_authorship())
        .with_columns(authorship=of_the_most("degree"))
        .select(
            "path",
            "person",
            is_author("degree", "authorship").alias("degree of authorship"),
            (of_the_most("lines") > LEAST_AUTHORSHIP).alias("surviving lines"),
            (of_the_most("commits") > LEAST_AUTHORSHIP).alias("commits"),
        )
    )


def _factors(authors: pl.DataFrame) -> Mapping[str, int]:
    files = authors["path"].n_unique()
    return {
        measure: len(remove_until_orphaned(authors.filter(measure), files).people)
        for measure in MEASURES
    }


def _row(
    measure: str, authors: pl.DataFrame, persons: pl.DataFrame, drawn: Sequence[int]
) -> dict[str, object]:
    """The row of *measure*; *drawn* are the factors of the draws."""
    files = authors["path"].n_unique()
    of_all = authors.filter(measure)
    of_active = of_all.join(persons.filter("is_active"), on="person", how="semi")
    removed = remove_until_orphaned(of_all, files)
    removed_today = remove_until_orphaned(of_active, files)
    lost = persons[removed.people]
    loss = Loss(
        measure=measure,
        files=files,
        people=lost["person_name"].to_list(),
        quiet=lost.filter(~pl.col("is_active"))["person_name"].to_list(),
        orphaned_share=removed.orphaned_share,
        active_people=persons[removed_today.people]["person_name"].to_list(),
        orphaned_today=1 - of_active["path"].n_unique() / files,
    )
    factor = len(loss.people)
    low, high = _interval(factor, drawn)
    return {
        **loss._asdict(),
        "factor": factor,
        "low": low,
        "high": high,
        "active_factor": len(loss.active_people),
        "sentence": loss_sentence(loss),
    }


def _interval(factor: int, drawn: Sequence[int]) -> tuple[int, int]:
    if not drawn:
        return factor, factor
    low = int(np.quantile(drawn, 0.025, method="lower"))
    high = int(np.quantile(drawn, 0.975, method="higher"))
    return min(low, factor), max(high, factor)

"""Headlines of the insights on people: who knows the code, who would be missed, who reviews."""

import polars as pl

from hyperion_pipelines.insights.people.knowers import knowers, source_files
from hyperion_pipelines.insights.profile.facts import Facts
from hyperion_pipelines.insights.profile.model import Headline
from hyperion_pipelines.insights.profile.words import area_named, counted, joined, percent, sentence

FEW_PEOPLE = 2  # a truck factor up to here
FEW_KNOW = 0.5  # of the files
MUCH_GONE = 0.05  # of the lines


def truck_factor(facts: Facts) -> Headline | None:
    """The truck factor by degree of authorship, with its interval; a concern up to two people."""
    rows = facts.rows("truck_factor").filter(pl.col("measure") == "degree of authorship")
    if rows.is_empty():
        return None
    row = rows.row(0, named=True)
    factor, low, high = row["factor"], row["low"], row["high"]
    doubt = "" if low == high else f"; {low} to {high} if doubtful identities are others'"
    return Headline(
        insight="truck_factor",
        value=factor,
        unit="people",
        low=low,
        high=high,
        sentence=f"{row['sentence']} The truck factor is {factor}{doubt}.",
        is_concern=factor <= FEW_PEOPLE,
    )


def file_owners(facts: Facts) -> Headline | None:
    """The share of source files that fewer than two active people know; a concern above half."""
    sources = source_files(facts.rows("tree")).select("path")
    owners = facts.rows("file_owners").join(sources, on="path", how="semi")
    files = owners["path"].n_unique()
    if not files:
        return None
    known = knowers(owners).filter("is_active").group_by("path").len("people")
    nobody = files - known.height
    few = nobody + known.filter(pl.col("people") == 1).height
    return Headline(
        insight="file_owners",
        value=round(100 * few / files, 1),
        unit="%",
        sentence=f"Of {counted(files, 'source file')}, {percent(few / files)} are known to fewer "
        f"than two active people, {percent(nobody / files)} to none.",
        is_concern=few > FEW_KNOW * files,
    )


def knowledge_at_risk(facts: Facts) -> Headline | None:
    """The share of lines whose writers are gone; a concern where a hotspot has no knower left."""
    if not facts.has("departures"):
        return None
    gone = float(facts.rows("departures").filter(~pl.col("is_active"))["line_share"].sum())
    orphaned = facts.rows("knowledge_at_risk").filter("is_orphaned")
    hot = orphaned.filter(pl.col("hotspot_score") > 0)["path"].to_list()
    still = f"; {joined(hot)} still {'changes' if len(hot) == 1 else 'change'}" if hot else ""
    unknown = f"nobody active knows {counted(orphaned.height, 'file')}{still}"
    return Headline(
        insight="knowledge_at_risk",
        value=round(100 * gone, 1),
        unit="%",
        sentence=f"People who have gone quiet wrote {percent(gone)} of the lines of source, and "
        f"{unknown if orphaned.height else 'somebody active knows every file'}.",
        is_concern=bool(hot),
    )


def departures(facts: Facts) -> Headline | None:
    """What the most harmful leaving of an active person would orphan.

    A concern from 5 % of the lines of source on.
    """
    rows = facts.rows("departures")
    active = rows.filter("is_active", pl.col("files_orphaned") > 0)
    if active.is_empty():
        return None
    row = active.row(0, named=True)
    share = row["lines_orphaned"] / max(1, rows["lines"].sum())
    return Headline(
        insight="departures",
        value=row["files_orphaned"],
        unit="files",
        sentence=f"If {row['person_name']} left, {counted(row['files_orphaned'], 'more file')} "
        f"with {percent(share)} of the lines of source would be known to nobody active.",
        is_concern=share >= MUCH_GONE,
    )


def review_capacity(facts: Facts) -> Headline:
    """In how many areas reviewers are short; a concern where that is so of any that changes."""
    rows = facts.rows("review_capacity")
    thin = rows.filter("is_thin", pl.col("commits_90_days") > 0)
    if thin.is_empty():
        told = f"Each of {counted(rows.height, 'area')} has reviewers enough for what is coming."
        return Headline(insight="review_capacity", value=0, unit="areas", sentence=told)
    names = [area_named(area) for area in thin["area"]]
    return Headline(
        insight="review_capacity",
        value=thin.height,
        unit="areas",
        sentence=sentence(
            f"{counted(thin.height, 'area')} of {rows.height:,} "
            f"{'is' if thin.height == 1 else 'are'} short of reviewers: {joined(names)}."
        ),
        is_concern=True,
    )


def reading_order(facts: Facts) -> Headline:
    """Where reading begins; never a concern."""
    first = facts.rows("reading_order").row(0, named=True)
    asked = f", and ask {first['ask']}" if first["ask"] else ""
    told = f"To learn {first['area']}, start with {first['path']}{asked}."
    return Headline(insight="reading_order", value=None, unit="", sentence=told)


def first_places(facts: Facts) -> Headline:
    """Where a newcomer can start; never a concern."""
    paths = facts.rows("first_places")["path"].to_list()
    suit = "suits" if len(paths) == 1 else "suit"
    return Headline(
        insight="first_places",
        value=len(paths),
        unit="files",
        sentence=sentence(f"{counted(len(paths), 'file')} {suit} a first change: {joined(paths)}."),
    )


PEOPLE_HEADLINES = {
    "truck_factor": truck_factor,
    "knowledge_at_risk": knowledge_at_risk,
    "departures": departures,
    "file_owners": file_owners,
    "review_capacity": review_capacity,
    "reading_order": reading_order,
    "first_places": first_places,
}

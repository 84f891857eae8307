"""Says which recorded signatures (name and e-mail) belong to one person, and which are bots.

It stands between the history, which gives the signatures, and everything that counts people. The
rules, from the surest to the least sure; each joins what it finds equal, transitively:

1. overrides, which a person wrote down;
2. the project's `.mailmap`, as git applies it (`mailmap`);
3. the same e-mail, once normalised (`signatures`);
4. the same name, once normalised, with compatible e-mails.

Equality after normalisation is the simple algorithm that Goeminne & Mens (Sci. Comput. Program.
78(8), 2013) found to do as well as the others, with the normalisation of Bird et al., "Mining email
social networks" (MSR 2006). What it gets wrong are homonyms: a name that two people bear by the
evidence at hand joins only equal local parts, and the confidence falls with how common the words
of the name are, as agreement weighs less in ALFAA (Amreen et al., Empir. Softw. Eng. 25, 2020).
Approximate matching is left out, since its answers need a person's review: overrides are for that.
"""

from pathlib import Path
from typing import Any, Self, cast

import polars as pl
from pydantic import BaseModel, ConfigDict, model_validator

from hyperion_pipelines.config import read_yaml
from hyperion_pipelines.git import signatures as signature
from hyperion_pipelines.git.mailmap import Mailmap, Signature
from hyperion_pipelines.schemas import IDENTITIES

_RULES = ("override", "mailmap", "same e-mail", "same name")  # the surest first


def _folded(entry: str) -> str:
    return entry.strip().lower()


class IdentityOverrides(BaseModel):
    """What a person decided; an entry is an e-mail or `Name <e-mail>` as recorded, in any case.

    Each list of *merge* is one person. Each list of *split* is one person too, and whatever the
    rules say, nobody else's signatures belong to it. *bots* and *not_bots* list entries. An entry
    that a repository does not have is ignored there: one file may serve several repositories.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    merge: tuple[tuple[str, ...], ...] = ()
    split: tuple[tuple[str, ...], ...] = ()
    bots: tuple[str, ...] = ()
    not_bots: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _without_contradiction(self) -> Self:
        split = [_folded(entry) for group in self.split for entry in group]
        merge = {_folded(entry) for group in self.merge for entry in group}
        twice = {entry for entry in split if split.count(entry) > 1}
        bots = set(map(_folded, self.bots)) & set(map(_folded, self.not_bots))
        for entries, where in (
            (twice, "twice in split"),
            (merge & set(split), "in merge and in split"),
            (bots, "in bots and in not_bots"),
        ):
            if entries:
                raise ValueError(f"{min(entries)!r} stands {where}; keep one of them")
        return self


NO_OVERRIDES = IdentityOverrides()


def read_overrides(path: Path) -> IdentityOverrides:
    """Read the YAML file of overrides at *path*.

    Raises ConfigurationError, naming file, key and remedy, when it is not what it should be.
    """
    return read_yaml(path, IdentityOverrides)


def merge_identities(
    signatures: pl.DataFrame, *, mailmap: str = "", overrides: IdentityOverrides = NO_OVERRIDES
) -> pl.DataFrame:
    """Return one row per recorded signature, with its person: IDENTITIES without `repository`.

    *signatures* has `name`, `email` (as recorded) and `commits` (how often it was seen); rows that
    repeat a signature are summed. *mailmap* is the text of the project's `.mailmap`. The answer is
    sorted by name and e-mail and does not depend on the order of the rows.

    `person_id` is the person's e-mail, normalised; the slug of the name for a bot or where the
    e-mail leads to nobody; the recorded signature where two persons would share that. `reason` is
    the surest rule that, with the surer ones, joins the row to the signature whose e-mail stands
    for the person (or that one to any other); "alone" if there is no other. `confidence` (0-1)
    says how sure this is.

    Adding signatures never parts what overrides, the mailmap or an e-mail joined. It may part what
    only a name joined, by showing that two people bear the name.
    """
    persons = (
        signatures.select(pl.col("name", "email").fill_null(""), "commits")
        .group_by("name", "email")
        .agg(pl.col("commits").sum())
        .sort("name", "email")
        .with_row_index("row")
        .pipe(_with_canonical, mailmap)
        .pipe(_with_readings, overrides)
        .pipe(_with_name_keys)
        .pipe(_with_components, overrides)
        .pipe(_with_person)
        .pipe(_with_reason)
    )
    schema = {name: dtype for name, dtype in IDENTITIES.items() if name != "repository"}
    return persons.sort("row").select(pl.col(name).cast(dtype) for name, dtype in schema.items())


def _with_canonical(recorded: pl.DataFrame, mailmap: str) -> pl.DataFrame:
    entries = Mailmap.parse(mailmap)
    pairs = [
        entries.resolve(Signature(name, email))
        for name, email in recorded.select("name", "email").iter_rows()
    ]
    return recorded.with_columns(
        pl.Series("canonical_name", [pair.name for pair in pairs], pl.String),
        pl.Series("canonical_email", [pair.email for pair in pairs], pl.String),
    )


def _with_readings(canonical: pl.DataFrame, overrides: IdentityOverrides) -> pl.DataFrame:
    """Add what each signature says by itself, and the list of `split` that it stands in."""
    split_lists = (
        pl.when(_is_named(entries)).then(place) for place, entries in enumerate(overrides.split)
    )
    is_bot = (signature.is_bot() | _is_named(overrides.bots)) & ~_is_named(overrides.not_bots)
    return canonical.with_columns(
        address=signature.address(),
        local_part=signature.local_part(),
        words=signature.words(),
        is_bot=is_bot,
        split=pl.coalesce(pl.lit(None, pl.Int32), *split_lists),
        is_mailmapped=(pl.col("name") != pl.col("canonical_name"))
        | (pl.col("email") != pl.col("canonical_email")),
    ).with_columns(organisation=signature.organisation())


def _is_named(entries: tuple[str, ...]) -> pl.Expr:
    """Whether an entry of the overrides means the row."""
    folded = [_folded(entry) for entry in entries]
    email = pl.col("email").str.to_lowercase()
    whole = pl.format("{} <{}>", pl.col("name").str.to_lowercase(), email).str.strip_chars()
    return email.is_in(folded) | whole.is_in(folded)


def _with_name_keys(read: pl.DataFrame) -> pl.DataFrame:
    """Add `name_key`, equal for signatures that their names join, and the reason and confidence.

    A full name (of two words, middle initials aside) joins all who bear it, unless two people do:
    an organisation gave it two mailboxes, or it goes with different initials. Such a name, and a
    name of one word, joins equal local parts alone. Mailboxes at different organisations
    contradict nothing, for people change employers. A bot is known by its name.
    """
    initial = pl.element().str.contains("^[a-z]$")
    parts = read.with_columns(
        whole_name=pl.col("words").list.join(" "),
        full_name=pl.col("words").list.eval(pl.element().filter(~initial)).list.join(" "),
        initials=pl.col("words").list.eval(pl.element().filter(initial)).list.join(" "),
        mailbox=pl.when(pl.col("organisation").is_not_null()).then("address"),
    )
    is_one_person = _bears_a_name_of_one()
    key = (
        pl.when("is_bot")
        .then("whole_name")
        .when(is_one_person)
        .then("full_name")
        .otherwise(pl.format("{}@{}", "whole_name", "local_part"))
    )
    reason = (
        pl.when("is_bot")
        .then(pl.lit("same name of a bot"))
        .when(is_one_person)
        .then(pl.lit("same name, compatible e-mails: no two mailboxes at one organisation"))
        .otherwise(pl.lit("same name, compatible e-mails: same local part"))
    )
    return parts.with_columns(
        name_key=pl.when(pl.col("words").list.len() > 0).then(key),
        name_reason=reason,
    ).pipe(_with_name_confidence)


def _bears_a_name_of_one() -> pl.Expr:
    """Whether the row's name is full, and no two people bear it by the evidence at hand."""

    def count(column: str) -> pl.Expr:
        different = pl.col(column).replace("", None).drop_nulls().n_unique()
        return different.over("is_bot", "full_name")

    return (
        pl.col("full_name").str.contains(" ")
        & (count("initials") <= 1)
        & (count("mailbox") == count("organisation"))
    )


def _with_name_confidence(named: pl.DataFrame) -> pl.DataFrame:
    """Add .9 for a name with a word of its own, falling to .6 as all its words are common."""
    names = named.select("full_name").unique()
    words = names.with_columns(word=pl.col("full_name").str.split(" ")).explode("word")
    bearers = words.group_by("word").agg(pl.len().alias("bearers"))
    rarest = words.join(bearers, on="word").group_by("full_name").agg(pl.col("bearers").min())
    return named.join(rarest, on="full_name", how="left", maintain_order="left").with_columns(
        name_confidence=(0.6 + 0.3 / pl.col("bearers").fill_null(1)).round(3)
    )


def _joins(named: pl.DataFrame, overrides: IdentityOverrides) -> dict[str, pl.DataFrame]:
    """Return for each rule pairs of a row and a key; rows that share a key are joined.

    Only overrides and the mailmap join a bot with a person, and only its own list joins a
    signature that was split off.
    """
    free = named.filter(pl.col("split").is_null())
    merged = [
        free.filter(_is_named(entries)).select("row", key=pl.lit(f"merge {place}"))
        for place, entries in enumerate(overrides.merge)
    ]
    split = named.drop_nulls("split").select("row", key=pl.format("split {}", "split"))
    keys = {
        "mailmap": pl.format("mailmap {} <{}>", "canonical_name", "canonical_email"),
        "same e-mail": pl.format("e-mail {} {}", "is_bot", "address"),
        "same name": pl.format("name {} {}", "is_bot", "name_key"),
    }
    by_rule = {rule: free.select("row", key=key).drop_nulls("key") for rule, key in keys.items()}
    return {"override": pl.concat([split, *merged]), **by_rule}


def _with_components(named: pl.DataFrame, overrides: IdentityOverrides) -> pl.DataFrame:
    """Add for each rule what it and the surer ones join: a column of component numbers."""
    joins = _joins(named, overrides)
    return named.with_columns(
        _components(named.height, pl.concat([joins[surer] for surer in _RULES[: place + 1]])).alias(
            rule
        )
        for place, rule in enumerate(_RULES)
    )


def _components(rows: int, joins: pl.DataFrame) -> pl.Series:
    import numpy as np
    from scipy.sparse import coo_array, csgraph

    keys = joins["key"].rank("dense").to_numpy() - 1 + rows
    nodes = rows + joins["key"].n_unique()
    edges = (np.ones(joins.height, bool), (joins["row"].to_numpy(), keys))
    graph = coo_array(edges, shape=(nodes, nodes))
    _, labels = cast("tuple[int, Any]", csgraph.connected_components(graph, directed=False))
    return pl.Series(labels[:rows], dtype=pl.UInt32)


def _with_person(joined: pl.DataFrame) -> pl.DataFrame:
    """Add `chief`, the row whose e-mail stands for the person, and the person's columns.

    The e-mail is one that leads to somebody, if there is any, and a mailbox before a noreply
    address; the name a full one. What a mailmap says goes first, then what was seen most often.
    """
    person = _RULES[-1]
    is_recorded = ~pl.col("is_mailmapped")
    seen = pl.col("commits").sum().over("canonical_name", "canonical_email").cast(pl.Int64)
    mailbox = [pl.col("address").is_null(), is_recorded, signature.is_noreply(), -seen, "row"]
    name = [is_recorded, ~pl.col("full_name").str.contains(" "), -seen, "row"]
    with_chief = joined.with_columns(
        chief=pl.col("row").sort_by(mailbox).first().over(person),
        person_email=pl.col("canonical_email").sort_by(mailbox).first().over(person),
        person_name=pl.col("canonical_name").sort_by(name).first().over(person),
        is_bot=pl.col("is_bot").all().over(person),
    )
    of_chief = (
        pl.when("is_bot").then(signature.slug()).otherwise(pl.coalesce("address", signature.slug()))
    )
    readable = of_chief.gather(pl.col("chief"))
    is_shared = pl.col(person).n_unique().over(readable) > 1
    recorded = pl.format("{} <{}>", "name", "email").gather(pl.col("chief"))
    return with_chief.with_columns(person_id=pl.when(is_shared).then(recorded).otherwise(readable))


def _with_reason(persons: pl.DataFrame) -> pl.DataFrame:
    surer = _RULES[-2]
    reaches_out = pl.col(surer).n_unique().over("is_bot", "name_key") > 1
    is_link = pl.col("name_key").is_not_null() & reaches_out
    linked = persons.with_columns(link=pl.when(is_link).then("name_confidence"))

    def leads_to_chief(rule: str) -> pl.Expr:
        """Whether the rule and the surer ones join a row to its chief, or the chief to a row."""
        component = pl.col(rule)
        return (component == component.gather(pl.col("chief"))) & (pl.len().over(rule) > 1)

    def of_name_link(column: str) -> pl.Expr:
        """The value of the surest row whose name joins what the surer rules joined to others."""
        surest_first = pl.col(column).sort_by(
            "link", "row", descending=[True, False], nulls_last=True
        )
        return surest_first.first().over(surer)

    override, mailmap, email, name = map(leads_to_chief, _RULES)
    answers = [
        (override | pl.col("split").is_not_null(), pl.lit("override"), pl.lit(1.0)),
        (mailmap, pl.lit("mailmap"), pl.lit(1.0)),
        (email, pl.lit("same e-mail"), pl.lit(0.99)),
        (name, of_name_link("name_reason"), of_name_link("name_confidence")),
        (pl.col("is_mailmapped"), pl.lit("mailmap"), pl.lit(1.0)),
        (pl.lit(value=True), pl.lit("alone"), pl.lit(1.0)),
    ]
    return linked.with_columns(
        reason=pl.coalesce(pl.when(holds).then(reason) for holds, reason, _ in answers),
        confidence=pl.coalesce(pl.when(holds).then(sure) for holds, _, sure in answers),
    )

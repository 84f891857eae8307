"""Finds the person whom a text means: the name in a trailer, a handle, a member of a team.

What stands in messages and configuration is no recorded signature; here it is matched with those of
the table identities, after the same normalisation (`git.signatures`). Only what leads to one person
counts: whoever cannot be told, or never made a commit, is left out.
"""

import polars as pl

from hyperion_pipelines.git import signatures as signature

_HANDLE_OF_ACCOUNT = r"^([^@]+)@users\.noreply\."


def people_meant(mentions: pl.Series, identities: pl.DataFrame) -> pl.DataFrame:
    """Whom each of *mentions* means: `mention`, `person_id`; no row where that is not known.

    From the surest to the least sure: it is a `person_id`; its e-mail address (alone, or in
    `Name <e-mail>`) is one person's; its handle (`@bo`) is that of one person's noreply address;
    its name, of two words and more, is one person's.
    """
    known = _read(identities.select("person_id", name="name", email="email"))
    known = pl.concat(
        [known, _read(identities.select("person_id", name="person_name", email="person_email"))]
    )
    mentioned = _read_mentions(mentions.drop_nulls().unique().sort())
    by_id = known.select("person_id", key=pl.col("person_id").str.to_lowercase())
    keyed = {"id": by_id} | {
        kind: known.select("person_id", key=kind) for kind in ("address", "handle", "full_name")
    }
    for kind, people in keyed.items():
        found = people.drop_nulls().unique().filter(pl.len().over("key") == 1)
        mentioned = mentioned.join(
            found.rename({"person_id": f"by_{kind}", "key": kind}), on=kind, how="left"
        )
    person = pl.coalesce(f"by_{kind}" for kind in keyed)
    return mentioned.select("mention", person_id=person).drop_nulls("person_id").sort("mention")


def _read_mentions(mentions: pl.Series) -> pl.DataFrame:
    """What each says: `mention`, `id`, `address`, `handle`, `full_name`; null where nothing."""
    text = pl.col("mention").str.strip_chars()
    return (
        mentions.to_frame("mention")
        .with_columns(
            name=text.str.replace(r"\s*<.*$", ""),
            email=pl.coalesce(text.str.extract("<([^<>]+)>"), text),
        )
        .pipe(_read)
        .with_columns(
            id=text.str.to_lowercase(), handle=text.str.to_lowercase().str.extract(r"^@([\w-]+)$")
        )
    )


def _read(signatures: pl.DataFrame) -> pl.DataFrame:
    """*signatures* (`name`, `email`) with the keys that tell who they are: null for none."""
    return (
        signatures.rename({"name": "canonical_name", "email": "canonical_email"})
        .with_columns(address=signature.address(), words=signature.words())
        .with_columns(
            handle=pl.col("address").str.extract(_HANDLE_OF_ACCOUNT),
            full_name=pl.when(pl.col("words").list.len() > 1).then(pl.col("words").list.join(" ")),
        )
        .drop("canonical_name", "canonical_email", "words")
    )

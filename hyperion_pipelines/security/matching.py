"""Finds secrets in lines of text by the rules, and makes what may be stored of them.

Where the lines come from is the callers' business. Nothing that leaves this module has a secret in
it: a fingerprint tells equal ones, and a few characters let a person recognise them.
"""

import hashlib
from collections import Counter
from math import log2

import polars as pl

from hyperion_pipelines.security.rules import SecretRule, SecretRules

# A line that is longer is minified or data; to search all of it would cost more than it finds.
LONGEST_LINE = 10_000
DOT = "•"
_LONGEST_SHOWN = 4
_DOTS = 8  # the length is nobody's business either

FOUND = pl.Schema(
    {"place": pl.UInt32, "rule": pl.String, "fingerprint": pl.String, "shown": pl.String}
)


def has_keyword(text: pl.Expr, rules: SecretRules) -> pl.Expr:
    """Whether *text* has a keyword of any rule: only then is there anything to find in it."""
    return text.str.contains_any(rules.keywords, ascii_case_insensitive=True)


def find_secrets(lines: pl.DataFrame, rules: SecretRules) -> pl.DataFrame:
    """The secrets in *lines*, as FOUND, by place and rule; each of a line once.

    *lines* has `place` (a number of its own) and `text`.
    """
    short = lines.filter(pl.col("text").str.len_bytes() <= LONGEST_LINE)
    named = [_matches(short, rule) for rule in rules.rules]
    matches = pl.concat(named).unique(maintain_order=True)
    matches = matches.filter(~_is_any_of(pl.col("secret"), rules.not_secret))
    if matches.is_empty():
        return FOUND.to_frame()
    kept = _without_guesses(_random_enough(matches, rules), rules)
    said = [_said(rule, secret) for rule, secret in kept.select("rule", "secret").iter_rows()]
    described = pl.DataFrame(
        said, schema={"fingerprint": pl.String, "shown": pl.String}, orient="row"
    )
    return (
        kept.hstack(described)
        .select(pl.col(name).cast(kind) for name, kind in FOUND.items())
        .sort("place", "rule", "fingerprint")
    )


def _matches(lines: pl.DataFrame, rule: SecretRule) -> pl.DataFrame:
    """`place`, `rule` and `secret` of all that the rule's expression finds."""
    likely = lines.filter(
        pl.col("text").str.contains_any(list(rule.keywords), ascii_case_insensitive=True)
    )
    return (
        likely.select("place", match=pl.col("text").str.extract_all(rule.regex))
        .explode("match", empty_as_null=False)
        .select("place", rule=pl.lit(rule.id), secret=pl.col("match").str.extract(rule.regex))
        .drop_nulls("secret")
    )


def _random_enough(matches: pl.DataFrame, rules: SecretRules) -> pl.DataFrame:
    least = pl.col("rule").replace_strict(
        {rule.id: rule.entropy for rule in rules.rules}, return_dtype=pl.Float64
    )
    entropy = [shannon_entropy(secret) for secret in matches["secret"]]
    has = pl.Series("entropy", entropy, pl.Float64)
    return matches.hstack([has]).filter(pl.col("entropy") >= least)


def _without_guesses(matches: pl.DataFrame, rules: SecretRules) -> pl.DataFrame:
    """*matches* less those of generic rules that are placeholders, or that a surer rule has."""
    generic = [rule.id for rule in rules.rules if rule.is_generic]
    is_guess = pl.col("rule").is_in(generic)
    is_placeholder = _is_any_of(pl.col("secret"), rules.placeholders)
    is_surest = pl.col("rule") == pl.col("rule").first().over("place")
    return matches.filter(~is_guess | ~is_placeholder).filter(~is_guess | is_surest)


def _is_any_of(text: pl.Expr, patterns: tuple[str, ...]) -> pl.Expr:
    return text.str.contains("|".join(f"(?:{pattern})" for pattern in patterns))


def _said(rule: str, secret: str) -> tuple[str, str]:
    return fingerprint(rule, secret), redacted(secret)


def fingerprint(rule: str, secret: str) -> str:
    """16 hexadecimal digits that are equal for equal secrets of a rule, in any repository."""
    return hashlib.sha256(f"{rule}\0{secret}".encode()).hexdigest()[:16]


def redacted(secret: str) -> str:
    """At most the first four characters of a secret, at most a quarter of it, then dots."""
    return secret[: min(_LONGEST_SHOWN, len(secret) // 4)] + DOT * _DOTS


def shannon_entropy(text: str) -> float:
    """The entropy of the characters of *text*, in bits each: 0 for one character repeated.

    Source: C. E. Shannon, "A Mathematical Theory of Communication", 1948.
    """
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * log2(share) for share in shares) if len(shares) > 1 else 0.0

"""The rules that say what a secret looks like: `config/secrets.yaml`, read and checked.

Applying them to lines is `matching`'s business, reading the lines from git `patches`'s.
"""

import hashlib
from functools import cache
from typing import Literal

import polars as pl
from polars.exceptions import ComputeError
from pydantic import BaseModel, ConfigDict, Field, field_validator

from hyperion_pipelines.config import DIRECTORY, read_yaml

FILE = DIRECTORY / "secrets.yaml"

Severity = Literal["critical", "high", "medium", "low"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SecretRule(_Part):
    """What one kind of secret looks like.

    The first group of `regex` (Rust's syntax) is the secret. It is searched for only in lines that
    have one of `keywords`, letter case ignored. `entropy` is the least that the secret must have,
    in bits a character. An `is_generic` rule, which guesses by the name that a value is given, is
    silent where another one speaks, and where the value has one of the placeholders.
    """

    id: str
    what: str
    regex: str
    keywords: tuple[str, ...] = Field(min_length=1)
    entropy: float = 0.0
    severity: Severity
    is_generic: bool = False

    @field_validator("regex")
    @classmethod
    def _compiles(cls, regex: str) -> str:
        try:
            pl.Series([""]).str.extract(regex)
        except ComputeError as error:
            raise ValueError(f"{regex!r} is not a regular expression with a group") from error
        return regex


class SecretRules(_Part):
    """All rules, the surest first, and the regular expressions that no secret matches."""

    not_secret: tuple[str, ...]
    placeholders: tuple[str, ...]
    rules: tuple[SecretRule, ...]

    @property
    def by_id(self) -> dict[str, SecretRule]:
        """The rules by their ids."""
        return {rule.id: rule for rule in self.rules}

    @property
    def keywords(self) -> list[str]:
        """The keywords of all rules."""
        return sorted({keyword for rule in self.rules for keyword in rule.keywords})


@cache
def read_secret_rules() -> SecretRules:
    """The rules. Raises ConfigurationError where the file is not what it must be."""
    return read_yaml(FILE, SecretRules)


@cache
def secret_rules_version() -> str:
    """A digest of the rules: what they found is searched for anew when they change."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()[:12]

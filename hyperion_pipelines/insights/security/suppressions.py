"""Findings that a person accepted: which, why, and until when (`config/SLUG/suppressions.yaml`).

They are still shown, after all others, until the day they end. That day is compared with the newest
commit's, never with the clock, so that the same history gives the same tables. The insights of
security apply them; nothing here knows what a finding is about.

```yaml
suppressions:
  - rule: private-key
    path: tests/certs/*
    reason: Keys of the test server, which nothing else trusts.
    until: 2027-01-31
```
"""

from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from hyperion_pipelines.config import read_yaml

_ADDED = pl.Schema(
    {"suppressed": pl.String, "suppressed_until": pl.Date, "suppression_expired": pl.Boolean}
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Suppression(_Part):
    """What is accepted: findings of `rule` in files whose path fits `path`.

    `path` is a shell's pattern whose `*` stands for slashes too. With a `fingerprint` only that
    secret is meant. `reason` says why; `until` is the last day on which it holds.
    """

    rule: str = Field(min_length=1)
    path: str = Field(min_length=1)
    fingerprint: str | None = None
    reason: str = Field(min_length=1)
    until: date

    def covers(self, rule: str, path: str, fingerprint: str | None) -> bool:
        """Whether the finding is one of those that are meant, expired or not."""
        is_same = self.fingerprint is None or self.fingerprint == fingerprint
        return self.rule == rule and is_same and fnmatchcase(path, self.path)


class Suppressions(_Part):
    """All that is accepted in a repository."""

    suppressions: tuple[Suppression, ...] = ()

    def of(self, rule: str, path: str, fingerprint: str | None) -> Suppression | None:
        """Of those that cover a finding the one that holds longest; None where none does."""
        covering = [one for one in self.suppressions if one.covers(rule, path, fingerprint)]
        return max(covering, key=lambda one: one.until, default=None)


NO_SUPPRESSIONS = Suppressions()


def read_suppressions(file: Path) -> Suppressions:
    """What *file* says.

    Raises ConfigurationError, naming file, key and remedy, for an unknown key, a missing reason or
    day, and what is no YAML.
    """
    return read_yaml(file, Suppressions)


def with_suppressions(
    findings: pl.DataFrame, suppressions: Suppressions, head_time: datetime
) -> pl.DataFrame:
    """*findings* (`rule`, `path`, perhaps `fingerprint`) with what a person said of them.

    Added are `suppressed` (the reason; null where none holds on the day of *head_time*),
    `suppressed_until` (its last day, kept where it is over) and `suppression_expired`.
    """
    today = head_time.date()
    keys = [name for name in ("rule", "path", "fingerprint") if name in findings.columns]
    added: list[tuple[str | None, date | None, bool]] = []
    for rule, path, *rest in findings.select(keys).iter_rows():
        found = suppressions.of(rule, path, rest[0] if rest else None)
        is_over = found is not None and found.until < today
        added.append(
            (
                found.reason if found and not is_over else None,
                found.until if found else None,
                is_over,
            )
        )
    return findings.hstack(pl.DataFrame(added, schema=_ADDED, orient="row"))

"""What is dangerous about calls, and what to do: `config/dangerous_calls.yaml`, read and checked.

The calls themselves are found by `code.dangerous_calls`.
"""

import hashlib
from functools import cache

from pydantic import BaseModel, ConfigDict

from hyperion_pipelines.config import DIRECTORY, read_yaml
from hyperion_pipelines.security.rules import Severity

FILE = DIRECTORY / "dangerous_calls.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DangerRule(_Part):
    """What may happen, what to do instead (sentences), and the CWE number of the weakness."""

    id: str
    danger: str
    fix: str
    cwe: int
    severity: Severity


class DangerRules(_Part):
    """All rules."""

    rules: tuple[DangerRule, ...]


@cache
def read_danger_rules() -> dict[str, DangerRule]:
    """The rules by id. Raises ConfigurationError where the file is not what it must be."""
    return {rule.id: rule for rule in read_yaml(FILE, DangerRules).rules}


@cache
def danger_rules_version() -> str:
    """A digest of the rules: what is said of calls is said anew when they change."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()[:12]

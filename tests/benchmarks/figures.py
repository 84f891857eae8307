"""A figure of a benchmark: what was measured, and the target that it is held to."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """A measured value; ratios are taken side by side in one run, so the machine cancels out."""

    name: str
    value: float
    target: float
    better: Literal["lower", "higher"]
    unit: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the value is at the target or beyond it, on the better side."""
        return self.value <= self.target if self.better == "lower" else self.value >= self.target

"""`python -m tests.benchmarks [NAME...]`: runs the benchmarks and prints each figure and target.

The exit status is 1 when a target was missed.
"""

import importlib
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.benchmarks.figures import Figure


def main(names: list[str]) -> int:
    """Run the benchmarks named, or all; returns the exit status."""
    there = sorted(
        path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py")
    )
    unknown = set(names) - set(there)
    if unknown:
        sys.stderr.write(
            f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(there)}\n"
        )
        return 2
    missed = 0
    for name in names or there:
        figures: Iterable[Figure] = importlib.import_module(f"tests.benchmarks.bench_{name}").run()
        for figure in figures:
            sign = "<=" if figure.better == "lower" else ">="
            verdict = "met" if figure.is_met else "MISSED"
            missed += not figure.is_met
            line = f"{figure.name:<62} {figure.value:>9.3f} {sign} {figure.target:g} {figure.unit}"
            sys.stdout.write(f"{line:<96} {verdict}\n")
            sys.stdout.flush()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

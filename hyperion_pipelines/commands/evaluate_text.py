"""An evaluation on an outside table as text for a terminal."""

from rich.console import Console
from rich.table import Table

from hyperion_pipelines.commands.summary_text import terminal_console
from hyperion_pipelines.learning.evaluation import Evaluation
from hyperion_pipelines.learning.outside.judging import OutsideEvaluation


def print_evaluation(found: OutsideEvaluation, console: Console | None = None) -> None:
    """Print a row for each project (and release), and their mean."""
    console = console or terminal_console()
    table = Table(box=None, pad_edge=False)
    table.add_column("project", no_wrap=True)
    for heading in ("rows", "positive", "AUC", "95% interval", "precision", found.baseline):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, evaluation in found.judged.items():
        table.add_row(name, *_cells(evaluation))
    means = [f"{found.mean(name):.3f}" for name in ("auc", "average_precision", "auc_baseline")]
    table.add_row("mean", "", "", means[0], "", means[1], means[2], style="bold")
    console.print(table)
    console.print(
        f"precision: average precision; {found.baseline}: AUC of this column alone.", markup=False
    )


def _cells(evaluation: Evaluation) -> list[str]:
    low, high = evaluation.intervals["auc"]
    return [
        f"{evaluation.n:,}",
        f"{evaluation.positives:,}",
        f"{evaluation.auc:.3f}",
        f"{low:.3f} to {high:.3f}",
        f"{evaluation.average_precision:.3f}",
        f"{evaluation.auc_baseline:.3f}",
    ]

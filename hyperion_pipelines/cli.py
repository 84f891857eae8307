"""The command `hyperion`: its options, its exit status, and the way to each command's module.

Commands are imported when they are called, so that none pays for another's imports.
"""

import gc
import importlib
import logging
import sys

import click

from hyperion_pipelines.errors import HyperionError, UsageError, causes, is_disk_full
from hyperion_pipelines.logs import LOGGER

# Objects made before a look for garbage, and looks before those that go further. Python's own
# values look through the hundreds of thousands of objects of the libraries again and again while
# these are imported.
GARBAGE_THRESHOLDS = (100_000, 50, 100)

# Command -> its help, in the order that `hyperion --help` lists them.
COMMANDS = {
    "analyze": "Analyse a path or URL and print what was found.",
    "repo": "Add, list and remove the repositories that are watched.",
    "report": "Report on a repository, or compare several.",
    "search": "Find passages of documents and code by words and by meaning.",
    "ask": "Answer a question from documents and code, with sources.",
    "graph": "Ask the code graph: in Cypher, or who knows what, what depends on what.",
    "features": "Print what a model is told of a commit or a file, and what that means.",
    "predict": "Say how risky commits are, why, and who should look.",
    "impact": "Say what else has to change with files or commits.",
    "evaluate": "Train and judge the models on an outside table.",
    "models": "List the trained models, and choose which version is served.",
    "export": "Write a table to a file.",
    "info": "Say what this home holds and how its tables stand.",
    "serve": "Answer over HTTP: predictions, search, answers, the graph.",
    "token": "Make, list and revoke keys of those who may ask over HTTP.",
    "debug": "Show where the time of a request over HTTP went.",
    "up": "Start the Dagster UI with its sensor and schedules.",
    "demo": "Analyse a generated sample repository, or a given one.",
}


class Commands(click.Group):
    """Finds a command in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All of them, in their order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"hyperion_pipelines.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List them by the table above, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hyperion-pipelines", prog_name="hyperion")
def hyperion() -> None:
    """Say where the risk of a git repository sits: which commits, files and people to look at."""


def main() -> None:
    """Run the command line; exit status 0 success, 1 the work failed, 2 the call was wrong."""
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    logging.raiseExceptions = False  # a record that cannot be written is no user's business
    try:
        status = hyperion.main(standalone_mode=False)
    except click.exceptions.Abort:
        status = _fail("interrupted; the next run goes on from what is kept", 1)
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except UsageError as error:
        status = _fail(str(error), 2)
    except HyperionError as error:
        status = _fail(str(error), 1)
    except Exception as error:  # not one of ours: in words, its traceback is not for a user
        status = _fail(_explain(error), 1)
    # The system takes the memory back: the last look for garbage of Python, half a second after a
    # run in Dagster, would find nothing that matters. Torch alone would then complain of its own.
    if "torch" not in sys.modules:
        gc.freeze()
    sys.exit(status if isinstance(status, int) else 0)


def _explain(error: Exception) -> str:
    """What a user should know of an error that is not Hyperion's own; a defect goes to the log."""
    if is_disk_full(error):
        return "the disk is full: free some room and run again, which completes this run"
    if any("disk I/O error" in str(cause) for cause in causes(error)):  # SQLite's, of either
        return "the disk is full, or it fails: free some room and run again"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename or 'no file named'}"
    logging.getLogger(LOGGER).error("unexpected error", exc_info=error)
    return "an error that should not happen; logs/hyperion.jsonl in the home has it"


def _fail(message: str, status: int) -> int:
    click.echo(f"hyperion: {message}", err=True)
    return status

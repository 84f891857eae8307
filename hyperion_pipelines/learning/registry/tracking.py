"""MLflow, quiet and away from the process's own state: what every call to it goes through.

MLflow is imported here and in `run_log` alone, when it is used: that takes two seconds. What is
asked of it is not known here.
"""

import logging
import os
import sqlite3
import tempfile
import warnings
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.git.commands import redact

if TYPE_CHECKING:
    from mlflow import MlflowClient

_SQLITE = "sqlite:///"
# No word to anyone, nor on the streams of whoever uses it.
_QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_DISABLE_AGENT_HINT": "true",
}
# MLflow tries for minutes; whether a server is there at all is asked once, and briefly.
_BRIEF = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "10"}
# MLflow tells its present address and experiment to the processes that this one starts.
_LEFT_BEHIND = ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_ID")


def embedded_uri(home: Path) -> str:
    """The address of the store in a home: an SQLite database."""
    return f"{_SQLITE}{home}/mlflow/mlflow.db"


def is_server(uri: str) -> bool:
    """Whether *uri* is the address of an MLflow server."""
    return uri.startswith(("http://", "https://"))


def open_client(uri: str) -> "MlflowClient":
    """A client of the store at *uri*, which is made if it is an SQLite file that is not there.

    Raises HyperionError where it does not answer.
    """
    if uri.startswith(_SQLITE):
        file = Path(uri.removeprefix(_SQLITE))
        if not file.exists():
            _make_database(file)
        _open_database(file)
    return _connect(uri)


def _connect(uri: str) -> "MlflowClient":
    """A client that has had an answer; of a database that is new this makes the tables."""
    with speaking_to(uri), _environment(_BRIEF):
        from mlflow import MlflowClient

        client = MlflowClient(uri, registry_uri=uri)
        client.search_experiments(max_results=1)
        return client


def _make_database(file: Path) -> None:
    """Make the database beside *file* first: a process that is killed meanwhile leaves none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=file.parent) as folder:
        new = Path(folder) / file.name
        _connect(f"{_SQLITE}{new}")
        new.replace(file)


@contextmanager
def speaking_to(uri: str) -> Generator[None]:
    """Within the block MLflow is quiet, and its errors are HyperionErrors that say what to do.

    Credentials in *uri* are never part of them.
    """
    with warnings.catch_warnings(), _environment(_QUIET):
        warnings.simplefilter("ignore")  # MLflow's and its libraries' own: deprecations, hints
        from mlflow.exceptions import MlflowException

        logging.getLogger("mlflow").setLevel(logging.ERROR)
        try:
            yield
        except MlflowException as error:
            # The cause goes: its words may hold the credentials of the address.
            raise HyperionError(_explain(uri, error)) from None


@contextmanager
def tracking_to(uri: str) -> Generator[None]:
    """Within the block MLflow's own functions (`mlflow.start_run`, ...) work on *uri*."""
    kept = {name: os.environ[name] for name in _LEFT_BEHIND if name in os.environ}
    with speaking_to(uri):
        import mlflow

        before = mlflow.get_tracking_uri() if mlflow.is_tracking_uri_set() else ""
        mlflow.set_tracking_uri(uri)
    try:
        yield
    finally:
        mlflow.set_tracking_uri(before)
        for name in _LEFT_BEHIND:
            os.environ.pop(name, None)
        os.environ.update(kept)


def is_absent(error: Exception) -> bool:
    """Whether MLflow says that what was asked for does not exist."""
    return getattr(error, "error_code", "") == "RESOURCE_DOES_NOT_EXIST"


def _open_database(file: Path) -> None:
    """Look into the database: MLflow tries a broken one for minutes."""
    try:
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA schema_version")
    except sqlite3.DatabaseError as error:
        message = f"{file} cannot be opened ({error}): restore it, or move it away to start anew"
        raise HyperionError(message) from error


def _explain(uri: str, error: Exception) -> str:
    """What to do about an error of MLflow's, and its words."""
    place, said = redact(uri), redact(" ".join(str(error).split()))
    if "mlflow db upgrade" in said:
        remedy = f"was made by another MLflow: back it up, then run `mlflow db upgrade {place}`"
    elif is_server(uri):
        remedy = "failed: see that it runs and that MLFLOW_TRACKING_URI is right, then run again"
    else:
        remedy = "failed: run again; if it stays so, restore the file"
    return f"the model registry at {place} {remedy}. MLflow said: {said}"


@contextmanager
def _environment(variables: Mapping[str, str]) -> Generator[None]:
    """Within the block the variables are set where the user did not set them."""
    mine = {name: value for name, value in variables.items() if name not in os.environ}
    os.environ.update(mine)
    try:
        yield
    finally:
        for name in mine:
            os.environ.pop(name, None)

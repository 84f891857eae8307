"""Logs: JSON lines in the home's `logs/`, and readable ones on the terminal.

Whatever is logged, no credential of a URL reaches either.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from hyperion_pipelines.git.commands import redact

FILE_BYTES = 10_000_000
FILES_KEPT = 5
LOGGER = "hyperion_pipelines"
# What every record carries by itself; what a caller adds with `extra` is a field of its own.
_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a record: time, level, logger, message, and the fields given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
            "process": record.process,
        }
        fields |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info:
            fields["traceback"] = redact("".join(traceback.format_exception(*record.exc_info)))
        return json.dumps(fields, default=str, ensure_ascii=False)


class Readable(logging.Formatter):
    """A line for a person."""

    def format(self, record: logging.LogRecord) -> str:
        """Time of day, level where it matters, and the message."""
        time = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        level = "" if record.levelno == logging.INFO else f"{record.levelname.lower()}: "
        return f"{time} {level}{redact(record.getMessage())}"


def configure_logs(home: Path, *, terminal_level: int = logging.WARNING) -> None:
    """Send Hyperion's records to `home/logs/hyperion.jsonl`, and to stderr from a level on.

    Calling it again replaces the handlers, so that tests and long-lived processes can move home.
    Raises OSError where the home cannot be written.
    """
    folder = home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    file = RotatingFileHandler(
        folder / "hyperion.jsonl", maxBytes=FILE_BYTES, backupCount=FILES_KEPT
    )
    file.setFormatter(JsonLines())
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setFormatter(Readable())
    terminal.setLevel(terminal_level)
    logger = logging.getLogger(LOGGER)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    logger.addHandler(file)
    logger.addHandler(terminal)
    logger.setLevel(logging.INFO)
    logger.propagate = False

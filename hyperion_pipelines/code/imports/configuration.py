"""Reads the configuration files that decide where imports lead, each into a typed model.

A file that is absent, and one that is malformed, is None; the malformed one is also logged. What
the settings mean belongs to the language that reads them.
"""

import json
import logging
import re
import tomllib
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from hyperion_pipelines.code.imports.source_tree import SourceTree

logger = logging.getLogger(__name__)

Model = TypeVar("Model", bound=BaseModel)

_STRING = r'"(?:\\.|[^"\\])*"'
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*.*?\*/", re.DOTALL)
_TRAILING_COMMA = re.compile(rf"({_STRING})|,(?=\s*[}}\]])")


def read_json(tree: SourceTree, path: str, model: type[Model]) -> Model | None:
    """Return the JSON file at *path*, comments and trailing commas allowed, as *model*."""
    content = tree.read_text(path) if path in tree else None
    if content is None:
        return None
    plain = _COMMENT.sub(lambda match: match[1] or "", content.removeprefix("\ufeff"))
    plain = _TRAILING_COMMA.sub(lambda match: match[1] or "", plain)
    try:
        return model.model_validate(json.loads(plain))
    except (json.JSONDecodeError, ValidationError, RecursionError) as error:
        logger.warning("%s is malformed and treated as absent: %s", path, error)
        return None


def read_toml(tree: SourceTree, path: str, model: type[Model]) -> Model | None:
    """Return the TOML file at *path* as *model*."""
    content = tree.read_text(path) if path in tree else None
    if content is None:
        return None
    try:
        return model.model_validate(tomllib.loads(content.removeprefix("\ufeff")))
    except (tomllib.TOMLDecodeError, ValidationError, RecursionError) as error:
        logger.warning("%s is malformed and treated as absent: %s", path, error)
        return None

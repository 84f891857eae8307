"""The YAML files that steer the engine: our defaults beside this module, and a user's own files.

What a file may say is a pydantic model of the module that uses it; here it is read and checked.
"""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from hyperion_pipelines.errors import ConfigurationError

Model = TypeVar("Model", bound=BaseModel)

DIRECTORY = Path(__file__).parent


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Return what the file at *path* says, as a *model*; an empty file says nothing.

    Raises ConfigurationError, naming the file, the key and the remedy, when the file cannot be
    read, is not YAML, or is not what the model describes.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return model.model_validate({} if content is None else content)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{path}: cannot be read ({error}); give a UTF-8 text file"
        ) from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: is not YAML: {error}; correct it there") from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'top level'}: {problem['msg']}"
            for problem in error.errors()
        )
        keys = ", ".join(model.model_fields)
        raise ConfigurationError(f"{path}: {problems}; the keys it may have: {keys}") from error

"""The champions in the home, as scoring and the sidecar read them: files alone, no MLflow.

```
home/models/NAME/VERSION/       the files that the model saved
home/models/NAME/champion.json  which version is champion, and what is known of it
```

The pointer is replaced when the files are complete; of older versions the last champion stays, for
those that are reading it.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Champion:
    """The version of a model that is served.

    `registered_at` and `published_at` are ISO times in UTC; `tags` are those of the version.
    """

    name: str
    version: int
    run_id: str
    registered_at: str
    tags: Mapping[str, str]
    published_at: str = ""


@dataclass(frozen=True)
class PublishedModels:
    """The published models under a home; one process at a time may publish."""

    home: Path

    def champion(self, name: str) -> Champion | None:
        """The champion of a model; None where there is none, or its files are gone."""
        try:
            said = json.loads(self._pointer(name).read_text("utf-8"))
        except FileNotFoundError:
            return None
        champion = Champion(**said)
        return champion if self.folder(champion).is_dir() else None

    def folder(self, champion: Champion) -> Path:
        """Where a champion's files are."""
        return self._models(champion.name) / str(champion.version)

    def publish(self, champion: Champion, download: Callable[[Path], Path]) -> bool:
        """Serve *champion* from now on; False where it is served already.

        *download* brings its files into an empty folder, and returns where in it they are.
        """
        before = self.champion(champion.name)
        if before is not None and (before.version, before.run_id) == _identity(champion):
            return False
        models = self._models(champion.name)
        models.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=".new-", dir=models))
        _replace_folder(download(new), self.folder(champion))
        self._point_to(champion)
        kept = {str(each.version) for each in (champion, before) if each is not None}
        for folder in models.iterdir():
            if folder.is_dir() and folder.name not in kept:
                shutil.rmtree(folder)
        return True

    def withdraw(self, name: str) -> bool:
        """Serve no version of a model; False where none is served."""
        is_served = self._pointer(name).exists()
        self._pointer(name).unlink(missing_ok=True)
        return is_served

    def _point_to(self, champion: Champion) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        said = {**vars(champion), "tags": dict(champion.tags), "published_at": now}
        new = self._pointer(champion.name).with_suffix(".new")
        new.write_text(json.dumps(said, indent=2) + "\n", "utf-8")
        new.replace(self._pointer(champion.name))

    def _pointer(self, name: str) -> Path:
        return self._models(name) / "champion.json"

    def _models(self, name: str) -> Path:
        return self.home / "models" / name


def _identity(champion: Champion) -> tuple[int, str]:
    """What tells versions apart: a store that was made anew counts from 1 again."""
    return champion.version, champion.run_id


def _replace_folder(new: Path, place: Path) -> None:
    """Move *new* to *place*; what was there goes."""
    if place.exists():
        old = Path(tempfile.mkdtemp(prefix=".old-", dir=place.parent))
        place.rename(old / place.name)
    new.rename(place)

"""The champions in memory: read from the home's files when first asked, and again when one moves.

A command asks once; the sidecar asks with every request, from many threads. Which version is
champion is `published`'s business.
"""

import logging
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cachetools import LRUCache

from hyperion_pipelines.learning.registry.published import Champion, PublishedModels
from hyperion_pipelines.learning.registry.pyfunc import load_model

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ServedModel:
    """A champion and what its files hold: the object that `pyfunc.MODELS` names the class of."""

    champion: Champion
    model: object


class _Loaded(NamedTuple):
    served: ServedModel
    file_bytes: int


def _file_bytes(loaded: _Loaded) -> int:
    return loaded.file_bytes


class ServedModels:
    """The champions of *published*, for any number of threads.

    Those that were asked last stay in memory, as many as have files of *max_bytes* together; one
    that is larger by itself is loaded whenever it is asked.
    """

    def __init__(self, published: PublishedModels, max_bytes: int) -> None:
        self._published = published
        self._lock = threading.Lock()
        self._loaded = LRUCache[str, _Loaded](max_bytes, getsizeof=_file_bytes)
        self._loading: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._loads = Counter[str]()

    @property
    def loads(self) -> Counter[str]:
        """How often each model was read from its files so far."""
        with self._lock:
            return self._loads.copy()

    def load(self, name: str) -> ServedModel | None:
        """The champion of a model; None where none is served.

        Of several threads that ask for a model that is not in memory, one reads it. Raises KeyError
        for a name that is none, OSError where its files cannot be read.
        """
        champion = self._published.champion(name)
        if champion is None:
            with self._lock:
                self._loaded.pop(name, None)
            return None
        return self._known(champion) or self._load(champion)

    def _known(self, champion: Champion) -> ServedModel | None:
        with self._lock:
            loaded = self._loaded.get(champion.name)
        # A store that was made anew counts versions from 1 again: the whole record tells.
        is_same = loaded is not None and loaded.served.champion == champion
        return loaded.served if loaded and is_same else None

    def _load(self, champion: Champion) -> ServedModel:
        with self._lock:
            loading = self._loading[champion.name]
        with loading:
            if known := self._known(champion):  # another thread read it meanwhile
                return known
            folder = self._published.folder(champion)
            served = ServedModel(champion, load_model(champion.name, folder))
            self._keep(_Loaded(served, _bytes_in(folder)))
        logger.info("the model %s, version %d, was read", champion.name, champion.version)
        return served

    def _keep(self, loaded: _Loaded) -> None:
        name = loaded.served.champion.name
        with self._lock:
            self._loads[name] += 1
            self._loaded.pop(name, None)
            if loaded.file_bytes <= self._loaded.maxsize:
                self._loaded[name] = loaded


def _bytes_in(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())

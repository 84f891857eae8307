"""LightGBM's trees as they answer: its own library, without its Python package.

The package takes a second and a half to import, as pandas and scikit-learn come along: more than
all that a prediction does. So what was fitted is kept as LightGBM's own text, and asked through the
documented C API of the library that the package brings
(https://lightgbm.readthedocs.io/en/stable/C-API.html). Fitting is the package's business.
"""

import ctypes
import importlib.util
import weakref
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hyperion_pipelines.errors import HyperionError

# Constants of the C API
_FLOAT32, _ROW_MAJOR = 0, 1
_RAW_SCORE, _CONTRIBUTIONS = 1, 3
_ALL_ITERATIONS = -1


class LightGbmTrees:
    """Fitted trees with one answer a row (none of several classes); *text* is LightGBM's of them.

    Raises HyperionError for a text that is none.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._handle = ctypes.c_void_p()
        iterations = ctypes.c_int()
        _call(
            "LGBM_BoosterLoadModelFromString",
            text.encode(),
            ctypes.byref(iterations),
            ctypes.byref(self._handle),
        )
        weakref.finalize(self, _call, "LGBM_BoosterFree", self._handle)
        self.number = self._count("LGBM_BoosterNumberOfTotalModel")
        self.features = self._count("LGBM_BoosterGetNumFeature")

    @classmethod
    def load(cls, file: Path) -> "LightGbmTrees":
        """The trees that `save`, or LightGBM itself, wrote."""
        return cls(file.read_text("utf-8"))

    def __reduce__(self) -> tuple[type["LightGbmTrees"], tuple[str]]:
        """A copy, in this process or another, is read from the text once more."""
        return LightGbmTrees, (self.text,)

    def save(self, file: Path) -> None:
        """Write LightGBM's text of them."""
        file.write_text(self.text, "utf-8")

    def scores(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """The sum of the trees' answers for each row of *inputs* (n, d); n is not 0."""
        return self._predict(inputs, _RAW_SCORE, 1)[:, 0]

    def contributions(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """What each column added to each row's sum, then the base (TreeSHAP): (n, d + 1)."""
        return self._predict(inputs, _CONTRIBUTIONS, self.features + 1)

    def _predict(self, inputs: NDArray[np.float32], kind: int, width: int) -> NDArray[np.float64]:
        rows = np.ascontiguousarray(inputs, np.float32)
        answers = np.empty((len(rows), width))
        written = ctypes.c_int64()
        _call(
            "LGBM_BoosterPredictForMat",
            self._handle,
            rows.ctypes.data_as(ctypes.c_void_p),
            ctypes.c_int(_FLOAT32),
            ctypes.c_int32(rows.shape[0]),
            ctypes.c_int32(rows.shape[1]),
            ctypes.c_int(_ROW_MAJOR),
            ctypes.c_int(kind),
            ctypes.c_int(0),
            ctypes.c_int(_ALL_ITERATIONS),
            b"",
            ctypes.byref(written),
            answers.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
        )
        return answers

    def _count(self, question: str) -> int:
        number = ctypes.c_int()
        _call(question, self._handle, ctypes.byref(number))
        return number.value


@cache
def _library() -> ctypes.CDLL:
    """The library in the installed package. Raises HyperionError where there is none."""
    package = importlib.util.find_spec("lightgbm")
    folders = package.submodule_search_locations if package else None
    for folder in folders or ():
        for file in Path(folder).glob("*/*lib_lightgbm.*"):
            library = ctypes.CDLL(str(file))
            library.LGBM_GetLastError.restype = ctypes.c_char_p
            return library
    raise HyperionError("the library of LightGBM is not installed: install lightgbm")


def _call(name: str, *arguments: object) -> None:
    """Call a function of the C API. Raises HyperionError, in LightGBM's words, where it fails."""
    library = _library()
    if getattr(library, name)(*arguments):
        said: bytes = library.LGBM_GetLastError()
        raise HyperionError(f"LightGBM: {said.decode()}")

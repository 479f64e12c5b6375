"""Q-scores: how far a cryo-EM map supports the atoms of a model.

The names below are imported when first used, so that ``import qscore`` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._core import __version__
    from .errors import InputError
    from .maps import Map, read_map
    from .model import Atoms, Model, read_model
    from .options import ScoreOptions
    from .result import ScoreResult
    from .scoring import score, score_atoms

# public name -> module of this package that defines it
_HOME = {
    "Atoms": "model",
    "InputError": "errors",
    "Map": "maps",
    "Model": "model",
    "ScoreOptions": "options",
    "ScoreResult": "result",
    "__version__": "_core",
    "read_map": "maps",
    "read_model": "model",
    "score": "scoring",
    "score_atoms": "scoring",
}

__all__ = [
    "Atoms",
    "InputError",
    "Map",
    "Model",
    "ScoreOptions",
    "ScoreResult",
    "__version__",
    "read_map",
    "read_model",
    "score",
    "score_atoms",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'qscore' has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__

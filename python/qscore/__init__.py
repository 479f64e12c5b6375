"""Q-scores: how far a cryo-EM map supports the atoms of a model.

The names below are imported when first used, so that ``import qscore`` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._core import __version__
    from .bfactors import BFactorScan, scan_bfactors
    from .correlation import ModelCorrelation, correlate
    from .errors import InputError
    from .maps import Map, read_map
    from .mapwriter import write_map
    from .model import Atoms, Model, read_model
    from .modelmaps import electron_map, gaussian_map
    from .options import ScoreOptions
    from .result import ScoreResult
    from .scores import read_scores
    from .scoring import score, score_atoms

# public name -> module of this package that defines it
_HOME = {
    "Atoms": "model",
    "BFactorScan": "bfactors",
    "InputError": "errors",
    "Map": "maps",
    "Model": "model",
    "ModelCorrelation": "correlation",
    "ScoreOptions": "options",
    "ScoreResult": "result",
    "__version__": "_core",
    "correlate": "correlation",
    "electron_map": "modelmaps",
    "gaussian_map": "modelmaps",
    "read_map": "maps",
    "read_model": "model",
    "read_scores": "scores",
    "scan_bfactors": "bfactors",
    "score": "scoring",
    "score_atoms": "scoring",
    "write_map": "mapwriter",
}

__all__ = [
    "Atoms",
    "BFactorScan",
    "InputError",
    "Map",
    "Model",
    "ModelCorrelation",
    "ScoreOptions",
    "ScoreResult",
    "__version__",
    "correlate",
    "electron_map",
    "gaussian_map",
    "read_map",
    "read_model",
    "read_scores",
    "scan_bfactors",
    "score",
    "score_atoms",
    "write_map",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'qscore' has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__

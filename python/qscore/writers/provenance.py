"""What every file says about where its numbers come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..maps import Map
    from ..result import ScoreResult


def map_name(map: Map) -> str:
    """Return the name of the map's file without folder and endings, ``"map"`` for a map made in memory."""
    if map.path is None:
        return "map"
    name = Path(map.path).name
    for ending in (".gz", ".bz2", ".xz", ".map", ".mrc", ".ccp4"):
        if name.lower().endswith(ending) and len(name) > len(ending):
            name = name[: -len(ending)]
    return name


def provenance(result: ScoreResult) -> dict[str, str]:
    """Return program and version, method variant, sigma, map and model of a result, as text."""
    from .. import __version__

    return {
        "program": f"qscore {__version__}",
        "variant": "resampled map (EMDB's variant)" if result.options.resampled else "direct",
        "sigma": f"{result.options.sigma:g}",
        "map": Path(result.map.path).name if result.map.path else map_name(result.map),
        "model": Path(result.model.path).name if result.model.path else result.model.name,
    }


def provenance_line(result: ScoreResult) -> str:
    """Return the same as one line of text."""
    facts = provenance(result)
    return (
        f"{facts['program']}; {facts['variant']}; sigma {facts['sigma']} A; map {facts['map']}; model {facts['model']}"
    )

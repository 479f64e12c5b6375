"""What every file says about where its numbers come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..bfactors import BFactorScan
    from ..maps import Map
    from ..model import Model
    from ..options import ScoreOptions
    from ..result import ScoreResult

UNKNOWN = "?"


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
    return _facts(result.options, result.map.path, result.model)


def scan_provenance(scan: BFactorScan) -> dict[str, str]:
    """Return the same of a scan over f, with the resolution, the best f and what the B factors are.

    Variant and sigma are `UNKNOWN` for scores from a file.
    """
    return _facts(scan.options, scan.map_path, scan.model) | {
        "resolution": number(scan.resolution),
        "f": number(scan.best_f),
        "b_factors": "B = (1 - Q)*f",
    }


def provenance_line(result: ScoreResult) -> str:
    """Return the provenance of a result as one line of text."""
    return _line(provenance(result))


def scan_line(scan: BFactorScan) -> str:
    """Return the provenance of a scan over f as one line of text."""
    facts = scan_provenance(scan)
    return f"{_line(facts)}; resolution {facts['resolution']} A; {facts['b_factors']}; best f {facts['f']} A^2"


def number(value: float | None) -> str:
    """Return a number as text, `UNKNOWN` for None."""
    return UNKNOWN if value is None else f"{value:g}"


def _facts(options: ScoreOptions | None, map_path: str | None, model: Model) -> dict[str, str]:
    from .. import __version__

    variant = UNKNOWN
    if options is not None:
        variant = "resampled map (EMDB's variant)" if options.resampled else "direct"
    return {
        "program": f"qscore {__version__}",
        "variant": variant,
        "sigma": number(None if options is None else options.sigma),
        "map": Path(map_path).name if map_path else "map",
        "model": Path(model.path).name if model.path else model.name,
    }


def _line(facts: dict[str, str]) -> str:
    score = "scores given" if facts["sigma"] == UNKNOWN else f"{facts['variant']}; sigma {facts['sigma']} A"
    return f"{facts['program']}; {score}; map {facts['map']}; model {facts['model']}"

"""A result as the EMDB's validation pages take it: what is in the JSON of its package `va`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .result import ScoreResult

_DECIMALS = 3


def emdb_entry(result: ScoreResult) -> dict[str, Any]:
    """Return the model's part of the EMDB's JSON.

    As the EMDB counts, waters are left out of everything; averages are over atoms.
    """
    kept = result.atoms.kind != "water"
    groups = result.groups
    residues = groups.residues.take(groups.residues.kind != "water")
    dry = groups.chain_kinds.take(groups.chain_kinds.kind != "water")
    chains = {}
    for chain in dict.fromkeys(dry.chain.tolist()):
        own = dry.take(dry.chain == chain)
        chains[chain] = _coloured(float(np.average(own.q, weights=own.atoms)))
    mean = float(result.q[kept].mean()) if kept.any() else 0.0
    scores = [round(q, _DECIMALS) for q in residues.q.tolist()]
    names = zip(residues.chain.tolist(), residues.seqid.tolist(), residues.resname.tolist(), strict=True)
    return {
        "averageqscore": round(mean, _DECIMALS),
        "averageqscore_color": colour(mean),
        "numberofatoms": int(kept.sum()),
        "color": [colour(q) for q in scores],
        "inclusion": scores,
        "qscore": scores,
        "residue": [f"{chain}:{seqid} {resname}" for chain, seqid, resname in names],
        "chainqscore": chains,
        "qFractionDistribution": _distribution(residues.q, result.q[kept]),
    }


def colour(q: float) -> str:
    """Return the colour of a Q as ``"#rrggbb"``: red at 0 and below, blue at 1."""
    share = min(max(q, 0.0), 1.0)
    return f"#{round(255 * (1 - share)):02x}00{round(255 * share):02x}"


def _coloured(q: float) -> dict[str, Any]:
    return {"value": round(q, _DECIMALS), "color": colour(q)}


def _distribution(residues: NDArray[np.float64], atoms: NDArray[np.float64]) -> dict[str, list[float]]:
    """Return the shares of residues and of atoms in 99 bins from -1 to 1, with the upper end of each bin."""
    levels = np.linspace(-1, 1, 100)
    shares = [np.histogram(q, bins=levels)[0] / max(len(q), 1) for q in (residues, atoms)]
    return {
        name: np.round(values, _DECIMALS).tolist()
        for name, values in zip(("qLevels", "qResidueFractions", "qAtomFractions"), (levels[1:], *shares), strict=True)
    }

"""The tables of a result, as named columns: what CSV and parquet files, pandas and polars are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .groups import PARTS, Groups, GroupTable
from .residues import KINDS

if TYPE_CHECKING:
    from .result import ScoreResult

Columns = dict[str, NDArray[Any]]

_SCORES = ("atoms", "q", "q_min", "verdict")


def atoms_table(result: ScoreResult) -> Columns:
    """Return the scored atoms in the order of the file: names, position (Å) and Q."""
    atoms = result.atoms
    return {
        "chain": atoms.chain,
        "seqid": atoms.seqid,
        "resname": atoms.resname,
        "atom": atoms.name,
        "altloc": atoms.altloc,
        "element": atoms.element,
        "x": atoms.position[:, 0],
        "y": atoms.position[:, 1],
        "z": atoms.position[:, 2],
        "q": result.q,
    }


def residues_table(result: ScoreResult) -> Columns:
    """Return every residue with its parts; after each that has altlocs a row per altloc."""
    groups = result.groups
    order = np.argsort(np.concatenate([np.arange(len(groups.residues)), groups.conformer_row]), kind="stable")

    def both(residues: NDArray[Any], conformers: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([residues, conformers])[order]

    names = ("chain", "seqid", "resname", "altloc", "kind", "entity", "label_asym")
    columns = {name: both(getattr(groups.residues, name), getattr(groups.conformers, name)) for name in names}
    columns["glycan"] = _glycan_numbers(both(groups.glycan_of, groups.glycan_of[groups.conformer_row]))
    columns |= _scores(groups.residues, groups.conformers, order) | _bounds(groups, len(order))
    for part in PARTS:
        scores = _scores(groups.parts[part], groups.conformer_parts[part], order)
        columns |= {f"{part.replace(' ', '_')}_{name}": values for name, values in scores.items()}
    return columns


def groups_table(result: ScoreResult) -> Columns:
    """Return the groups above and beside residues: model, entity types, chains, glycans, and what is no polymer."""
    groups = result.groups
    levels: list[tuple[str, GroupTable]] = [
        ("model", groups.model),
        ("entity type", groups.kinds),
        ("chain", groups.chains),
        ("chain and entity type", groups.chain_kinds),
        ("glycan", groups.glycans),
    ]
    levels += [(kind, groups.of_kind(kind)) for kind in KINDS if kind not in ("protein", "nucleic acid")]
    tables = [table for _, table in levels]

    def stack(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(table, name) for table in tables])

    level = np.repeat([level for level, _ in levels], [len(table) for table in tables])
    site = np.zeros(len(level), dtype=groups.glycan_site.dtype)
    site[level == "glycan"] = groups.glycan_site
    glycan = np.full(len(level), -1)
    glycan[level == "glycan"] = np.arange(len(groups.glycans))
    glycan[level == "saccharide"] = groups.glycan_of[groups.residues.kind == "saccharide"]
    return (
        {"level": level}
        | {name: stack(name) for name in ("chain", "seqid", "resname", "kind", "entity", "label_asym")}
        | {"glycan": _glycan_numbers(glycan), "site": site}
        | {name: stack(name) for name in _SCORES}
        | _bounds(groups, len(level))
    )


def chains_table(result: ScoreResult) -> Columns:
    """Return every chain, with atoms and mean Q of each entity type in it."""
    groups = result.groups
    chains = groups.chains
    numbers = {name: number for number, name in enumerate(chains.chain.tolist())}
    row = np.array([numbers[name] for name in groups.chain_kinds.chain.tolist()])
    columns: Columns = {
        "chain": chains.chain,
        "residues": np.bincount([numbers[name] for name in groups.residues.chain.tolist()]),
        "atoms": chains.atoms,
        "q": chains.q,
        "q_min": chains.q_min,
        "verdict": chains.verdict,
    } | _bounds(groups, len(chains))
    for kind in KINDS:
        inside = groups.chain_kinds.kind == kind
        atoms, mean = np.zeros(len(chains), dtype=np.int64), np.full(len(chains), np.nan)
        atoms[row[inside]] = groups.chain_kinds.atoms[inside]
        mean[row[inside]] = groups.chain_kinds.q[inside]
        columns |= {f"{kind.replace(' ', '_')}_atoms": atoms, f"{kind.replace(' ', '_')}_q": mean}
    return columns


TABLES: dict[str, Callable[[ScoreResult], Columns]] = {
    "atoms": atoms_table,
    "residues": residues_table,
    "groups": groups_table,
    "chains": chains_table,
}


def _scores(residues: GroupTable, conformers: GroupTable, order: NDArray[np.intp]) -> Columns:
    return {name: np.concatenate([getattr(residues, name), getattr(conformers, name)])[order] for name in _SCORES}


def _bounds(groups: Groups, count: int) -> Columns:
    bounds = {"q_peak": groups.expected.q_peak, "q_low": groups.expected.q_low, "q_high": groups.expected.q_high}
    return {name: np.full(count, np.nan if value is None else value) for name, value in bounds.items()}


def _glycan_numbers(rows: NDArray[np.intp]) -> NDArray[np.str_]:
    """Return the numbers of glycans for people, from 1; ``""`` for what is in none."""
    return np.where(rows < 0, "", (rows + 1).astype("U"))

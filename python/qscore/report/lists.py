"""The sortable tables of the report's page: chains, worst residues, ligands, worst waters."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..groups import PARTS
from .strands import Strand, residue_number

if TYPE_CHECKING:
    from ..groups import Groups, GroupTable
    from ..result import ScoreResult

WORST_RESIDUES, MOST_LIGANDS, WORST_WATERS = 50, 500, 25
_LIGANDS = ("saccharide", "ligand", "lipid", "ion")
_VERDICTS = {"below": "▼ below", "within": "● within", "above": "▲ above"}


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    heading
        What stands above it.
    cells
        The texts shown; "–" where there is nothing.
    numbers
        What it is sorted by, NaN last; None for a column sorted as text.
    links
        Anchors on the page that the cells lead to, ``""`` for none; None where no cell does.
    """

    heading: str
    cells: Sequence[str]
    numbers: Sequence[float] | None = None
    links: Sequence[str] | None = None


@dataclasses.dataclass(frozen=True)
class SortableTable:
    """A table: its anchor on the page, a sentence on what it shows, and columns of equal length."""

    name: str
    caption: str
    columns: tuple[Column, ...]


def list_chains(result: ScoreResult, plots: dict[tuple[str, str], str]) -> SortableTable:
    """List the chains by entity type; `plots` holds the anchor of the plot for chain and entity type."""
    groups = result.groups
    table = groups.chain_kinds
    counts: dict[tuple[str, str], int] = {}
    for key in zip(groups.residues.chain.tolist(), groups.residues.kind.tolist(), strict=True):
        counts[key] = counts.get(key, 0) + 1
    keys = list(zip(table.chain.tolist(), table.kind.tolist(), strict=True))
    columns = (
        Column("Chain", table.chain.tolist(), links=[plots.get(key, "") for key in keys]),
        Column("Type", table.kind.tolist()),
        _counts("Residues", [counts[key] for key in keys]),
        _counts("Atoms", table.atoms.tolist()),
        *_scores(groups, table),
    )
    number = len(groups.chains)
    return SortableTable("chains", f"{number:,} chain{'s' if number > 1 else ''}, by entity type.", columns)


def list_residues(result: ScoreResult, strands: list[Strand]) -> SortableTable:
    """List the residues of polymers with the lowest Q, and the Q of their parts."""
    groups = result.groups
    every = np.concatenate([strand.row for strand in strands])
    worst = _lowest(groups, every, WORST_RESIDUES)
    kinds = {strand.kind for strand in strands}
    parts = [name for name, (kind, _) in PARTS.items() if kind in kinds]
    columns = (
        *_names(groups.residues.take(worst)),
        *_scores(groups, groups.residues.take(worst)),
        *(_q(f"Q {part}", groups.parts[part].q[worst]) for part in parts),
    )
    return SortableTable("residues", _caption("residues of chains", worst, every), columns)


def list_ligands(result: ScoreResult) -> SortableTable | None:
    """List saccharides, ligands, lipids and ions; None where there are none."""
    groups = result.groups
    every = np.flatnonzero(np.isin(groups.residues.kind, _LIGANDS))
    if not len(every):
        return None
    rows = _lowest(groups, every, MOST_LIGANDS)
    table = groups.residues.take(rows)
    columns = [*_names(table), Column("Type", table.kind.tolist()), _counts("Atoms", table.atoms.tolist())]
    columns += _scores(groups, table)
    if len(groups.glycans):
        columns.append(Column("Glycan", [_glycan(groups, number) for number in groups.glycan_of[rows].tolist()]))
    return SortableTable("ligands", _caption("ligands, ions, lipids and saccharides", rows, every), tuple(columns))


def list_waters(result: ScoreResult) -> SortableTable | None:
    """List the waters with the lowest Q; None where there are none."""
    groups = result.groups
    every = np.flatnonzero(groups.residues.kind == "water")
    if not len(every):
        return None
    worst = _lowest(groups, every, WORST_WATERS)
    table = groups.residues.take(worst)
    return SortableTable("waters", _caption("waters", worst, every), (*_names(table), *_scores(groups, table)))


def _lowest(groups: Groups, rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    return rows[np.argsort(groups.residues.q[rows], kind="stable")[:most]]


def _caption(what: str, shown: NDArray[np.intp], every: NDArray[np.intp]) -> str:
    if len(shown) == len(every):
        return f"All {len(every):,} {what}."
    return f"The {len(shown):,} {what} with the lowest Q, of {len(every):,}; residues.csv has all."


def _names(table: GroupTable) -> tuple[Column, ...]:
    numbers = [float(residue_number(seqid)) for seqid in table.seqid.tolist()]
    return (
        Column("Chain", table.chain.tolist()),
        Column("Number", table.seqid.tolist(), numbers),
        Column("Residue", table.resname.tolist()),
    )


def _scores(groups: Groups, table: GroupTable) -> tuple[Column, ...]:
    columns = (_q("Q", table.q), _q("Lowest atom", table.q_min))
    if groups.expected.q_peak is None:
        return columns
    return (*columns, Column("Expected", [_VERDICTS[verdict] for verdict in table.verdict.tolist()]))


def _q(heading: str, values: NDArray[np.float64]) -> Column:
    return Column(heading, ["–" if value != value else f"{value:.3f}" for value in values.tolist()], values.tolist())


def _counts(heading: str, values: list[int]) -> Column:
    return Column(heading, [f"{value:,}" for value in values], values)


def _glycan(groups: Groups, number: int) -> str:
    if number < 0:
        return ""
    return f"{number + 1}: {groups.glycan_site[number] or 'free'}"

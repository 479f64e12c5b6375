"""The rows of MapQ's text table: its groups, its running averages, its gaps."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .groups import PARTS, Groups, group_atoms
from .reference.expected import PEAK_OFFSET, Q_MEAN, Q_SIGMA06

if TYPE_CHECKING:
    from .result import ScoreResult

WINDOWS = (1, 3, 5, 7, 11)  # residues averaged over; 1 is the residue itself
BLOCKS = {"protein": "Protein", "nucleic acid": "Nucleic"}  # entity type -> MapQ's word for it
_OTHERS = {"ion": "Ion", "water": "Water"}

# as PARTS, but OXT is side chain and OT1 and OT2 are in neither part
_MAPQ_PARTS = PARTS | {
    "backbone": ("protein", frozenset(("N", "CA", "C", "O"))),
    "terminal": ("protein", frozenset(("OT1", "OT2"))),
}
_PARTS_OF = {"protein": ("backbone", "side chain"), "nucleic acid": ("phosphate", "sugar", "base")}


@dataclasses.dataclass(frozen=True, eq=False)
class Block:
    """A chain of the table.

    Attributes
    ----------
    chain
        Its name.
    kind
        Entity type of its first residue, which MapQ gives the columns of the whole block.
    rows
        Its residues by number, as `Row`, a gap where a number of a polymer is missing.
    """

    chain: str
    kind: str
    rows: tuple[Row, ...]


@dataclasses.dataclass(frozen=True, eq=False)
class Row:
    """A residue of the table, or a gap in a polymer (no name, no values).

    Attributes
    ----------
    resname, seqid, kind
        What it is.
    values
        For each of `WINDOWS` the parts and the whole residue; None for a part that the residue lacks. Other residues
        than those of polymers have their own mean only.
    """

    resname: str
    seqid: str
    kind: str
    values: Sequence[Sequence[float | None]]


def chain_types(result: ScoreResult) -> list[tuple[str, str, int, float]]:
    """Return chain, type, number of residues and mean Q, chains by name; ligands are types of their own."""
    residues = result.groups.residues
    totals: dict[tuple[str, str], list[float]] = {}
    columns = (residues.chain, residues.kind, residues.resname, residues.atoms, residues.q)
    for chain, kind, resname, atoms, mean in zip(*(column.tolist() for column in columns), strict=True):
        total = totals.setdefault((chain, (BLOCKS | _OTHERS).get(kind, resname)), [0, 0, 0.0])
        total[0] += 1
        total[1] += atoms
        total[2] += atoms * mean
    order = sorted(totals.items(), key=lambda item: item[0][0])
    return [(chain, name, int(count), q / atoms) for (chain, name), (count, atoms, q) in order]


def blocks(result: ScoreResult) -> Iterator[Block]:
    """Yield the chains by name."""
    groups = group_atoms(result.atoms, result.q, result.groups.expected, result.model.structure, _MAPQ_PARTS)
    residues = groups.residues
    for chain in sorted(set(residues.chain.tolist())):
        rows = np.flatnonzero(residues.chain == chain)
        numbers = np.array([_number(seqid) for seqid in residues.seqid[rows].tolist()])
        order = np.argsort(numbers, kind="stable")
        rows, numbers = rows[order], numbers[order]
        yield Block(chain, str(residues.kind[rows[0]]), tuple(_rows(groups, rows, numbers.tolist())))


def equation(sigma: float) -> str | None:
    """Return the equation of the expected Q at resolution RES as a spreadsheet takes it; None where there is none."""
    if sigma not in (0.4, 0.6):
        return None
    cubic, square, linear, constant = Q_MEAN if sigma == 0.4 else Q_SIGMA06
    constant += PEAK_OFFSET if sigma == 0.4 else 0.0
    return f"{cubic:.10g}*POWER(RES,3) {square:+.10g}*POWER(RES,2) {linear:+.10g}*RES {constant:+.10g}"


def _number(seqid: str) -> int:
    """Return the number of a residue without its insertion code; 0 for one that has none."""
    found = re.match(r"-?\d+", seqid)
    return int(found[0]) if found else 0


def _rows(groups: Groups, rows: NDArray[np.intp], numbers: list[int]) -> Iterator[Row]:
    residues = groups.residues
    tables = {**groups.parts, "whole": residues}
    averages = {name: _running(table.q[rows]) for name, table in tables.items()}
    present = {name: (table.atoms[rows] > 0).tolist() for name, table in tables.items()}
    columns = (residues.resname[rows], residues.seqid[rows], residues.kind[rows])
    last: int | None = None
    for place, (resname, seqid, kind) in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        polymer = kind in _PARTS_OF
        if polymer and last is not None:
            yield from (Row("", str(missing), kind, ()) for missing in range(last + 1, numbers[place]))
        names = (*_PARTS_OF.get(kind, ()), "whole")
        windows = range(len(WINDOWS) if polymer else 1)
        values = [
            [averages[name][window][place] if present[name][place] else None for name in names] for window in windows
        ]
        yield Row(resname, seqid, kind, values)
        last = numbers[place]


def _running(values: NDArray[np.float64]) -> list[list[float]]:
    """Average over windows of neighbours in the list, shorter at its ends; what a residue lacks counts as 0."""
    total = np.concatenate([[0.0], np.cumsum(np.nan_to_num(values))])
    place = np.arange(len(values))
    averages = []
    for window in WINDOWS:
        low, high = np.maximum(place - window // 2, 0), np.minimum(place + window // 2 + 1, len(values))
        averages.append(((total[high] - total[low]) / (high - low)).tolist())
    return averages

"""MapQ's text table (the layout of version 2.9.7): tab-separated, made to be opened in a spreadsheet."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from ..mapq import BLOCKS, WINDOWS, Block, Row, blocks, chain_types, equation
from .provenance import provenance

if TYPE_CHECKING:
    from ..reference.expected import Expected
    from ..result import ScoreResult

_COLUMNS = {
    "protein": ("Q_backBone", "Q_sideChain", "Q_residue"),
    "nucleic acid": ("Q_phosphate", "Q_sugar", "Q_base", "Q_nucleotide"),
}
_UNITS = {"protein": "residues", "nucleic acid": "nucleotides"}
_EXPECTED = ("Q_peak", "Q_low", "Q_high")


def write(result: ScoreResult, stream: IO[str]) -> None:
    """Write the table: header, chains and types, then a block for each chain.

    Beside the mean of a residue and of its parts stand those over 3, 5, 7 and 11 residues that are neighbours in the
    list; missing residues of a polymer have lines without values.
    """
    expected = result.groups.expected
    resolution = f"{result.resolution:g}" if result.resolution else "unknown"
    facts = provenance(result)
    formula = equation(result.options.sigma) if expected.q_peak is not None else None
    unknown = expected.reason or "no resolution given"
    stream.write(
        f"\nMap: {facts['map']}\nResolution entered (RES): {resolution}\nModel: {facts['model']}\n"
        f"Sigma: {facts['sigma']}\nProgram: {facts['program']}, {facts['variant']}\n\n"
        f"Q_peak = {formula or f'? ({unknown})'}\n"
    )
    at = f"@{result.resolution:.2f}" if result.resolution else ""
    stream.write(f"Chain\tType\t# residues\tAvg. Q\tQ_peak{at}\n")
    cell = "=" + formula.replace("RES", f"{result.resolution:.2f}") if formula else ""
    for chain, name, residues, mean in chain_types(result):
        stream.write(f"{chain}\t{name}\t{residues}\t{mean:.2f}\t{cell}\n")
    stream.write("\n")
    for block in blocks(result):
        _write_block(stream, block, expected)


def _write_block(stream: IO[str], block: Block, expected: Expected) -> None:
    bounds = "\t".join("" if q is None else f"{q:.6f}" for q in (expected.q_peak, expected.q_low, expected.q_high))
    columns = _COLUMNS.get(block.kind)
    if columns is None:
        stream.write(f"Molecule - Chain {block.chain}\n\n")
        stream.write("\t".join(("Chain", "Molecule", "Mol #", "", "", "Q_molecule", *_EXPECTED)) + "\n")
    else:
        titles = [f"Average over {window} {_UNITS[block.kind]}" for window in WINDOWS[1:]]
        gap = "\t" * (len(columns) + len(_EXPECTED) + 1)
        name = "Protein" if block.kind == "protein" else "Nucleic Acid"
        stream.write(f"{name} - Chain {block.chain}\t\t\t{gap}{gap.join(titles)}\n\n")
        group = "\t".join((*columns, *_EXPECTED))
        stream.write("\t".join(("Chain", "Res", "Res #", "\t\t".join([group] * len(WINDOWS)))) + "\n")
    for row in block.rows:
        stream.write(f"{block.chain}\t{row.resname}\t{row.seqid}\t{_cells(row, bounds)}\n")
    stream.write("\n\n")


def _cells(row: Row, bounds: str) -> str:
    if row.kind not in BLOCKS:
        return f"\t\t{row.values[0][0]:.6f}\t{bounds}"
    values = row.values or ((None,) * len(_COLUMNS[row.kind]),) * len(WINDOWS)
    groups = ("\t".join("" if value is None else f"{value:.6f}" for value in window) for window in values)
    return "\t\t".join(f"{group}\t{bounds}" for group in groups)

"""Rebuild the two reference tables that ship in the package.

    python tools/build_reference_tables.py FOLDER

FOLDER holds ``emdb_va.csv`` and ``pintilie2025.csv``. A test checks that the shipped tables are what this makes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from qscore.reference import ReferenceTable, build_table, save_table

TABLES = Path(__file__).resolve().parents[1] / "python" / "qscore" / "reference" / "tables"
MADE = "2026-11-22"
# name of the table -> file it is made from, where that comes from
SOURCES = {
    "emdb": ("emdb_va.csv", "EMDB's table of entries in its validation package va 0.0.1.dev134 (EMDB data: CC0)"),
    "pintilie2025": (
        "pintilie2025.csv",
        "entries of Pintilie et al. 2025, Acta Cryst. D81 (github.com/gregdp/mapq, MIT; EMDB data: CC0)",
    ),
}


def build(name: str, folder: Path) -> ReferenceTable:
    """Make a shipped table from its CSV file in `folder`."""
    file, source = SOURCES[name]
    return build_table(folder / file, name=name, source=source, date=MADE)


def main() -> None:
    """Write both tables into the package."""
    if len(sys.argv) != 2:
        sys.exit("usage: python tools/build_reference_tables.py FOLDER")
    for name in SOURCES:
        table = build(name, Path(sys.argv[1]))
        path = TABLES / f"{name}.table"
        save_table(table, path)
        print(f"{path}: {len(table)} entries, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()

"""Idealised residues as internal coordinates, and the chains built from them.

Bond lengths (Å) and angles (degrees) are standard ones: peptides after Engh & Huber (2001), sugars and phosphates
after Gelbin et al. (1996, C3'-endo), bases after Clowney et al. (1996). Torsions are those of an alpha helix with
common rotamers and of A-form RNA.

A line of a table is one atom: its name; the atom it is bound to, the next one, and the one after that; bond length,
angle and torsion over these. ``-C`` is atom C of the residue before; a dot stands where there is none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Residue = dict[str, Vector]  # name of the atom -> position, Å

_PEPTIDE_START = """
N   .    .    .    0      0      0
CA  N    .    .    1.458  0      0
C   CA   N    .    1.525  111.0  0
"""
_PEPTIDE_LINK = """
N   -C   -CA  -N   1.329  116.9  -42
CA  N    -C   -CA  1.458  121.7  180
C   CA   N    -C   1.525  111.0  -64
"""
_PEPTIDE = """
O   C    CA   N    1.231  120.3  138
"""
_PEPTIDE_END = """
OXT C    CA   N    1.249  117.0  -42
"""
_BETA = """
CB  CA   N    C    1.530  110.4  -122.7
"""
_GAMMA = """
CG  CB   CA   N    1.520  113.8  -67
"""
_RING = """
CG  CB   CA   N    1.506  113.8  180
CD1 CG   CB   CA   1.388  120.0  80
CD2 CG   CB   CA   1.388  120.0  -100
CE1 CD1  CG   CB   1.388  120.0  180
CE2 CD2  CG   CB   1.388  120.0  180
CZ  CE1  CD1  CG   1.388  120.0  0
"""
_SIDE_CHAINS = {
    "ALA": "",
    "SER": """
OG  CB   CA   N    1.417  110.8  62
""",
    "LEU": """
CG  CB   CA   N    1.530  116.3  -65
CD1 CG   CB   CA   1.521  110.6  174
CD2 CG   CB   CA   1.521  110.6  -63
""",
    "GLU": _GAMMA
    + """
CD  CG   CB   CA   1.516  112.7  180
OE1 CD   CG   CB   1.252  118.3  -10
OE2 CD   CG   CB   1.252  118.3  170
""",
    "GLN": _GAMMA
    + """
CD  CG   CB   CA   1.516  112.7  180
OE1 CD   CG   CB   1.231  120.8  -30
NE2 CD   CG   CB   1.328  116.4  150
""",
    "LYS": _GAMMA
    + """
CD  CG   CB   CA   1.520  111.6  180
CE  CD   CG   CB   1.508  111.6  180
NZ  CE   CD   CG   1.486  111.5  180
""",
    "ARG": _GAMMA
    + """
CD  CG   CB   CA   1.520  111.6  180
NE  CD   CG   CB   1.461  112.0  180
CZ  NE   CD   CG   1.329  124.2  180
NH1 CZ   NE   CD   1.326  120.3  0
NH2 CZ   NE   CD   1.326  120.3  180
""",
    "PHE": _RING,
    "TYR": _RING
    + """
OH  CZ   CE1  CD1  1.377  120.0  180
""",
}

_RIBOSE_START = """
O5' .    .    .    0      0      0
C5' O5'  .    .    1.425  0      0
C4' C5'  O5'  .    1.508  110.5  0
"""
_PHOSPHATE = """
P   -O3' -C3' -C4' 1.607  119.7  -154
O5' P    -O3' -C3' 1.593  104.0  -73
OP1 P    -O3' O5'  1.485  108.1  -114.7
OP2 P    -O3' O5'  1.485  108.1  114.7
C5' O5'  P    -O3' 1.425  120.9  -68
C4' C5'  O5'  P    1.508  110.5  177
"""
_RIBOSE = """
C3' C4'  C5'  O5'  1.521  116.0  56
O3' C3'  C4'  C5'  1.417  113.0  81
O4' C4'  C3'  C5'  1.451  104.0  120.7
C2' C3'  C4'  O4'  1.523  102.7  -36
O2' C2'  C3'  C4'  1.413  110.7  -79.9
C1' O4'  C4'  C3'  1.412  109.7  22.66
"""
_PURINE = """
N9  C1'  O4'  C4'  1.462  108.4  -122.8
C4  N9   C1'  O4'  1.374  126.4  -163
C8  N9   C1'  O4'  1.373  127.6  17
N7  C8   N9   C4   1.308  113.5  0
C5  C4   N9   C8   1.381  105.6  0
"""
_PYRIMIDINE = """
N1  C1'  O4'  C4'  1.470  108.4  -122.8
"""
_BASES = {
    "G": _PURINE
    + """
C6  C5   C4   N9   1.419  118.8  180
O6  C6   C5   C4   1.237  128.6  180
N1  C6   C5   C4   1.391  111.5  0
C2  N1   C6   C5   1.373  125.1  0
N2  C2   N1   C6   1.341  116.2  180
N3  C4   C5   C6   1.350  128.6  0
""",
    "A": _PURINE
    + """
C6  C5   C4   N9   1.406  117.0  180
N6  C6   C5   C4   1.335  123.7  180
N1  C6   C5   C4   1.351  117.7  0
C2  N1   C6   C5   1.339  118.6  0
N3  C4   C5   C6   1.344  126.8  0
""",
    "C": _PYRIMIDINE
    + """
C2  N1   C1'  O4'  1.397  118.8  -163
O2  C2   N1   C1'  1.240  118.9  0
N3  C2   N1   C1'  1.353  119.2  180
C4  N3   C2   N1   1.335  119.9  0
N4  C4   N3   C2   1.335  118.0  180
C5  C4   N3   C2   1.425  121.9  0
C6  N1   C2   N3   1.367  120.3  0
""",
    "U": _PYRIMIDINE
    + """
C2  N1   C1'  O4'  1.381  117.7  -163
O2  C2   N1   C1'  1.219  122.8  0
N3  C2   N1   C1'  1.373  114.9  180
C4  N3   C2   N1   1.380  127.0  0
O4  C4   N3   C2   1.232  119.4  180
C5  C4   N3   C2   1.431  114.6  0
C6  N1   C2   N3   1.375  121.0  0
""",
}

_BENZAMIDINE = """
C1  .    .    .    0      0      0
C2  C1   .    .    1.390  0      0
C3  C2   C1   .    1.390  120.0  0
C4  C3   C2   C1   1.390  120.0  0
C5  C4   C3   C2   1.390  120.0  0
C6  C5   C4   C3   1.390  120.0  0
C   C1   C2   C3   1.483  120.0  180
N1  C    C1   C2   1.315  119.5  25
N2  C    C1   C2   1.315  119.5  -155
"""


def place(third: Vector, second: Vector, first: Vector, length: float, angle: float, torsion: float) -> Vector:
    """Return the position of an atom bound to `first`, from bond length (Å), angle and torsion (degrees)."""
    bond = (first - second) / np.linalg.norm(first - second)
    normal = np.cross(second - third, bond)
    normal /= np.linalg.norm(normal)
    around, aside = np.radians(torsion), np.radians(angle)
    sideways = np.cos(around) * np.cross(normal, bond) + np.sin(around) * normal
    position: Vector = first + length * (np.sin(aside) * sideways - np.cos(aside) * bond)
    return position


def peptide(sequence: list[str], turned: dict[tuple[int, str], float]) -> list[Residue]:
    """Build an alpha helix.

    Parameters
    ----------
    sequence
        Names of the residues.
    turned
        Torsions that differ from the tables': (position in the sequence, atom) -> degrees.
    """
    chain: list[Residue] = []
    for number, name in enumerate(sequence):
        table = (_PEPTIDE_LINK if chain else _PEPTIDE_START) + _PEPTIDE + _BETA + _SIDE_CHAINS[name]
        if number == len(sequence) - 1:
            table += _PEPTIDE_END
        torsions = {atom: torsion for (position, atom), torsion in turned.items() if position == number}
        chain.append(_residue(table, chain[-1] if chain else {}, torsions))
    return chain


def rna(sequence: list[str]) -> list[Residue]:
    """Build a strand of A-form RNA whose first nucleotide has no phosphate."""
    chain: list[Residue] = []
    for name in sequence:
        table = (_PHOSPHATE if chain else _RIBOSE_START) + _RIBOSE + _BASES[name]
        chain.append(_residue(table, chain[-1] if chain else {}, {}))
    return chain


def benzamidine() -> Residue:
    """Build the ligand."""
    return _residue(_BENZAMIDINE, {}, {})


def _residue(table: str, before: Residue, torsions: dict[str, float]) -> Residue:
    """Place the atoms of a table one after the other; `before` is the residue that ``-`` refers to."""
    known = {f"-{name}": position for name, position in before.items()}
    # stand in for the atoms that the first three of a chain would be placed from
    nowhere = [np.array([0.0, 0.0, 0.0]), np.array([1.0, 0.0, 0.0]), np.array([1.0, 1.0, 0.0])]
    residue: Residue = {}
    for line in table.split("\n"):
        if not line:
            continue
        atom, *bound, length, angle, torsion = line.split()
        first, second, third = (nowhere[n] if name == "." else known[name] for n, name in enumerate(bound))
        if bound[0] == ".":
            position = first
        else:
            position = place(third, second, first, float(length), float(angle), torsions.get(atom, float(torsion)))
        known[atom] = residue[atom] = position
    return residue

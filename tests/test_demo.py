"""The demo: its molecules are sound, its map is what it says, and its flaws show in the scores."""

import math
import subprocess
import sys
from pathlib import Path

import gemmi
import numpy as np
import pytest
from qscore.demo import FLAWS, findings, write_demo
from qscore.demo.density import VOXEL, density
from qscore.demo.model import RESOLUTION, WRONG_ROTAMER, build
from qscore.maps import read_map
from qscore.model import read_model
from qscore.scoring import score

# Bonds by the elements they join: shortest and longest, Å.
BONDS = {
    "CC": (1.33, 1.54),
    "CN": (1.30, 1.49),
    "CO": (1.21, 1.46),
    "OP": (1.48, 1.61),
}
ATOMS = {
    "ALA": 5,
    "ARG": 11,
    "GLN": 9,
    "GLU": 9,
    "LEU": 8,
    "LYS": 9,
    "PHE": 11,
    "SER": 6,
    "TYR": 12,
    "A": 22,
    "C": 20,
    "G": 23,
    "U": 20,
    "BEN": 9,
    "MG": 1,
    "HOH": 1,
}


@pytest.fixture(scope="module", params=[{}, WRONG_ROTAMER], ids=["as in the map", "as modelled"])
def structure(request) -> gemmi.Structure:
    return build(request.param)


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> tuple[Path, Path]:
    return write_demo(tmp_path_factory.mktemp("demo") / "new folder")


def atoms(structure: gemmi.Structure, chains: str) -> tuple[list[tuple[gemmi.Residue, gemmi.Atom]], np.ndarray]:
    found = [(r, a) for c in structure[0] if c.name in chains for r in c for a in r]
    return found, np.array([a.pos.tolist() for _, a in found])


def bonds(structure: gemmi.Structure, chains: str) -> tuple[list, np.ndarray, np.ndarray]:
    found, positions = atoms(structure, chains)
    distances = np.linalg.norm(positions[:, None] - positions, axis=-1)
    return found, positions, (distances < 1.9) & (distances > 0)


def angle(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
    u, v = a - b, c - b
    return math.degrees(math.acos(u @ v / np.linalg.norm(u) / np.linalg.norm(v)))


def of(residue: gemmi.Residue, *names: str) -> np.ndarray:
    return np.array([residue[name][0].pos.tolist() for name in names])


def turn_and_rise(before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """Angle and shift of the screw that takes one residue to the next."""
    move = gemmi.superpose_positions(
        [gemmi.Position(*p) for p in after], [gemmi.Position(*p) for p in before]
    ).transform
    turn = np.array(move.mat.tolist())
    axis = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    shift = np.array(move.vec.tolist()) @ axis / np.linalg.norm(axis)
    return math.degrees(math.acos((np.trace(turn) - 1) / 2)), float(shift)


# --- the molecules are sound ---


def test_every_residue_is_complete(structure):
    for chain in structure[0]:
        for number, residue in enumerate(chain, start=1):
            expected = ATOMS[residue.name]
            if chain.name == "A" and number == len(chain):
                expected += 1  # OXT
            if chain.name == "B" and number == 1:
                expected -= 3  # no phosphate at the 5' end
            assert len({atom.name for atom in residue}) == len(residue) == expected


@pytest.mark.parametrize("chain", ["A", "B", "C"])
def test_bonds_have_the_lengths_of_their_kind(structure, chain):
    found, positions, bonded = bonds(structure, chain)
    for i, j in np.argwhere(np.triu(bonded)):
        low, high = BONDS["".join(sorted(found[n][1].element.name for n in (i, j)))]
        assert low <= np.linalg.norm(positions[i] - positions[j]) <= high, (found[i], found[j])


@pytest.mark.parametrize("chain", ["A", "B", "C"])
def test_chains_are_whole_and_rings_closed(structure, chain):
    found, _, bonded = bonds(structure, chain)
    residues = [r for c in structure[0] if c.name == chain for r in c]
    # a tree of n atoms has n - 1 bonds, and each ring adds one
    rings = {"PHE": 1, "TYR": 1, "BEN": 1, "A": 3, "G": 3, "C": 2, "U": 2}
    assert np.triu(bonded).sum() == len(found) - 1 + sum(rings.get(r.name, 0) for r in residues)
    reached = np.zeros(len(found), bool)
    reached[0] = True
    for _ in found:
        reached |= bonded[reached].any(axis=0)
    assert reached.all()


@pytest.mark.parametrize("chain", ["A", "B", "C"])
def test_angles_are_those_of_tetrahedra_planes_and_rings(structure, chain):
    found, positions, bonded = bonds(structure, chain)
    for middle in range(len(found)):
        ends = np.flatnonzero(bonded[middle])
        for n, i in enumerate(ends):
            for j in ends[:n]:
                value = angle(positions[i], positions[middle], positions[j])
                assert 100.5 <= value <= 133, (found[i], found[middle], found[j])


def test_no_two_atoms_clash(structure):
    found, positions = atoms(structure, "ABCDW")
    distances = np.linalg.norm(positions[:, None] - positions, axis=-1)
    bonded = (distances < 1.9).astype(int)
    near = np.linalg.matrix_power(bonded, 3) > 0  # up to three bonds apart
    metal = np.array([a.element.is_metal for _, a in found])
    near |= metal[:, None] & (distances < 2.1)
    near |= near.T
    assert distances[~near].min() > 2.75


def test_rings_and_amides_are_flat(structure):
    planes = {
        "PHE": ("CB", "CG", "CD1", "CD2", "CE1", "CE2", "CZ"),
        "TYR": ("CB", "CG", "CD1", "CD2", "CE1", "CE2", "CZ", "OH"),
        "GLN": ("CG", "CD", "OE1", "NE2"),
        "GLU": ("CG", "CD", "OE1", "OE2"),
        "ARG": ("CD", "NE", "CZ", "NH1", "NH2"),
        "A": ("C1'", "N9", "C8", "N7", "C5", "C6", "N6", "N1", "C2", "N3", "C4"),
        "G": ("C1'", "N9", "C8", "N7", "C5", "C6", "O6", "N1", "C2", "N2", "N3", "C4"),
        "C": ("C1'", "N1", "C2", "O2", "N3", "C4", "N4", "C5", "C6"),
        "U": ("C1'", "N1", "C2", "O2", "N3", "C4", "O4", "C5", "C6"),
        "BEN": ("C", "C1", "C2", "C3", "C4", "C5", "C6"),
    }
    for chain in structure[0]:
        for residue in chain:
            if residue.name in planes:
                points = of(residue, *planes[residue.name])
                assert np.linalg.svd(points - points.mean(axis=0))[1][2] < 0.05


def test_amino_acids_are_l_and_sugars_beta_d(structure):
    helix, strand = structure[0]["A"], structure[0]["B"]
    for residue in helix:
        ca, n, c, cb = of(residue, "CA", "N", "C", "CB")
        assert np.linalg.det([n - ca, c - ca, cb - ca]) > 2
    # signed volumes of the stereocentres, as in structures of RNA
    centres = {"C1'": ("O4'", "C2'", "N", 2.4), "C2'": ("C1'", "C3'", "O2'", -2.7)}
    centres |= {"C3'": ("C2'", "C4'", "O3'", -2.5), "C4'": ("C3'", "C5'", "O4'", -2.5)}
    for residue in strand:
        for centre, (*bound, volume) in centres.items():
            names = [("N9" if residue.name in "AG" else "N1") if name == "N" else name for name in bound]
            assert np.linalg.det(of(residue, *names) - of(residue, centre)) == pytest.approx(volume, abs=0.1)


def test_the_protein_is_an_alpha_helix(structure):
    helix = list(structure[0]["A"])
    for before, residue, after in zip(helix, helix[1:], helix[2:], strict=False):
        phi, psi = (math.degrees(x) for x in gemmi.calculate_phi_psi(before, residue, after))
        assert (phi, psi) == (pytest.approx(-64, abs=0.5), pytest.approx(-42, abs=0.5))
        assert abs(math.degrees(gemmi.calculate_omega(before, residue))) == pytest.approx(180, abs=0.5)
    names = ("N", "CA", "C", "O")
    turn, rise = turn_and_rise(of(helix[4], *names), of(helix[5], *names))
    assert turn == pytest.approx(99, abs=2) and rise == pytest.approx(1.5, abs=0.05)
    for accepts, donates in zip(helix, helix[4:], strict=False):
        assert np.linalg.norm(of(accepts, "O") - of(donates, "N")) == pytest.approx(3.0, abs=0.2)


def test_the_rna_is_a_form(structure):
    strand = list(structure[0]["B"])
    names = ("C1'", "C2'", "C3'", "C4'", "O4'")
    for before, after in zip(strand, strand[1:], strict=False):
        turn, rise = turn_and_rise(of(before, *names), of(after, *names))
        assert turn == pytest.approx(32.7, abs=1) and rise == pytest.approx(2.81, abs=0.15)
    for residue in strand:
        c1, c2, c3, c4 = (gemmi.Position(*p) for p in of(residue, "C1'", "C2'", "C3'", "C4'"))
        assert math.degrees(gemmi.calculate_dihedral(c1, c2, c3, c4)) == pytest.approx(35, abs=3)  # C3'-endo


def test_the_magnesium_is_octahedral(structure):
    ion = of(structure[0]["D"][0], "MG")[0]
    _, positions = atoms(structure, "ABCW")
    bound = positions[np.linalg.norm(positions - ion, axis=1) < 2.5]
    assert np.linalg.norm(bound - ion, axis=1) == pytest.approx([2.07] * 6, abs=0.01)
    angles = sorted(angle(a, ion, b) for n, a in enumerate(bound) for b in bound[:n])
    assert angles == pytest.approx([90] * 12 + [180] * 3, abs=0.5)


# --- the files ---


def test_the_model_is_read_as_what_it_is(files):
    model = read_model(files[0])
    kinds, counts = np.unique(model.atoms.kind, return_counts=True)
    assert dict(zip(kinds.tolist(), counts.tolist(), strict=True)) == {
        "protein": 99,
        "nucleic acid": 82,
        "ligand": 9,
        "ion": 1,
        "water": 13,
    }
    assert (model.resolution, model.resolution_source) == (RESOLUTION, "_em_3d_reconstruction.resolution")
    assert model.warnings == () and len(set(model.atoms.entity.tolist())) == 5


def test_the_files_are_the_same_each_time(files, tmp_path: Path):
    again = write_demo(tmp_path)
    assert again[0].read_bytes() == files[0].read_bytes()
    assert np.array_equal(read_map(again[1]).values, read_map(files[1]).values)


def test_the_map_holds_the_model_with_room_to_spare(files):
    map, positions = read_map(files[1]), read_model(files[0]).atoms.position
    last = map.origin + (np.array(map.values.shape) - 1) @ map.steps
    assert positions.min() - map.origin.max() > 4 and (last - positions.max(axis=0)).min() > 4
    assert map.steps == pytest.approx(VOXEL * np.eye(3), abs=1e-6) and not map.resampling_differs
    assert np.array_equal(map.values, density().values)


# --- the story ---


def test_the_flaws_show_and_the_rest_fits(files):
    *flawed, rest = findings(score(*files))
    assert [part for part, _, _ in flawed] == [flaw.part for flaw in FLAWS]
    by_part = {part: q for part, q, _ in flawed}
    assert rest[1] > 0.6
    assert max(by_part.values()) < 0.4
    assert by_part["side chain of A/7 PHE"] < 0.15 and abs(by_part["water W/13 HOH"]) < 0.15


def test_each_flaw_is_a_part_of_the_model(files):
    atoms = read_model(files[0]).atoms
    sizes = [
        sum(flaw.holds(*a) for a in zip(atoms.chain, atoms.seqid.astype(int), atoms.name, strict=True))
        for flaw in FLAWS
    ]
    assert sizes == [7, 5, 20, 1]


def test_the_command_shows_it_and_what_it_says_to_run_next_works(tmp_path: Path):
    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "qscore", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path).stdout

    shown = run("demo")
    assert "side chain of A/7 PHE" in shown and "What to look at" in shown
    next_command = shown.split("\n\n  qscore ")[-1].split()
    run(*next_command)
    assert {p.name for p in (tmp_path / "qscore-demo").iterdir()} >= {
        "model.cif",
        "map.mrc",
        "atoms.csv",
        "summary.json",
    }


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    command = [sys.executable, "-m", "qscore", "demo", "--out", str(tmp_path / "file")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1 and done.stdout == "" and len(done.stderr.splitlines()) == 1

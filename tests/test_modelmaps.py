"""Model maps: Chimera's Gaussians, and electron scattering cut sharply at a resolution."""

import json
import signal
import subprocess
import sys
import time

import gemmi
import mrcfile
import numpy as np
import pytest
from click.testing import CliRunner
from golden import FILES
from hypothesis import given, settings
from hypothesis import strategies as st
from qscore.cli import commands
from qscore.errors import InputError
from qscore.maps import Map, read_grid, read_map
from qscore.mapwriter import write_map
from qscore.model import Model, read_model
from qscore.modelmaps import electron_map, gaussian_map


def small_model(elements: str = "C N O S P FE MG ZN H D C O", b_iso: float = 30.0, seed: int = 3) -> Model:
    """A model of one residue with an atom of each element, a few Å apart."""
    random = np.random.default_rng(seed)
    structure, model, chain, residue = gemmi.Structure(), gemmi.Model(1), gemmi.Chain("A"), gemmi.Residue()
    residue.name, residue.seqid = "LIG", gemmi.SeqId("1")
    for number, element in enumerate(elements.split()):
        atom = gemmi.Atom()
        atom.name, atom.element = f"{element[0]}{number}", gemmi.Element(element)
        atom.pos = gemmi.Position(*(random.uniform((20, -8, 5), (28, -3, 15))))
        atom.occ, atom.b_iso = (0.5 if number % 4 == 0 else 1.0), b_iso
        residue.add_atom(atom)
    chain.add_residue(residue)
    model.add_chain(chain)
    structure.add_model(model)
    return Model.from_structure(structure)


def reflections(atoms, b_factors, resolution):
    """Low corner of the P1 box, its edges, s (m, 3) and F (m,) of all reflections but F(000), summed directly."""
    low = atoms.position.min(axis=0) - 50
    cell = np.ptp(atoms.position, axis=0) + 100
    ranges = [np.arange(-n, n + 1) for n in (cell / resolution).astype(int)]
    hkl = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, 3)
    s = hkl / cell
    s2 = (s**2).sum(axis=1)
    kept = (s2 <= 1 / resolution**2) & hkl.any(axis=1)
    s, s2 = s[kept], s2[kept]
    total = np.zeros(len(s), complex)
    for element, position, occupancy, b in zip(atoms.element, atoms.position, atoms.occupancy, b_factors, strict=True):
        coefficients = np.array(gemmi.Element(str(element)).c4322.get_coefs())
        f = (coefficients[:5] * np.exp(-coefficients[5:] * s2[:, None] / 4)).sum(axis=1)
        total += occupancy * f * np.exp(-b * s2 / 4) * np.exp(2j * np.pi * s @ (position - low))
    return low, cell, s, total


@pytest.mark.parametrize("b", [0.0, 60.0, 300.0])
def test_an_electron_map_is_the_sum_over_all_reflections_of_the_padded_box(b):
    atoms = small_model().atoms
    b_factors = np.full(len(atoms), b)
    low, _, s, structure_factors = reflections(atoms, b_factors, 5.0)
    made = electron_map(atoms, 5.0, b_factors=b_factors)
    random = np.random.default_rng(1)
    index = random.integers(0, made.values.shape, (300, 3))
    where = made.origin + index @ made.steps - low
    expected = (np.exp(-2j * np.pi * where @ s.T) @ structure_factors).real
    expected /= np.sqrt((np.abs(structure_factors) ** 2).sum())
    assert np.abs(expected).max() > 20
    assert np.abs(made.values[tuple(index.T)] - expected).max() < 1e-3


def test_over_the_padded_box_an_electron_map_has_mean_0_and_sd_1():
    atoms = small_model().atoms
    low, cell = atoms.position.min(axis=0) - 50, np.ptp(atoms.position, axis=0) + 100
    shape = np.ceil(cell / 3.6).astype(int)  # finer than half the resolution: the sums over the grid are exact
    box = Map.from_array(np.zeros(shape, np.float32), cell / shape, low)
    made = electron_map(atoms, 8.0, like=box)
    assert made.values.shape == tuple(shape)
    assert made.values.mean(dtype=np.float64) == pytest.approx(0, abs=1e-5)
    assert made.values.std(dtype=np.float64) == pytest.approx(1, abs=1e-5)
    absolute = electron_map(atoms, 8.0, like=box, in_sd=False)
    ratio = absolute.values.std(dtype=np.float64)
    np.testing.assert_allclose(absolute.values, made.values * ratio, atol=1e-4 * ratio)


def test_a_skewed_grid_shows_the_same_map():
    atoms = small_model().atoms
    steps = np.array([[1.0, 0.2, 0.0], [0.0, 1.1, -0.3], [0.1, 0.0, 0.9]])
    skewed = Map.from_array(np.zeros((9, 8, 10), np.float32), steps=steps, origin=atoms.position.min(axis=0))
    made = electron_map(atoms, 3.0, like=skewed)
    gaussian = gaussian_map(atoms, 3.0, like=skewed)
    for index in [(0, 0, 0), (2, 3, 4), (8, 7, 9)]:
        point = Map.from_array(np.zeros((1, 1, 1), np.float32), 1.0, skewed.origin + np.array(index) @ steps)
        assert electron_map(atoms, 3.0, like=point).values[0, 0, 0] == pytest.approx(made.values[index], abs=1e-3)
        assert gaussian_map(atoms, 3.0, like=point).values[0, 0, 0] == pytest.approx(gaussian.values[index], abs=1e-5)


@settings(max_examples=10, deadline=None)
@given(shift=st.tuples(*[st.floats(-300, 300)] * 3))
def test_a_model_map_moves_with_its_model(shift):
    model = small_model("C O N")
    atoms = model.atoms
    made = electron_map(atoms, 6.0)
    structure = model.structure.clone()
    for atom in structure[0][0][0]:
        atom.pos += gemmi.Position(*shift)
    moved = electron_map(Model.from_structure(structure).atoms, 6.0)
    np.testing.assert_allclose(moved.origin, made.origin + shift, atol=1e-9)
    np.testing.assert_allclose(moved.values, made.values, atol=1e-3)


def test_occupancies_count_and_deuterium_scatters_as_hydrogen():
    def at(elements, occupancy):
        atoms = small_model(elements).atoms
        atoms.occupancy[:] = occupancy
        return electron_map(atoms, 4.0, in_sd=False).values

    np.testing.assert_allclose(at("C", 0.25) * 4, at("C", 1.0), rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(at("C H", 1.0), at("C D", 1.0))


@pytest.mark.parametrize("case", ["apoferritin", "7cec_A"])
def test_a_gaussian_map_is_chimeras_molmap(data, case):
    golden = json.loads((data / case / "molmap_cc.json").read_text())
    made = gaussian_map(read_model(data / case / FILES[case][0]).atoms, golden["resolution"])
    assert list(made.values.shape) in (golden["shape"], golden["shape"][::-1])
    assert np.count_nonzero(made.values > 0.01) == pytest.approx(golden["points"], rel=1e-3)
    assert made.values.max() == pytest.approx(golden["max"], rel=1e-5)


def test_elements_without_scattering_factors_are_named_and_can_be_treated_as_another():
    atoms = small_model("C X O").atoms
    with pytest.raises(InputError, match=r"element X \(1 atoms, first A/1 LIG X1\).*--unknown-element C"):
        electron_map(atoms, 3.0)
    for stand_in in ("Og", "Qq"):  # refused whether or not there is anything to stand in for
        for model in (atoms, small_model("C O").atoms):
            with pytest.raises(InputError, match=f"no electron scattering factors for '{stand_in}', which is to stand"):
                electron_map(model, 3.0, unknown_element=stand_in)
    expected = electron_map(small_model("C C O").atoms, 3.0)
    np.testing.assert_array_equal(electron_map(atoms, 3.0, unknown_element="C").values, expected.values)


@pytest.mark.parametrize("resolution", [0.49, 20.5, float("nan"), -3.0])
def test_resolutions_that_make_no_sense_are_refused(resolution):
    with pytest.raises(InputError, match="the resolution must be from 0.5 to 20 Å"):
        electron_map(small_model().atoms, resolution)
    with pytest.raises(InputError, match="the resolution must be from 0.5 to 20 Å"):
        gaussian_map(small_model().atoms, resolution)


def test_other_bad_input_is_refused():
    with pytest.raises(InputError, match="grid spacing must be from"):
        gaussian_map(small_model().atoms, 3.0, spacing=-1.0)
    for make in (gaussian_map, electron_map):
        with pytest.raises(InputError, match="grid spacing must be from 0.05 to 20 Å; got 0"):
            make(small_model().atoms, 3.0, spacing=0.0)
        with pytest.raises(InputError, match="threads must be a whole number from 0 .* to 1024; got 99999999"):
            make(small_model().atoms, 3.0, threads=99999999)
    with pytest.raises(InputError, match="12 atoms have a B factor below 0 or none at all, first A/1 LIG C0"):
        electron_map(small_model(b_iso=-5.0).atoms, 3.0)
    far = small_model("C C")
    far.atoms.position[1] += 1e4
    with pytest.raises(InputError, match="voxels is too large; choose a wider spacing"):
        electron_map(far.atoms, 1.0)


def test_the_command_writes_a_map_file_that_mrcfile_accepts(data, tmp_path):
    model, like = (data / "7cec_A" / name for name in FILES["7cec_A"])
    out = tmp_path / "model.mrc"
    done = CliRunner().invoke(commands, ["modelmap", str(model), "-r", "6", "--like", str(like), "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert "covers only part" not in done.output
    assert mrcfile.validate(out)
    made, wanted = read_map(out), read_map(like)
    np.testing.assert_allclose(made.origin, wanted.origin, atol=1e-4)
    np.testing.assert_allclose(made.steps, wanted.steps, rtol=1e-6)
    assert made.values.shape == wanted.values.shape
    with mrcfile.open(out) as file:
        assert file.header.rms == pytest.approx(made.values.std(), rel=1e-4)
        assert file.header.dmax == made.values.max()
        assert b"qscore: electron map of 7cec_A at 6 A" in bytes(file.header.label[0])
    absolute = tmp_path / "absolute.mrc"
    words = ["modelmap", str(model), "-r", "6", "--like", str(like), "--absolute", "-o", str(absolute)]
    assert CliRunner().invoke(commands, words).exit_code == 0
    expected = electron_map(read_model(model).atoms, 6.0, like=wanted, in_sd=False)
    np.testing.assert_allclose(read_map(absolute).values, expected.values, atol=1e-6 * expected.values.max())
    own = tmp_path / "own.mrc"
    arguments = ["modelmap", str(model), "-r", "6", "--kind", "gaussian", "--spacing", "1.5", "--output", str(own)]
    assert CliRunner().invoke(commands, arguments).exit_code == 0
    np.testing.assert_allclose(read_map(own).steps, np.diag([1.5] * 3), rtol=1e-6)


def test_of_the_map_whose_grid_is_taken_no_voxel_is_read(tmp_path):
    path = tmp_path / "like.mrc"
    with mrcfile.new(path) as file:
        file.set_data(np.zeros((6, 5, 4), np.float32))
        file.voxel_size = 1.5
    path.write_bytes(path.read_bytes()[:1024] + b"\xff" * 480)  # NaN everywhere
    grid = read_grid(path)
    assert grid.values.shape == (4, 5, 6) and grid.values.strides == (0, 0, 0)
    np.testing.assert_allclose(grid.steps, np.diag([1.5] * 3))
    made = gaussian_map(small_model().atoms, 5.0, like=grid)
    assert made.values.shape == (4, 5, 6) and np.isfinite(made.values).all()


@pytest.mark.parametrize("kind", ["electron", "gaussian"])
def test_the_grid_of_a_map_that_lacks_atoms_is_warned_of_and_that_of_one_elsewhere_refused(data, tmp_path, kind):
    path = data / "7cec_A" / FILES["7cec_A"][0]
    x = read_model(path).atoms.position[:, 0]
    whole = gaussian_map(read_model(path).atoms, 6.0)
    half = whole.values[: len(whole.values) // 2]
    out = tmp_path / "out.mrc"

    def command(origin):
        write_map(tmp_path / "like.mrc", Map.from_array(half, steps=whole.steps, origin=origin), "half a map")
        words = [path, "-r", "6", "--kind", kind, "--like", tmp_path / "like.mrc", "--output", out]
        return subprocess.run([sys.executable, "-m", "qscore", "modelmap", *words], capture_output=True, text=True)

    part = command(whole.origin)
    assert part.returncode == 0, part.stderr
    like = read_map(tmp_path / "like.mrc")
    last = like.origin[0] + (len(half) - 1) * like.steps[0, 0]
    assert f"covers only part of the model: {(x > last).sum()} of {len(x)} atoms" in " ".join(part.stdout.split())
    assert read_map(out).values.shape == half.shape
    out.unlink()
    elsewhere = command(whole.origin + 900)
    assert elsewhere.returncode == 1
    assert "the model does not overlap the map" in elsewhere.stderr and "Traceback" not in elsewhere.stderr
    assert not out.exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_ctrl_c_ends_long_work(data, tmp_path):
    words = [str(data / "7cec_A" / FILES["7cec_A"][0]), "-r", "1", "--spacing", "0.15", "-o", str(tmp_path / "a.mrc")]
    process = subprocess.Popen([sys.executable, "-m", "qscore", "modelmap", *words], stderr=subprocess.PIPE)
    time.sleep(2)
    assert process.poll() is None, "the work was too short to interrupt"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=5)  # tens of seconds are left
    assert process.returncode != 0 and not list(tmp_path.iterdir())

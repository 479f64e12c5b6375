"""Scores: MapQ's numbers to the last digit, whatever the file's layout, the order of the atoms or the threads."""

import csv

import gemmi
import numpy as np
import pytest
import qscore
from golden import FILES
from hypothesis import given, settings
from hypothesis import strategies as st
from mapkit import write_map
from qscore import InputError, Map, read_map, score, score_atoms

COLUMNS = [
    (case, variant, sigma)
    for case in FILES
    for variant in ("q", "q_resampled")
    for sigma in (0.4, 0.6)
    if variant == "q" or case in ("apoferritin", "7cec_A")
]


@pytest.mark.parametrize(("case", "variant", "sigma"), COLUMNS)
def test_every_atom_has_the_golden_score(data, case, variant, sigma):
    with (data / case / "golden_q.csv").open() as stream:
        golden = [float(row[f"{variant}_sigma{sigma}"]) for row in csv.DictReader(stream)]
    model, map = (data / case / name for name in FILES[case])
    result = score(model, map, sigma=sigma, resampled=variant == "q_resampled")
    assert np.abs(result.q - golden).max() <= (2e-6 if variant == "q_resampled" else 1.5e-7)


@pytest.mark.parametrize("value", [0.0, 2.5])
def test_a_map_that_is_the_same_everywhere_around_the_model_is_told(tmp_path, value):
    values = np.full((40, 40, 40), value, np.float32)
    values[-3:] = np.random.default_rng(0).normal(size=(3, 40, 40))
    model = gemmi.read_pdb_string("ATOM      1  CA  ALA A   1      12.000  12.000  12.000  1.00 10.00           C\n")
    result = score(model, write_map(tmp_path / "flat.mrc", values))
    assert result.q.tolist() == [0]
    (warning,) = result.warnings
    assert warning.startswith(f"the map has the same value, {value:g}, everywhere around the model")


def test_the_emdb_variant_gives_mapqs_published_scores(data):
    """MapQ's own output for this entry, in its file of 2021: sigma 0.6, the resampled variant, three decimals."""
    case = data / "7cec_A"
    sites = gemmi.cif.read(str(case / "mapq_2021_sigma0.6.cif")).sole_block().find("_atom_site.", ["Q_score"])
    published = [float(row[0]) for row in sites]
    result = score(case / "7cec_A.cif", case / "emd_30342_A.mrc", sigma=0.6, resampled=True)
    assert np.abs(result.q - published).max() <= 5.1e-4


# --- invariants, on random atoms in random maps ---------------------------------------------------------------------


@st.composite
def scenes(draw):
    """Atoms (n, 3) in Å, well inside a map of random values, in a frame that may be skewed."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = tuple(draw(st.integers(14, 18)) for _ in range(3))
    steps = np.diag([draw(st.floats(0.6, 1.4)) for _ in range(3)])
    steps[1, 0], steps[2, 0], steps[2, 1] = (draw(st.floats(-0.3, 0.3)) for _ in range(3))
    values = random.normal(size=shape).astype(np.float32)
    count = draw(st.integers(1, 25))
    origin = random.uniform(-50, 50, 3)
    atoms = origin + random.uniform(4, np.array(shape) - 5, (count, 3)) @ steps
    return atoms, Map.from_array(values, steps=steps, origin=origin)


@given(scenes(), st.tuples(*[st.floats(-200, 200)] * 3))
@settings(deadline=None, max_examples=40)
def test_moving_model_and_map_together_changes_nothing(scene, shift):
    atoms, map = scene
    moved = Map.from_array(map.values, steps=map.steps, origin=map.origin + shift)
    np.testing.assert_allclose(score_atoms(atoms + shift, moved), score_atoms(atoms, map), atol=2e-6)


@given(scenes(), st.floats(1e-6, 1e6), st.floats(-10, 10))
@settings(deadline=None, max_examples=40)
def test_scale_and_offset_of_the_map_change_nothing(scene, scale, offset):
    atoms, map = scene
    other = Map.from_array(
        map.values * np.float32(scale) + np.float32(scale * offset), steps=map.steps, origin=map.origin
    )
    np.testing.assert_allclose(score_atoms(atoms, other), score_atoms(atoms, map), atol=2e-5)


@given(scenes(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_the_order_of_the_atoms_changes_no_bit(scene, random):
    atoms, map = scene
    order = list(range(len(atoms)))
    random.shuffle(order)
    assert np.array_equal(score_atoms(atoms[order], map), score_atoms(atoms, map)[order])


@given(scenes(), st.data())
@settings(deadline=None, max_examples=40)
def test_a_subset_scores_as_in_the_whole(scene, draw):
    atoms, map = scene
    rows = draw.draw(st.lists(st.integers(0, len(atoms) - 1)))
    assert np.array_equal(score_atoms(atoms, map, queries=rows), score_atoms(atoms, map)[rows])


@given(scenes(), st.permutations(range(3)), st.tuples(*[st.booleans()] * 3))
@settings(deadline=None, max_examples=40)
def test_axes_may_run_in_any_order_and_direction(scene, order, reversed_axes):
    atoms, map = scene
    values, steps, origin = map.values, map.steps.copy(), map.origin.copy()
    for axis, reverse in enumerate(reversed_axes):
        if reverse:
            values = np.flip(values, axis)
            origin += (values.shape[axis] - 1) * steps[axis]
            steps[axis] = -steps[axis]
    turned = Map.from_array(values.transpose(order), steps=steps[list(order)], origin=origin)
    np.testing.assert_allclose(score_atoms(atoms, turned), score_atoms(atoms, map), atol=2e-6)


@pytest.mark.parametrize("axes", [(1, 2, 3), (3, 1, 2), (2, 1, 3)])
@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_axis_and_byte_order_of_the_file_change_nothing(tmp_path, data, axes, byte_order):
    model, original = (data / "apoferritin" / name for name in FILES["apoferritin"])
    plain = read_map(original)
    path = write_map(
        tmp_path / "turned.mrc",
        plain.values,
        voxel=tuple(np.diag(plain.steps)),
        origin=tuple(plain.origin),
        axes=axes,
        byte_order=byte_order,
    )
    np.testing.assert_allclose(score(model, path).q, score(model, original).q, atol=1e-4)
    assert np.array_equal(score(model, path).q, score(model, read_map(path)).q)


def test_threads_change_no_bit(data):
    model, map = (data / "apoferritin" / name for name in FILES["apoferritin"])
    one, two = (score(model, map, threads=threads).q for threads in (1, 2))
    assert np.array_equal(one, two)


# --- what a result holds --------------------------------------------------------------------------------------------


def test_a_result_knows_its_inputs_and_options(data):
    model, map = (data / "7cec_A" / name for name in FILES["7cec_A"])
    result = score(str(model), map, sigma=0.6)
    assert len(result.q) == len(result.atoms) == len(result.rows) == 4308
    assert result.options == qscore.ScoreOptions(sigma=0.6)
    assert (result.resolution, result.resolution_source) == (3.9, "_em_3d_reconstruction.resolution")
    assert len(result.model.sha256) == 64
    assert result.map.path == str(map)
    assert result.summary()["model"]["q"] == pytest.approx(result.q.mean(), abs=1e-6)
    assert any("resampled" in warning for warning in result.warnings)


def test_chains_are_scored_among_all_atoms(data):
    model, map = (data / "ligand_3nzd" / name for name in FILES["ligand_3nzd"])
    whole, part = score(model, map), score(model, map, chains=["A"])
    assert np.array_equal(part.q, whole.q[whole.atoms.chain == "A"])


def test_a_gemmi_structure_and_a_map_in_memory_score_as_their_files(data):
    model, map = (data / "apoferritin" / name for name in FILES["apoferritin"])
    structure = gemmi.read_structure(str(model))
    assert np.array_equal(score(structure, read_map(map)).q, score(model, map).q)


def test_hydrogens_neither_score_nor_count_as_neighbours(data):
    model, map = (data / "apoferritin" / name for name in FILES["apoferritin"])
    structure = gemmi.read_structure(str(model))
    for chain in structure[0]:
        for residue in chain:
            atom = residue[0].clone()
            atom.name, atom.element = "H", gemmi.Element("H")
            atom.pos += gemmi.Position(0.6, 0.6, 0.5)
            residue.add_atom(atom)
    result = score(structure, map)
    assert np.array_equal(result.q, score(model, map).q)
    assert result.summary()["model"]["hydrogens"] > 0


def test_a_progress_function_hears_every_stage(data):
    stages = []
    model, map = (data / "apoferritin" / name for name in FILES["apoferritin"])
    score(model, map, progress=lambda stage, done, total: stages.append(stage))
    assert list(dict.fromkeys(stages)) == ["reading the model", "reading the map", "scoring"]


def test_progress_counts_the_atoms_that_are_scored(data):
    counts = []
    model, map = (data / "glycan_3pqr" / name for name in FILES["glycan_3pqr"])
    result = score(model, map, chains=["B"], progress=lambda stage, done, total: counts.append((stage, total)))
    assert {total for stage, total in counts if stage == "scoring"} == {len(result.q)}


def test_a_result_and_its_inputs_are_named_in_one_line(data):
    model, map = (data / "7cec_A" / name for name in FILES["7cec_A"])
    result = score(model, map)
    assert repr(result) == "<ScoreResult of '7cec_A': Q 0.376, 4,308 atoms>"
    assert repr(result.model) == "<Model '7cec_A': 4,308 atoms, 4,308 to score>"
    assert repr(result.map) == f"<Map {str(map)!r}: 87 × 80 × 62 of 89 × 81 × 63 voxels>"
    assert repr(result.atoms) == "<Atoms: 4,308>" and repr(result.groups.residues) == "<GroupTable: 553>"
    assert repr(result.reference) == "<ReferenceTable 'emdb': 25,322 entries>"


# --- bad input ------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_map():
    return Map.from_array(np.random.default_rng(1).normal(size=(12, 12, 12)).astype(np.float32), 1.0)


def structure_at(*positions):
    structure, chain, residue = gemmi.Structure(), gemmi.Chain("A"), gemmi.Residue()
    residue.name, residue.seqid = "ALA", gemmi.SeqId("1")
    for number, position in enumerate(positions):
        atom = gemmi.Atom()
        atom.name, atom.element, atom.pos = f"C{number}", gemmi.Element("C"), gemmi.Position(*position)
        residue.add_atom(atom)
    chain.add_residue(residue)
    structure.add_model(gemmi.Model(1))
    structure[0].add_chain(chain)
    structure.name = "small"
    return structure


def test_a_model_outside_the_map_is_refused_with_the_shift_that_would_help(small_map):
    with pytest.raises(InputError, match=r"does not overlap.*101\.0….*shift of the model by \(-95\.50, 4\.50, 4\.50\)"):
        score(structure_at((101, 1, 1)), small_map)


def test_atoms_outside_the_map_are_counted_and_scored(small_map):
    result = score(structure_at((5, 5, 5), (50, 5, 5)), small_map)
    assert any(warning.startswith("1 of 2 atoms lie outside the map") for warning in result.warnings)
    assert result.q[1] == 0
    assert result.samples_outside[1] > 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sigma": 0.0}, "sigma must be a number from 0.05 to 5 Å; got 0.0"),
        ({"sigma": float("nan")}, "sigma"),
        ({"radius_step": 3.0}, "radius_step"),
        ({"max_radius": 0.55}, "whole number of radius steps"),
        ({"points": 2}, "points must be a whole number from 4 to 64"),
        ({"points": 8.5}, "points"),
        ({"threads": -1}, "threads"),
        ({"resolution": 0.0}, "resolution"),
        ({"resolution": float("nan")}, "resolution"),
        ({"resolution": 1001}, "the resolution must be above 0 and at most 1000 Å; got 1001"),
        ({"chains": "AB"}, r"chains must be a list of names, such as \['AB'\]; got the text 'AB'"),
        ({"chains": ["B"]}, "no chain B in the model small; it has A"),
        ({"chains": []}, "no chain given"),
    ],
)
def test_options_out_of_range_are_named(small_map, options, message):
    with pytest.raises(InputError, match=message):
        score(structure_at((5, 5, 5)), small_map, **options)


@pytest.mark.parametrize(
    ("positions", "message"),
    [
        (np.zeros((3, 2)), r"shape \(n, 3\); got \(3, 2\)"),
        ([[0, 0, np.nan]], "position of atom 0"),
        ([[0, 0, 1e15]], "position of atom 0"),
    ],
)
def test_positions_that_are_none_are_refused(small_map, positions, message):
    with pytest.raises(InputError, match=message):
        score_atoms(positions, small_map)


def test_the_volume_must_be_a_map(small_map):
    with pytest.raises(InputError, match="the volume must be a qscore.Map .*; got ndarray"):
        score_atoms([[5, 5, 5]], small_map.values)


def at_an_odd_place(shape, dtype):
    size = np.dtype(dtype).itemsize * int(np.prod(shape))
    return np.zeros(size + 1, np.uint8)[1:].view(dtype).reshape(shape)


def test_queries_must_be_rows_of_the_positions(small_map):
    with pytest.raises(InputError, match="query 1 is no row of the 1 atoms"):
        score_atoms([[5, 5, 5]], small_map, queries=[1])
    with pytest.raises(InputError, match="whole numbers"):
        score_atoms([[5, 5, 5]], small_map, queries=[0.5])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"values": np.zeros((2, 2, 2))},
            r"values must be a float32 array of shape \(ni, nj, nk\); got float64 \(2, 2, 2\)",
        ),
        ({"values": np.zeros((2, 2), np.float32)}, r"got float32 \(2, 2\)"),
        ({"positions": np.zeros((1, 3), np.float32)}, r"positions must be .*; got float32 \(1, 3\)"),
        ({"positions": np.zeros((2, 6))[:, ::2]}, "positions must be a C-contiguous"),
        ({"queries": np.zeros(1, np.int32)}, "queries must be a contiguous int64"),
        ({"values": at_an_odd_place((2, 2, 2), np.float32)}, "values must be aligned"),
        ({"positions": at_an_odd_place((1, 3), np.float64)}, "positions must be aligned"),
        ({"queries": at_an_odd_place((1,), np.int64)}, "queries must be aligned"),
        ({"steps": np.eye(2)}, r"steps must be a float64 array of shape \(3, 3\)"),
        ({"origin": np.zeros(2)}, r"origin must be a float64 array of shape \(3,\)"),
        ({"steps": np.zeros((3, 3))}, "steps of a volume's frame"),
    ],
)
def test_the_core_says_what_it_was_given_and_what_it_wants(change, message):
    arguments = {
        "values": np.zeros((2, 2, 2), np.float32),
        "origin": np.zeros(3),
        "steps": np.eye(3),
        "positions": np.zeros((1, 3)),
        "queries": np.zeros(1, np.int64),
    } | change
    with pytest.raises(ValueError, match=message):
        qscore._core.score(*arguments.values(), sigma=0.4, radius_step=0.1, shells=20, points=8)

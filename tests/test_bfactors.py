"""The scan over f: golden values, known answers, and what is written."""

import csv
import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import gemmi
import numpy as np
import pytest
from cifkit import add_second_model, items
from golden import FILES, golden_result
from qscore import correlate, scan_bfactors, score
from qscore.bfactors import disorder
from qscore.errors import InputError
from qscore.maps import Map, read_map
from qscore.model import Model, read_model, residues_of
from qscore.modelmaps import electron_map
from qscore.options import ScoreOptions
from qscore.scores import Scores
from qscore.writers.bfactor_scan import beyond_pdb_file

RESOLUTIONS = {"apoferritin": 1.75, "7cec_A": 3.9}


def scan_of(data, case, **options):
    return scan_bfactors(golden_result(data, case), data / case / FILES[case][1], RESOLUTIONS[case], **options)


@pytest.mark.parametrize("case", ["apoferritin", "7cec_A"])
def test_the_scan_is_the_golden_one_on_the_same_grid(data, case):
    golden = json.loads((data / case / "bscan_exact.json").read_text())
    f, cc, cc_mean, points = np.array(golden["rows"]).T
    scan = scan_of(data, case)
    assert scan.best_f == golden["best"]
    assert scan.summary()["parameters"]["grid"] == golden["grid"]
    np.testing.assert_allclose(scan.summary()["parameters"]["cell"], golden["cell"])
    np.testing.assert_array_equal(scan.curve.f, f)
    np.testing.assert_allclose(scan.curve.cc, cc, atol=5e-4)
    np.testing.assert_allclose(scan.curve.cc_mean, cc_mean, atol=5e-4)
    np.testing.assert_allclose(scan.curve.points, points, rtol=5e-3)
    assert not scan.best_at_end


@pytest.mark.parametrize("share", [4.5, 6.0])
def test_finer_grids_give_the_same_scan(data, share):
    golden = json.loads((data / "7cec_A" / "bscan_exact.json").read_text())
    scan = scan_of(data, "7cec_A", spacing=3.9 / share)
    np.testing.assert_allclose(scan.curve.cc_mean, [row[2] for row in golden["rows"]], atol=0.003)
    assert (scan.curve.points > [1.2 * row[3] for row in golden["rows"]]).all()  # it is a finer grid
    assert scan.summary()["parameters"]["grid"] > golden["grid"]


def fragment(data, residues: int = 15) -> Model:
    structure = gemmi.read_structure(str(data / "7cec_A" / FILES["7cec_A"][0]))
    del structure[0]["A"][residues:]
    return Model.from_structure(structure)


def map_by_gemmi(model: Model, b: np.ndarray, resolution: float) -> Map:
    """The electron map of a model in a box of its own, by gemmi's density and Fourier transforms."""
    structure = model.structure.clone()
    low = model.atoms.position.min(axis=0) - 20
    for atom, value in zip((a for c in structure[0] for r in c for a in r), b, strict=True):
        atom.b_iso = value
        atom.pos -= gemmi.Position(*low)
    cell = np.ptp(model.atoms.position, axis=0) + 40
    structure.cell = gemmi.UnitCell(*cell, 90, 90, 90)
    structure.spacegroup_hm = "P 1"
    calculator = gemmi.DensityCalculatorE()
    calculator.d_min, calculator.rate, calculator.cutoff = resolution, 2.5, 1e-6
    calculator.blur = 20
    calculator.set_grid_cell_and_spacegroup(structure)
    calculator.put_model_density_on_grid(structure[0])
    factors = gemmi.transform_map_to_f_phi(calculator.grid, half_l=True).prepare_asu_data(dmin=resolution)
    hkl = factors.miller_array
    inverse_d2 = ((hkl / cell) ** 2).sum(axis=1)
    factors.value_array[:] = factors.value_array * np.exp(calculator.blur * inverse_d2 / 4)
    grid = factors.transform_f_phi_to_map(sample_rate=4.0)
    values = np.array(grid, copy=True).astype(np.float32)
    return Map.from_array(values, cell / values.shape, low)


@pytest.mark.parametrize("resolution", [1.5, 2.5, 4.0])
@pytest.mark.parametrize("f0", [60, 120, 240])
def test_the_scan_finds_the_f_that_a_map_was_made_with(data, f0, resolution):
    model = fragment(data)
    b = np.random.default_rng(0).uniform(0.1, 0.9, len(model.atoms)) * f0
    map = map_by_gemmi(model, b, resolution)
    scan = scan_bfactors(Scores(model, model.scored, 1 - b / f0), map, resolution)
    assert abs(scan.best_f - f0) <= scan.f_step
    assert scan.curve.cc_mean.max() > 0.98
    assert not scan.best_at_end


VOXELS = {"an eighth of the resolution": 8, "a sixth": 6, "a quarter": 4, "a third": 3, "the scan's own grid": None}


@pytest.mark.slow
def test_the_manual_tells_how_far_wide_voxels_move_the_best_f(data):
    page = (Path(__file__).parents[1] / "docs" / "method.md").read_text()
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:2] == "| "]
    told = {row[0]: row[1:] for row in table if row[0] in VOXELS}
    model = read_model(data / "apoferritin" / FILES["apoferritin"][0])
    q = np.random.default_rng(0).uniform(0.3, 0.95, len(model.atoms))
    for words, part in VOXELS.items():
        for resolution, expected in zip((1.5, 2.5, 4.0), told[words], strict=True):
            best = []
            for f0 in (60, 120, 240):
                spacing = None if part is None else resolution / part
                map = electron_map(model.atoms, resolution, b_factors=(1 - q) * f0, spacing=spacing)
                scan = scan_bfactors(Scores(model, model.scored, q[model.scored]), map, resolution, f_max=400)
                best.append(f"{scan.best_f:g}")
            assert ", ".join(best) == expected, (words, resolution)


def known(data, f0=100.0, resolution=3.0):
    """Scores of a fragment and a map, on a fine grid, of atoms with B = (1 − Q)·f0."""
    model = fragment(data)
    q = np.random.default_rng(0).uniform(0.1, 0.9, len(model.atoms))
    map = electron_map(model.atoms, resolution, b_factors=(1 - q) * f0, spacing=resolution / 8)
    return Scores(model, model.scored, q), map


def test_a_refined_search_finds_the_maximum_to_one(data):
    scores, map = known(data, f0=113.0)
    scan = scan_bfactors(scores, map, 3.0, refine=True)
    every = scan_bfactors(scores, map, 3.0, f_max=140, f_step=1)
    assert abs(scan.best_f - every.best_f) <= 1
    assert scan.best_f % 20 != 0
    assert len(scan.all.f) < 35


def test_a_best_f_at_the_end_is_warned_of_and_the_range_extended_on_request(data):
    scores, map = known(data)
    short = scan_bfactors(scores, map, 3.0, f_max=60)
    assert short.best_at_end
    assert any("the best f is 60, the last of the range" in warning for warning in short.warnings)
    longer = scan_bfactors(scores, map, 3.0, f_max=60, refine=True)
    assert longer.curve.f[-1] >= 120
    assert abs(longer.best_f - 100) < 15
    assert not any("last" in warning for warning in longer.warnings)
    sharp = scan_bfactors(scores, electron_map(scores.model.atoms, 3.0, b_factors=0 * scores.q), 3.0)
    assert sharp.best_f == 0
    assert any("the best f is 0, the lowest" in warning for warning in sharp.warnings)


def test_hydrogens_take_the_b_factor_of_their_heavy_atom(data):
    structure = fragment(data, 3).structure.clone()
    nitrogen = structure[0]["A"][0]["N"][0]
    hydrogen, lonely = gemmi.Atom(), gemmi.Atom()
    for atom, name, away in ((hydrogen, "H", 1.0), (lonely, "HX", -30.0)):
        atom.name, atom.element, atom.b_iso, atom.occ = name, gemmi.Element("H"), 77.0, 1.0
        atom.pos = nitrogen.pos + gemmi.Position(away, 0, 0)
        structure[0]["A"][0].add_atom(atom)
    model = Model.from_structure(structure)
    q = np.linspace(0.1, 0.9, len(model.scored))
    scan = scan_bfactors(Scores(model, model.scored, q), electron_map(model.atoms, 3.0), 3.0)
    b = dict(zip(model.atoms.name.tolist(), scan.b_factors(200.0).tolist(), strict=True))
    row = {name: i for i, name in reversed(list(enumerate(model.atoms.name.tolist())))}
    assert scan.b_factors(200.0)[row["H"]] == scan.b_factors(200.0)[row["N"]] == pytest.approx(200 * (1 - q[0]))
    assert b["HX"] == 77.0  # bound to nothing: no Q, so the B of the file stays
    assert any(warning.startswith(f"1 of {len(model.atoms)} atoms have no Q") for warning in scan.warnings)


def test_q_below_0_gives_b_above_f_and_q_above_1_gives_0_and_both_are_counted(data):
    scores, map = known(data)
    scores.q[:3] = -0.2
    scores.q[3:5] = 1.1
    scan = scan_bfactors(scores, map, 3.0, f_max=40)
    b = scan.b_factors(50.0)
    np.testing.assert_allclose(b[:5], [60, 60, 60, 0, 0])
    assert (scan.summary()["atoms"]["q_below_0"], scan.summary()["atoms"]["q_above_1"]) == (3, 2)
    assert any(warning.startswith(f"3 of {len(b)} atoms have Q below 0") for warning in scan.warnings)
    assert any(warning.startswith(f"2 of {len(b)} atoms have Q above 1") for warning in scan.warnings)
    np.testing.assert_array_equal(disorder(np.array([-0.2, 0.3, 1.4, np.nan])), [1.2, 0.7, 0.0, np.nan])


def test_what_is_written(data, tmp_path):
    scan = scan_of(data, "7cec_A")
    paths = scan.write(tmp_path, maps=True)
    assert sorted(path.name for path in paths) == sorted(path.name for path in tmp_path.iterdir())
    with (tmp_path / "bscan.csv").open() as stream:
        assert next(stream).startswith("# qscore 0.")
        rows = list(csv.DictReader(stream))
    assert [float(row["f"]) for row in rows] == scan.curve.f.tolist()
    assert [int(row["points"]) for row in rows] == scan.curve.points.tolist()
    np.testing.assert_allclose([float(row["cc_mean"]) for row in rows], scan.curve.cc_mean, atol=1e-6)
    written = json.loads((tmp_path / "bscan.json").read_text())
    assert written == json.loads(json.dumps(scan.summary()))
    assert (written["best_f"], len(written["curve"])) == (180, 16)
    assert (tmp_path / "bscan.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "bscan.svg").read_text()
    for ending in ("cif", "pdb"):
        model = read_model(tmp_path / f"7cec_A_bfactors.{ending}")
        np.testing.assert_allclose(model.atoms.b_iso, scan.b_factors(), atol=0.006)
        np.testing.assert_allclose(model.atoms.position, scan.model.atoms.position, atol=1e-3)
    for f in (0, 180):
        made = read_map(tmp_path / f"model_map_f{f}.mrc")
        expected = electron_map(scan.model.atoms, 3.9, b_factors=disorder(scan.q) * f, like=made)
        np.testing.assert_allclose(made.values, expected.values, atol=1e-3)
    like = read_map(data / "7cec_A" / FILES["7cec_A"][1])
    expected = electron_map(scan.model.atoms, 3.9, b_factors=disorder(scan.q) * 60, like=like)
    np.testing.assert_array_equal(scan.model_map(60, like=like).values, expected.values)


def test_what_fails_leaves_nothing_behind(data, tmp_path, monkeypatch):
    scan = scan_of(data, "7cec_A", f_max=20)
    monkeypatch.setattr("qscore.writers.bfactor_scan.write_mrc", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        scan.write(tmp_path / "new" / "folder", maps=True)
    assert list(tmp_path.iterdir()) == []


def test_b_factors_that_pdb_cannot_hold_make_no_pdb_file(data, tmp_path):
    scan = scan_of(data, "7cec_A", f_max=20)
    scan.q[7] = -60
    assert not any(path.suffix == ".pdb" for path in scan.write(tmp_path))
    assert beyond_pdb_file(scan) == ["B factors above 999.99 Å²"]


def test_what_is_odd_about_the_model_is_told_by_scan_and_correlation(data):
    path = data / "7cec_A" / FILES["7cec_A"][0]
    model = dataclasses.replace(read_model(path), warnings=("the first of 2 models is taken",))
    map = read_map(data / "7cec_A" / FILES["7cec_A"][1])
    q = np.full(len(model.scored), 0.5)
    assert "the first of 2 models is taken" in scan_bfactors(Scores(model, model.scored, q), map, 3.9).warnings
    assert "the first of 2 models is taken" in correlate(model, map, 3.9).warnings


def test_every_file_names_program_variant_sigma_map_model_resolution_and_f(data, tmp_path):
    scan = dataclasses.replace(scan_of(data, "7cec_A", f_max=40), options=ScoreOptions(sigma=0.6, resampled=True))
    scan.write(tmp_path)
    facts = ("qscore 0.", "resampled map", "0.6", "emd_30342_A.mrc", "7cec_A.cif", "3.9", "B = (1 - Q)*f", "40")
    for name in ("bscan.csv", "bscan.svg", "7cec_A_bfactors.cif", "7cec_A_bfactors.pdb"):
        text = (tmp_path / name).read_text()
        for fact in facts:
            assert fact in text, (name, fact)
    remark = [line[11:].strip() for line in (tmp_path / "7cec_A_bfactors.pdb").open() if line.startswith("REMARK   6 ")]
    assert "SIGMA      : 0.6 ANGSTROMS" in remark and "F          : 40 SQUARE ANGSTROMS" in remark
    block = gemmi.cif.read(str(tmp_path / "7cec_A_bfactors.cif"))[0]
    assert {item: block.find_value(f"_qscore.{item}") for item in ("f", "resolution", "b_factors", "sigma")} == {
        "f": "40",
        "resolution": "3.9",
        "b_factors": "'B = (1 - Q)*f'",
        "sigma": "0.6",
    }
    written = json.loads((tmp_path / "bscan.json").read_text())
    assert written["program"].startswith("qscore 0.")
    assert Path(written["map"]["file"]).name == "emd_30342_A.mrc" and written["model"]["name"] == "7cec_A"
    assert (written["options"]["sigma"], written["options"]["resampled"]) == (0.6, True)


def test_scores_of_unknown_origin_have_no_sigma(data, tmp_path):
    scores, map = known(data)
    scan_bfactors(scores, map, 3.0, f_max=40).write(tmp_path)
    assert json.loads((tmp_path / "bscan.json").read_text())["options"] is None
    assert "sigma" not in (tmp_path / "bscan.csv").read_text()
    (cif,), (pdb,) = (list(tmp_path.glob(f"*_bfactors.{ending}")) for ending in ("cif", "pdb"))
    block = gemmi.cif.read(str(cif))[0]
    assert block.find_value("_qscore.sigma") == block.find_value("_qscore.variant") == "?"
    assert "SIGMA      : UNKNOWN" in pdb.read_text()


def test_the_mmcif_is_the_input_whole_with_the_b_factors_of_its_first_model(data, tmp_path):
    path = tmp_path / "3nzd.cif"
    document = gemmi.cif.read(str(data / "ligand_3nzd" / "3nzd.cif"))
    add_second_model(document[0])
    anisotropic = document[0].init_loop("_atom_site_anisotrop.", ["id", "U[1][1]"])
    anisotropic.add_row(["1", "0.2"])
    document[0].set_pair("_qscore.program", "'of an earlier run'")
    document.write_file(str(path))

    model = read_model(path)
    q = np.random.default_rng(0).uniform(0.1, 0.9, len(model.scored))
    scores = Scores(model, model.scored[5:], q[5:])  # the first five have no Q
    scan = scan_bfactors(scores, electron_map(model.atoms, 3.0), 3.0, f_max=40)
    scan.write(tmp_path / "out")
    after = dict(items(gemmi.cif.read(str(tmp_path / "out" / "3nzd_bfactors.cif"))[0]))
    before = dict(items(document[0]))
    b = after.pop("_atom_site.B_iso_or_equiv")
    old = before.pop("_atom_site.B_iso_or_equiv")
    ours = {tag for tag in (*before, *after) if tag.startswith(("_qscore.", "_atom_site_anisotrop."))}
    assert {tag for tag in after if tag in ours} == {
        f"_qscore.{item}" for item in ["program", "variant", "sigma", "map", "model", "resolution", "f", "b_factors"]
    }
    assert after["_qscore.program"][0].startswith("'qscore 0.")
    assert [(tag, values) for tag, values in after.items() if tag not in ours] == [
        (tag, values) for tag, values in before.items() if tag not in ours
    ]
    assert b[:5] == old[:5] and b[-50:] == old[-50:]
    found = dict(zip(after["_atom_site.id"], b, strict=True))
    serials = [atom.serial for residue in residues_of(model.structure) for atom in residue]
    np.testing.assert_allclose([float(found[str(serial)]) for serial in serials], scan.b_factors(), atol=0.00501)


def test_a_pdb_input_gets_an_mmcif_too(data, tmp_path):
    scan = scan_of(data, "apoferritin", f_max=40)
    residues_of(scan.model.structure)[0][0].aniso = gemmi.SMat33f(0.2, 0.2, 0.2, 0, 0, 0)
    scan.write(tmp_path)
    assert "ANISOU" not in (tmp_path / "3ajo_fitted_refined_bfactors.pdb").read_text()
    model = read_model(tmp_path / "3ajo_fitted_refined_bfactors.cif")
    assert model.atoms.name.tolist() == scan.model.atoms.name.tolist()
    np.testing.assert_allclose(model.atoms.b_iso, scan.b_factors(), atol=0.00501)
    block = gemmi.cif.read(model.path)[0]
    assert not block.find_mmcif_category("_atom_site_anisotrop.")
    assert gemmi.cif.as_string(block.find_value("_qscore.model")) == "3ajo_fitted_refined.pdb"


def test_a_model_that_pdb_cannot_hold_is_written_as_mmcif_only(data, tmp_path):
    scores, map = known(data)
    structure = scores.model.structure.clone()
    structure[0]["A"].name = "LONG"
    model = Model.from_structure(structure)
    scan = scan_bfactors(Scores(model, model.scored, scores.q), map, 3.0, f_max=20)
    names = [path.name for path in scan.write(tmp_path)]
    assert any(name.endswith("_bfactors.cif") for name in names)
    assert not any(name.endswith(".pdb") for name in names)


def test_the_number_of_threads_does_not_change_a_bit(data):
    one, two = (scan_of(data, "7cec_A", threads=threads) for threads in (1, 2))
    np.testing.assert_array_equal(one.curve.cc_mean, two.curve.cc_mean)
    np.testing.assert_array_equal(one.curve.points, two.curve.points)


def test_every_instruction_set_gives_the_same_bits(data):
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "from test_bfactors import scan_of\n"
        "print(scan_of(Path(sys.argv[1]), '7cec_A').curve.cc_mean.tolist())"
    )
    found = set()
    for name in ("baseline", "avx2", "avx512"):
        done = subprocess.run(
            [sys.executable, "-c", script, data, Path(__file__).parent],
            env={**os.environ, "QSCORE_INSTRUCTION_SET": name},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            assert "which this build or machine does not have" in done.stderr
        else:
            found.add(done.stdout)
    assert len(found) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"f_step": 0.0}, "the step of f must be above 0"),
        ({"f_step": float("nan")}, "the step of f must be above 0"),
        ({"f_max": -20}, "the largest f must be from one step"),
        ({"f_max": 10}, "the largest f must be from one step"),
        ({"f_max": 5000, "f_step": 1}, "5001 values of f is too long"),
        ({"spacing": 2.0}, "the grid spacing of a scan must be from 0.15 to 1.43 Å"),
        ({"spacing": 0.0}, "the grid spacing of a scan must be"),
        ({"threads": 99999999}, "threads must be a whole number from 0"),
        ({"resolution": 21}, "the resolution must be from 0.5 to 20 Å"),
    ],
)
def test_options_out_of_range_are_refused(data, options, message):
    scores, map = known(data)
    with pytest.raises(InputError, match=message):
        scan_bfactors(scores, map, **{"resolution": 3.0, **options})


def test_models_that_cannot_be_scanned_are_refused(data):
    scores, map = known(data)
    far = Map.from_array(map.values, steps=map.steps, origin=map.origin + 500)
    with pytest.raises(InputError, match="the model does not overlap the map"):
        scan_bfactors(scores, far, 3.0)
    part = Map.from_array(map.values[: map.values.shape[0] // 2], steps=map.steps, origin=map.origin)
    scan = scan_bfactors(scores, part, 3.0, f_max=20)
    assert any("the map covers only part of the model" in warning for warning in scan.warnings)
    scores.model.atoms.occupancy[:] = 1e-300
    with pytest.raises(InputError, match="no point of the model map at f = 0 is above 0.01"):
        scan_bfactors(scores, map, 3.0)
    scores.model.atoms.occupancy[:] = 0
    with pytest.raises(InputError, match="every atom of the model has the occupancy 0"):
        scan_bfactors(scores, map, 3.0)
    scores.model.atoms.occupancy[2] = -1
    with pytest.raises(InputError, match="1 atoms have an occupancy below 0, first A/"):
        scan_bfactors(scores, map, 3.0)
    scores.model.atoms.occupancy[:] = 1
    scores.model.atoms.element[4] = "X"
    with pytest.raises(InputError, match=r"no electron scattering factors for element X"):
        scan_bfactors(scores, map, 3.0)
    instead = scan_bfactors(scores, map, 3.0, f_max=20, unknown_element="FE")
    scores.model.atoms.element[4] = "FE"
    assert scan_bfactors(scores, map, 3.0, f_max=20).curve.cc_mean.tolist() == instead.curve.cc_mean.tolist()


def test_a_map_that_is_the_same_everywhere_is_refused(data):
    scores, map = known(data)
    empty = Map.from_array(np.full_like(map.values, 0.25), steps=map.steps, origin=map.origin)
    with pytest.raises(InputError, match="every voxel of the map around the model is 0.25, so nothing can be corr"):
        scan_bfactors(scores, empty, 3.0)
    with pytest.raises(InputError, match="every voxel of the map"):
        correlate(scores.model, empty, 3.0)


def test_a_best_f_that_means_nothing_is_doubted(data):
    scores, map = known(data)
    noise = np.random.default_rng(1).normal(size=map.values.shape).astype(np.float32)
    scan = scan_bfactors(scores, Map.from_array(noise, steps=map.steps, origin=map.origin), 3.0, f_max=40)
    assert any("the best f means little: CC-mean is 0.0" in warning for warning in scan.warnings)
    assert not any("sharp" in warning for warning in scan.warnings)
    scores.q[:] = 1
    scan = scan_bfactors(scores, map, 3.0, f_max=40)
    assert "no atom has a Q below 1: all B factors are 0, whatever f" in scan.warnings


def test_the_scans_own_model_map_fits_a_map_made_with_its_b_factors_exactly(data):
    scores, _ = known(data)
    made = electron_map(scores.model.atoms, 4.0, b_factors=(1 - scores.q) * 120)
    scan = scan_bfactors(scores, made, 4.0)
    assert scan.best_f == 120
    assert scan.curve.cc_mean[scan.curve.best] == pytest.approx(
        1, abs=1e-4
    )  # the outermost points may round to outside
    assert scan.model_map().values == pytest.approx(made.values, abs=1e-3)


def test_a_box_of_the_map_that_is_too_small_is_not_taken_for_the_map(data):
    model, file = (data / "7cec_A" / name for name in FILES["7cec_A"])
    result = score(model, file)  # reads no more of the map than the scores need
    with pytest.raises(
        InputError, match=r"the map is a box of .* voxels cut out of 89 × 81 × 63, and more of them are"
    ):
        scan_bfactors(result, result.map, 3.9)
    with pytest.raises(InputError, match="the map is a box of"):
        correlate(model, result.map, 3.9)
    whole = scan_bfactors(result, read_map(file), 3.9, f_max=40)
    assert whole.curve.cc_mean.tolist() == scan_bfactors(result, file, 3.9, f_max=40).curve.cc_mean.tolist()

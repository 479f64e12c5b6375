"""What a score means, in the result, its summary, and what ``qscore score`` prints."""

import dataclasses
import json

import gemmi
import pytest
import qscore
from click.testing import CliRunner
from golden import golden_result, result_of
from qscore.cli import commands
from qscore.context import context
from qscore.model import read_model
from qscore.reference import build_table, load_table, save_table


@pytest.fixture(scope="module")
def apoferritin(data):
    return data / "apoferritin" / "3ajo_fitted_refined.pdb", data / "apoferritin" / "emd20026_prot.mrc"


@pytest.fixture(scope="module")
def cec(data):
    return data / "7cec_A" / "7cec_A.cif", data / "7cec_A" / "emd_30342_A.mrc"


def score(*arguments):
    done = CliRunner().invoke(commands, ["score", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())  # lines are wrapped to the terminal


def test_the_result_knows_what_its_score_means(apoferritin):
    result = qscore.score(*apoferritin, resolution=1.75)
    assert result.context == context(result.model_q, 1.75, result.reference)
    assert result.context.verdict.startswith("as commonly observed")
    model = result.summary()["model"]
    assert model["relative_all"] == round(load_table().relative_all(result.model_q), 4)
    assert model["window_entries"] == load_table().entries(1.75)
    assert model["verdict"] == result.context.verdict
    json.dumps(result.summary(), allow_nan=False)


def test_the_command_prints_the_verdict_and_says_where_the_resolution_is_from(cec):
    text = score(*cec)
    assert "read from the model's file (_em_3d_reconstruction.resolution)" in text
    assert "At 3.9 Å a Q of 0.376 is as commonly observed" in text
    assert "Percentiles compare whole entries only" in text
    assert "read from" not in score(*cec, "-r", 3.9)


def test_without_a_resolution_the_command_says_how_to_give_it(apoferritin):
    assert "without the resolution" in score(*apoferritin)
    model = json.loads(score(*apoferritin, "--json"))["model"]
    assert model["q_peak"] is None
    assert model["verdict"].startswith("not judged")
    assert model["relative_all"] > 95


def test_the_reference_can_be_chosen(apoferritin, data, tmp_path):
    save_table(build_table(data / "reference" / "pintilie2025.csv", name="mine"), tmp_path / "mine.table")
    by_name = json.loads(score(*apoferritin, "-r", 1.75, "--reference", "pintilie2025", "--json"))["model"]
    by_file = json.loads(score(*apoferritin, "-r", 1.75, "--reference", tmp_path / "mine.table", "--json"))["model"]
    assert (by_name["reference"], by_file["reference"]) == ("pintilie2025", "mine")
    assert by_name["window_entries"] == by_file["window_entries"] == load_table("pintilie2025").entries(1.75)


def test_a_reference_that_cannot_be_loaded_is_found_before_the_inputs_are_read():
    with pytest.raises(qscore.InputError, match="reference table none.table"):
        qscore.score("no model", "no map", reference="none.table")


def test_some_chains_are_not_ranked_among_whole_entries(data):
    folder = data / "ligand_3nzd"
    result = qscore.score(folder / "3nzd.cif", folder / "3nzd.ccp4.gz")
    assert result.context.relative_all is not None
    some = dataclasses.replace(result, atoms=result.atoms.take(range(100)), rows=result.rows[:100], q=result.q[:100])
    assert some.context.relative_all is None
    assert any("only some of the chains" in note for note in some.context.notes)


def test_residues_and_ligands_are_compared_with_the_bounds(data):
    folder = data / "ligand_3nzd"
    inputs = folder / "3nzd.cif", folder / "3nzd.ccp4.gz"
    result = qscore.score(*inputs)
    bounds, ligands = result.context, result.groups.of_kind("ligand")
    assert ligands.verdict.tolist() == bounds.place(ligands.q).tolist()
    rows = {row["kind"]: row for row in result.summary()["entity_types"]}
    residues = result.groups.of_kind("protein").q
    assert rows["protein"]["below"] == (residues < bounds.q_low).sum()
    assert rows["protein"]["above"] == (residues > bounds.q_high).sum()
    assert sum(rows["protein"][place] for place in ("below", "within", "above")) == rows["protein"]["residues"]
    (ndp,) = (verdict for name, verdict in zip(ligands.resname, ligands.verdict, strict=True) if name == "NDP")
    assert ndp == "below"
    assert "A/188 NDP 0.574 -0.187 48 below" in score(*inputs)
    unknown = qscore.score(*inputs, resolution=12.0).summary()["entity_types"]
    assert [row["below"] for row in unknown] == [None] * len(unknown)


@pytest.mark.parametrize(("case", "verdict"), [("glycan_3pqr", "higher"), ("ligand_3nzd", "as")])
def test_a_crystal_structure_is_compared_loosely(data, case, verdict):
    found = golden_result(data, case).context
    assert found.verdict.startswith(f"{verdict} ")
    assert "commonly observed in cryo-EM maps: " in found.verdict
    assert found.verdict.endswith("a loose comparison, as the model's file says X-RAY DIFFRACTION")
    assert any("of cryo-EM maps: unless the map scored is one too" in note for note in found.notes)


@pytest.mark.parametrize(
    ("lines", "given", "loose"),
    [
        ("_refine.ls_d_res_high 3.0", None, "the resolution is that of diffraction data (_refine.ls_d_res_high)"),
        ("_reflns.d_resolution_high 3.0", None, "the resolution is that of diffraction data"),
        ("_refine.ls_d_res_high 2.0", 3.0, None),
        ("_refine.ls_d_res_high 3.0\n_exptl.method 'ELECTRON MICROSCOPY'", None, None),
        ("_refine.ls_d_res_high 3.0\n_exptl.method ?", None, "the resolution is that of diffraction data"),
        ("_exptl.method 'ELECTRON CRYSTALLOGRAPHY'", 3.0, "the model's file says ELECTRON CRYSTALLOGRAPHY"),
        ("_em_3d_reconstruction.resolution 3.0", None, None),
    ],
)
def test_what_tells_of_a_crystal_structure(tmp_path, lines, given, loose):
    structure = gemmi.read_pdb_string(
        "ATOM      1  CA  ALA A   1       1.000   1.000   1.000  1.00 10.00           C\n"
    )
    path = tmp_path / "one.cif"
    text = structure.make_mmcif_document().as_string()
    name, rest = text.split("\n", 1)
    path.write_text(f"{name}\n{lines}\n{rest}")
    found = result_of(read_model(path), [0.5], resolution=given).context
    assert found.resolution == 3.0
    assert (loose or "as commonly observed: ") in found.verdict
    assert ("loose" in found.verdict) == (loose is not None)


def test_other_radii_are_not_ranked(apoferritin):
    found = qscore.score(*apoferritin, resolution=1.75, max_radius=1.5).context
    assert found.relative_all is None
    assert any("other radii" in note for note in found.notes)


def test_the_entry_on_the_reference_cloud_is_written(apoferritin, tmp_path):
    pytest.importorskip("matplotlib")
    result = qscore.score(*apoferritin, resolution=1.75)
    paths = result.write(tmp_path, ["cloud"])
    assert [path.name for path in paths] == ["reference_cloud.png", "reference_cloud.svg"]
    assert paths[0].read_bytes().startswith(b"\x89PNG")
    assert "this entry: Q 0.793 at 1.75 Å" in paths[1].read_text(encoding="utf-8")


def test_without_a_resolution_there_is_no_cloud_and_nothing_half_written(apoferritin, tmp_path):
    with pytest.raises(qscore.InputError, match="without a resolution"):
        qscore.score(*apoferritin).write(tmp_path, ["cloud"])
    assert list(tmp_path.iterdir()) == []

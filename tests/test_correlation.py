"""Correlation of a map with the model maps of a model and of its chains."""

import json
import subprocess
import sys

import gemmi
import pytest
from click.testing import CliRunner
from golden import FILES
from qscore import correlate
from qscore.cli import commands
from qscore.errors import InputError
from qscore.maps import Map
from qscore.model import Model, read_model
from qscore.modelmaps import gaussian_map


@pytest.mark.parametrize("case", ["apoferritin", "7cec_A"])
def test_cc_and_cc_mean_are_chimeras(data, case):
    golden = json.loads((data / case / "molmap_cc.json").read_text())
    result = correlate(*(data / case / name for name in FILES[case]), golden["resolution"])
    assert result.model.cc == pytest.approx(golden["cc"], abs=1e-4)
    assert result.model.cc_mean == pytest.approx(golden["cc_mean"], abs=1e-4)
    assert result.model.points == pytest.approx(golden["points"], rel=1e-3)
    assert not result.warnings


def two_chains(data) -> Model:
    """Chain A of a real model and a copy of its first residues, far away, as chain B."""
    structure = gemmi.read_structure(str(data / "7cec_A" / FILES["7cec_A"][0]))
    copy = structure[0]["A"].clone()
    copy.name = "B"
    del copy[20:]
    for residue in copy:
        for atom in residue:
            atom.pos += gemmi.Position(90, 0, 0)
    del structure[0]["A"][60:]
    structure[0].add_chain(copy)
    return Model.from_structure(structure)


def test_every_chain_is_correlated_by_its_own_model_map(data):
    model = two_chains(data)
    map = gaussian_map(model.atoms, 5.0)
    half = model.atoms.chain == "B"
    without_b = gaussian_map(model.atoms.take(~half), 5.0, like=map)
    result = correlate(model, without_b, 5.0)
    assert [chain.chain for chain in result.chains] == ["A", "B"]
    assert [chain.atoms for chain in result.chains] == [int((~half).sum()), int(half.sum())]
    assert result.chains[0].cc_mean > 0.99  # trilinear interpolation takes the rest
    assert result.chains[1].cc_mean == 0  # nothing there
    assert result.chains[1].cc_mean < result.model.cc_mean < result.chains[0].cc_mean


def test_a_map_that_covers_part_of_the_model_is_said_with_the_number_of_atoms(data):
    model = two_chains(data)
    near = gaussian_map(model.atoms.take(model.atoms.chain == "A"), 5.0)
    outside = int((model.atoms.chain == "B").sum())
    (warning,) = correlate(model, near, 5.0).warnings
    assert f"{outside} of {len(model.atoms)} atoms lie outside it" in warning
    moved = Map.from_array(near.values, steps=near.steps, origin=near.origin + 1000)
    with pytest.raises(InputError, match="the model does not overlap the map"):
        correlate(model, moved, 5.0)


def test_the_command_prints_a_table_and_json(data):
    paths = [str(data / "7cec_A" / name) for name in FILES["7cec_A"]]
    table = CliRunner().invoke(commands, ["correlate", *paths, "-r", "3.9"])
    assert table.exit_code == 0
    assert "0.6226" in table.output
    assert "41,507" in table.output
    found = json.loads(CliRunner().invoke(commands, ["correlate", *paths, "-r", "3.9", "--json"]).output)
    assert found["model"]["cc_mean"] == pytest.approx(0.62256, abs=1e-4)
    assert found["chains"][0]["chain"] == "A"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "states no resolution; give the map's with -r"),
        (["-r", "0.3"], "from 0.5 to 20 Å"),
        (["-r", "much"], "the resolution must be a number"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_1(data, tmp_path, arguments, message):
    model, map = (data / "7cec_A" / name for name in FILES["7cec_A"])
    structure = read_model(model).structure
    plain = tmp_path / "plain.pdb"
    structure.resolution = 0
    structure.raw_remarks = []
    structure.write_pdb(str(plain))
    done = subprocess.run(
        [sys.executable, "-m", "qscore", "correlate", plain, map, *arguments], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_result_does_not_depend_on_the_number_of_threads(data):
    paths = [data / "7cec_A" / name for name in FILES["7cec_A"]]
    assert correlate(*paths, 3.9, threads=1) == correlate(*paths, 3.9, threads=2)

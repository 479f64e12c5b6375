"""Scores read from a file, and ``qscore bfactor``: what it writes, and what it says of bad input."""

import csv
import json
import subprocess
import sys

import gemmi
import numpy as np
import pytest
from golden import FILES, golden_result
from qscore import read_scores
from qscore.cli.bfactor import command
from qscore.errors import InputError
from qscore.maps import read_map
from qscore.model import read_model


def write_scores(path, data, change=lambda rows: None):
    """An atoms.csv of the golden scores of 7cec_A, changed."""
    with (data / "7cec_A" / "golden_q.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row["q"] = row["q_sigma0.4"]
    change(rows)
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(
            stream, ["chain", "seqid", "resname", "atom", "altloc", "x", "y", "z", "q"], extrasaction="ignore"
        )
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_scores_are_read_from_a_file(data, tmp_path):
    model = read_model(data / "7cec_A" / FILES["7cec_A"][0])
    scores = read_scores(write_scores(tmp_path / "atoms.csv", data), model)
    golden = golden_result(data, "7cec_A")
    np.testing.assert_array_equal(scores.rows, golden.rows)
    np.testing.assert_array_equal(scores.q, golden.q)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows[3].update(atom="CX"), r"line 5 has atom A/1 PHE CX, the model A/1 PHE O; score this model"),
        (lambda rows: rows.pop(2), r"line 4 has atom A/1 PHE O, the model A/1 PHE C;"),
        (lambda rows: rows.pop(), r"lack atom A/\w+ \w+ \w+ of the model"),
        (lambda rows: rows.append(rows[-1]), r"has atom A/\w+ \w+ \w+, the model no more atoms"),
        (lambda rows: rows[7].update(x="0"), r"atom A/1 PHE \w+ of line 9 is at \(0, .*, in the model at \("),
        (lambda rows: rows[0].update(q="high"), r"line 2 of the scores .* holds no Q-score, or no position"),
        (
            lambda rows: rows[0].update(q="-1e300"),
            r"line 2 of the scores .* holds no Q-score, or no position: '-1e300'",
        ),
        (lambda rows: rows.clear(), r"lack atoms of the model"),
        (lambda rows: [row.update(chain="Z") for row in rows], r"line 2 has atom Z/1 PHE N, the model no more atoms"),
    ],
)
def test_scores_of_other_atoms_are_refused_with_the_first_mismatch(data, tmp_path, change, message):
    model = read_model(data / "7cec_A" / FILES["7cec_A"][0])
    with pytest.raises(InputError, match=message):
        read_scores(write_scores(tmp_path / "atoms.csv", data, change), model)


def test_files_that_are_no_scores_are_refused(data, tmp_path):
    model = read_model(data / "7cec_A" / FILES["7cec_A"][0])
    with pytest.raises(InputError, match="no column q; wanted are chain, seqid"):
        read_scores(data / "7cec_A" / "golden_q.csv", model)
    with pytest.raises(InputError, match="cannot read the scores"):
        read_scores(tmp_path / "none.csv", model)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot read the scores"):
        read_scores(tmp_path / "binary", model)


def bfactor(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "qscore", "bfactor", *map(str, arguments)], capture_output=True, text=True
    )


def test_the_command_scores_scans_and_writes(data, tmp_path):
    model, map = (data / "7cec_A" / name for name in FILES["7cec_A"])
    done = bfactor(model, map, "-r", "3.9", "--out", tmp_path / "computed")
    assert done.returncode == 0, done.stderr
    assert "Best f 180 Å²" in done.stdout
    scores = write_scores(tmp_path / "atoms.csv", data)
    again = bfactor(model, map, "-r", "3.9", "--scores", scores, "--out", tmp_path / "read")
    assert again.returncode == 0, again.stderr
    for one, two in zip(
        *(json.loads((tmp_path / name / "bscan.json").read_text())["curve"] for name in ("computed", "read")),
        strict=True,
    ):
        assert one["cc_mean"] == pytest.approx(two["cc_mean"], abs=1e-5)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["-r", "30"], 1, "the resolution must be from 0.5 to 20 Å"),
        (["-r", "3.9", "--f-step", "-1"], 1, "the step of f must be above 0"),
        (["-r", "3.9", "--f-max", "lots"], 1, "--f-max must be a number"),
        (["-r", "3.9", "--scores", "nowhere.csv"], 1, "cannot read the scores nowhere.csv"),
        (["-r", "3.9", "--unknown-element", "Qq"], 1, "no electron scattering factors for 'Qq'"),
        (["-r", "3.9", "--spacing", "5"], 1, "the grid spacing of a scan must be from 0.195 to 1.86 Å"),
        (["-r", "3.9", "--maps"], 2, "--maps needs a folder"),
    ],
)
def test_bad_input_to_the_command_ends_with_one_sentence(data, tmp_path, arguments, code, message):
    out = [] if "--maps" in arguments else ["--out", tmp_path / "new" / "out"]
    done = bfactor(*(data / "7cec_A" / name for name in FILES["7cec_A"]), *arguments, *out)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["--spacing", "5"], ["--f-step", "0"], ["--unknown-element", "Qq"], ["-r", "30"]])
def test_nonsense_is_told_before_the_work(data, monkeypatch, words):
    monkeypatch.setattr("qscore.scoring.score", lambda *_, **__: pytest.fail("told too late"))
    inputs = [str(data / "7cec_A" / name) for name in FILES["7cec_A"]]
    with pytest.raises(InputError):
        command.main([*inputs, "-r", "3.9", *words], standalone_mode=False)


def test_only_the_box_around_the_model_is_read(data, monkeypatch, capsys):
    boxes = []

    def read(path, *, box):
        boxes.append(box)
        return read_map(path, box=box)

    monkeypatch.setattr("qscore.maps.read_map", read)
    words = [*(str(data / "7cec_A" / name) for name in FILES["7cec_A"]), "-r", "3.9", "--f-max", "20"]
    command.main(words, standalone_mode=False)
    ((low, high),) = boxes
    position = read_model(words[0]).atoms.position
    assert (low < position.min(axis=0) - 5).all() and (low > position.min(axis=0) - 10).all()
    assert (high > position.max(axis=0) + 5).all() and (high < position.max(axis=0) + 10).all()


def test_a_missing_library_is_told_before_the_work(data, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr("qscore.bfactors.scan_bfactors", lambda *_, **__: pytest.fail("told too late"))
    words = [*(str(data / "7cec_A" / name) for name in FILES["7cec_A"]), "--out", str(tmp_path / "out")]
    with pytest.raises(InputError, match=r"matplotlib is not installed; .* 'qscore\[plots\]'"):
        command.main(words, standalone_mode=False)
    assert not (tmp_path / "out").exists()


def test_a_model_that_pdb_cannot_hold_has_no_pdb_file_and_is_told(data, tmp_path, capsys):
    model, map = (data / "7cec_A" / name for name in FILES["7cec_A"])
    structure = gemmi.read_structure(str(model))
    structure[0][0].name = "AB"
    structure.make_mmcif_document().write_file(str(tmp_path / "long.cif"))
    words = [str(tmp_path / "long.cif"), str(map), "-r", "3.9", "--f-max", "20", "--out", str(tmp_path / "out")]
    command.main(words, standalone_mode=False)
    assert (tmp_path / "out" / "long_bfactors.cif").exists() and not list((tmp_path / "out").glob("*.pdb"))
    assert "There is no PDB file of the model, which it cannot hold: chain names of more" in capsys.readouterr().out

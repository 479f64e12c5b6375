"""The benchmarks run; how fast anything is, no test says."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
TOPICS = sorted(file.stem for file in FOLDER.glob("benchmark_*.py"))


@pytest.fixture
def common(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("common")


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_says_what_it_is_for_and_yields_rows(topic, common):
    module = importlib.import_module(topic)
    assert module.__doc__
    assert callable(module.rows)


def test_a_row_holds_the_median_the_extremes_and_the_verdict(common):
    fast = common.Row.of("fast", [0.3, 0.1, 0.2], "s", at_most=0.25)
    assert (fast.value, fast.lowest, fast.highest, fast.reached()) == (0.2, 0.1, 0.3, True)
    slow = common.Row.of("slow", [3, 5], "×", at_least=8)
    assert (slow.value, slow.reached()) == (4, False)
    assert common.Row("nothing wanted", 1).reached() is None
    line = common.table([slow]).splitlines()[2]
    assert [cell.strip() for cell in line.split("|")[1:-1]] == ["slow", "4 ×", "3 – 5", "≥ 8", "**no**", ""]


def test_children_run_in_turn_and_their_memory_is_their_own():
    script = """
import sys
from common import alternate
python = [sys.executable, "-c"]
runs = alternate({"small": [*python, "pass"], "large": [*python, "x = b'x' * 200_000_000"]}, 2)
print(min(large.megabytes - small.megabytes for small, large in zip(*runs.values())))
"""
    run = subprocess.run([sys.executable, "-c", script], cwd=FOLDER, capture_output=True, text=True, check=True)
    assert 190 < float(run.stdout) < 250


def test_a_child_that_fails_is_no_measurement(common):
    with pytest.raises(RuntimeError, match="no such luck"):
        common.run([sys.executable, "-c", "raise SystemExit('no such luck')"])


def test_run_makes_one_table_of_several_topics_and_skips_with_a_reason(tmp_path):
    command = [sys.executable, FOLDER / "run.py", "startup", "exactness", "--rounds", "1", "--data", tmp_path / "none"]
    run = subprocess.run([*command, "--cache", tmp_path], capture_output=True, text=True, check=True)
    assert "qscore --help" in run.stdout
    assert "skipped: no 7cec_A.cif" in run.stdout
    results = json.loads((tmp_path / "results.json").read_text())
    assert {"date", "processor", "commit", "qscore"} <= set(results["machine"])
    assert {row["topic"] for row in results["rows"]} == {"startup", "exactness"}
    assert all(row["value"] > 0 for row in results["rows"] if row["what"] == "qscore --help")


def test_an_unknown_topic_is_bad_usage():
    run = subprocess.run([sys.executable, FOLDER / "run.py", "speed"], capture_output=True, text=True)
    assert run.returncode == 2
    assert "no topic speed" in run.stderr


def test_the_tiling_is_48_times_the_chain(data, tmp_path, common):
    import gemmi
    import mrcfile

    inputs = importlib.import_module("inputs")
    inputs.tiling(data, tmp_path)
    tiled = gemmi.read_structure(str(tmp_path / "tiled.cif"))[0]
    assert len(tiled) == 48
    assert sum(1 for _ in tiled.all()) == 206_784
    with mrcfile.open(tmp_path / "tiled.mrc") as file:
        assert file.data.shape == (3 * 63, 4 * 81, 4 * 89)


def test_apoferritin_keeps_its_place_in_a_big_map(data, tmp_path, common):
    import numpy as np
    import qscore

    inputs = importlib.import_module("inputs")
    inputs.big_map(data, tmp_path)
    model, map_ = (str(data / name) for name in common.MODELS["apoferritin"])
    q = qscore.score(model, str(tmp_path / "big.mrc")).q
    np.testing.assert_allclose(q, qscore.score(model, map_).q, atol=1e-4)

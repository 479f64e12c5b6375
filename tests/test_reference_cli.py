"""The commands ``qscore reference build``, ``rank`` and ``study``, and the figure of an entry."""

import csv
import io
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from qscore.cli import commands
from qscore.context import context
from qscore.errors import InputError
from qscore.reference import build_table, load_table, save_table


def run(*arguments):
    return CliRunner().invoke(commands, ["reference", *map(str, arguments)])


def fails(*arguments):
    """Run as a user does; return what is printed on stderr of a run that ends with exit code 1."""
    done = subprocess.run(
        [sys.executable, "-m", "qscore", "reference", *map(str, arguments)], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_rank_says_where_an_entry_stands():
    done = run("rank", "--q", 0.425, "-r", 3.14)
    assert done.exit_code == 0
    assert "as commonly observed" in done.output
    assert "44.4 %" in done.output
    assert "25.8 %" in done.output


def test_rank_without_a_resolution_says_what_is_missing():
    done = run("rank", "--q", 0.43)
    assert done.exit_code == 0
    assert "without the resolution" in done.output


def test_rank_among_the_papers_entries():
    assert "48.3 %" in run("rank", "--q", 0.425, "-r", 3.14, "--reference", "pintilie2025").output


@pytest.mark.parametrize(
    "arguments",
    [(), ("--q", 0.4, "--csv", "a.csv"), ("--csv", "a.csv", "-r", 3), ("--q", 0.4, "-o", "b.csv")],
)
def test_rank_used_wrongly_is_bad_usage(arguments):
    assert run("rank", *arguments).exit_code == 2


def test_rank_appends_percentiles_to_a_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('who,resolution,q\n"a, b",3.14,0.425\nc,,0.425\nd,0.5,0.9\ne,3.14,\n', encoding="utf-8")
    text = run("rank", "--csv", path).output
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == ["who", "resolution", "q", "relative_all", "relative_resolution"]
    assert rows[0]["who"] == "a, b"
    assert float(rows[0]["relative_resolution"]) == pytest.approx(
        load_table().relative_resolution(0.425, 3.14), abs=1e-4
    )
    assert rows[1]["relative_all"] == rows[0]["relative_all"]
    assert rows[1]["relative_resolution"] == ""  # no resolution
    assert rows[2]["relative_resolution"] == ""  # fewer than 10 entries are as good
    assert rows[3]["relative_all"] == ""  # no Q
    assert run("rank", "--csv", path, "-o", tmp_path / "b.csv").exit_code == 0
    assert (tmp_path / "b.csv").read_text(encoding="utf-8") == text


def test_build_makes_a_table_that_rank_takes(tmp_path, data):
    path = tmp_path / "mine.table"
    done = run("build", data / "reference" / "pintilie2025.csv", "-o", path, "--name", "mine")
    assert done.exit_code == 0
    assert "10,188 entries called 'mine'" in done.output
    ranked = run("rank", "--q", 0.425, "-r", 3.14, "--reference", path).output
    assert "Q_relative_all: 48.3 % of 10,188 entries (mine) have a lower Q" in ranked


def test_bad_input_is_one_sentence_and_exit_code_1(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,q\n1,0.5\n", encoding="utf-8")
    assert "id, q" in fails("build", path, "-o", tmp_path / "a.table")
    assert "id, q" in fails("study", path, "--out", tmp_path / "out")
    path.write_text("resolution,q\n3.1,high\n", encoding="utf-8")
    assert "row 2" in fails("rank", "--csv", path)
    assert "100" in fails("build", write_few(path), "-o", tmp_path / "a.table")
    assert "-1 to 1" in fails("rank", "--q", 1.5, "-r", 3)
    assert "above 0" in fails("rank", "--q", 0.5, "-r", 0)
    assert "must be a number" in fails("rank", "--q", "x", "-r", 3)
    assert "window" in fails("rank", "--q", 0.5, "-r", 3, "--window", -1)
    assert "emdb" in fails("rank", "--q", 0.5, "-r", 3, "--reference", tmp_path / "none.table")
    assert "not a reference table" in fails("rank", "--q", 0.5, "-r", 3, "--reference", path)
    assert not (tmp_path / "a.table").exists()
    assert not (tmp_path / "out").exists()


def write_few(path):
    path.write_text("resolution,q\n" + "3.1,0.5\n" * 99, encoding="utf-8")
    return path


def test_an_entry_on_the_reference_cloud(tmp_path):
    pytest.importorskip("matplotlib")
    from qscore.figures import save_figure
    from qscore.reference.cloud import entry_figure

    png, svg = save_figure(entry_figure(context(0.659, 3.5)), tmp_path, "entry")
    assert png.read_bytes().startswith(b"\x89PNG")
    text = svg.read_text(encoding="utf-8")
    assert "this entry: Q 0.659 at 3.5 Å" in text
    assert "25,322 entries (emdb)" in text
    assert len(text) < 1_000_000  # the points are a picture inside it
    (again,) = (
        path for path in save_figure(entry_figure(context(0.659, 3.5)), tmp_path, "again") if path.suffix == ".svg"
    )
    assert again.read_text(encoding="utf-8") == text


def test_an_entry_from_a_table_of_ones_own_is_drawn_on_it(tmp_path):
    pytest.importorskip("matplotlib")
    from qscore.reference.cloud import entry_figure

    path = tmp_path / "a.csv"
    path.write_text("resolution,q\n" + "".join(f"{2 + k / 100},0.5\n" for k in range(120)), encoding="utf-8")
    save_table(build_table(path, name="own"), tmp_path / "own.table")
    figure = entry_figure(context(0.5, 14.0, tmp_path / "own.table"))
    assert "120 entries (own)" in figure.axes[0].get_title(loc="left")
    assert figure.axes[0].get_xlim()[1] > 14
    points = np.asarray(figure.axes[0].collections[0].get_offsets())
    assert len(points) == 120


def test_an_entry_that_cannot_be_placed_is_not_drawn():
    from qscore.reference.cloud import entry_figure

    with pytest.raises(InputError, match="without a resolution"):
        entry_figure(context(0.5, None))
    with pytest.raises(InputError, match="not comparable"):
        entry_figure(context(0.5, 3.0, sigma=0.6))

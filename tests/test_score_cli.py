"""The command line as its users meet it: real processes, exit codes, one sentence for bad input, no half files."""

import csv
import gzip
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from golden import FILES
from mapkit import write_map

COMMAND = [sys.executable, "-m", "qscore"]


def qscore(*words, **options):
    return subprocess.run([*COMMAND, *map(str, words)], capture_output=True, text=True, timeout=120, **options)


@pytest.fixture
def apoferritin(data):
    return [data / "apoferritin" / name for name in FILES["apoferritin"]]


def test_the_table_shows_model_chains_and_entity_types(apoferritin):
    run = qscore("score", *apoferritin, "-r", "1.75")
    assert run.returncode == 0
    assert run.stderr == ""
    assert "Q 0.793 over 1,654 atoms" in run.stdout
    for word in ("Chain", "protein", "water", "ion"):
        assert word in run.stdout


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted as Linux shows them")
def test_a_command_with_one_thread_has_no_others_that_take_processors(apoferritin):
    count = "print(len(os.listdir('/proc/self/task')))"
    program = f"import os; from qscore.cli import main\ntry: main()\nfinally: {count}"
    words = [sys.executable, "-c", program, "score", "--threads", "1", *map(str, apoferritin)]
    run = subprocess.run(words, capture_output=True, text=True, check=True)
    assert run.stdout.split()[-1] == "1"


def test_out_writes_every_atom_in_file_order(apoferritin, data, tmp_path):
    run = qscore("score", *apoferritin, "--out", tmp_path / "new" / "folder")
    assert run.returncode == 0
    with (tmp_path / "new" / "folder" / "atoms.csv").open() as stream:
        header = stream.readline().strip()
        rows = list(csv.reader(stream))
    assert header == "chain,seqid,resname,atom,altloc,element,x,y,z,q"
    with (data / "apoferritin" / "golden_q.csv").open() as stream:
        golden = list(csv.DictReader(stream))
    assert [row[:4] for row in rows] == [[g[c] for c in ("chain", "seqid", "resname", "atom")] for g in golden]
    assert max(abs(float(row[9]) - float(g["q_sigma0.4"])) for row, g in zip(rows, golden, strict=True)) <= 2e-6
    assert all(len(row[9].split(".")[1]) == 6 for row in rows)
    summary = json.loads((tmp_path / "new" / "folder" / "summary.json").read_text())
    assert summary["model"]["q"] == pytest.approx(np.mean([float(row[9]) for row in rows]), abs=1e-6)
    assert summary["options"] == {
        "sigma": 0.4,
        "radius_step": 0.1,
        "max_radius": 2.0,
        "points": 8,
        "resampled": False,
    }


def test_json_prints_the_summary_instead_of_the_table(apoferritin):
    run = qscore("score", *apoferritin, "--json", "--chains", "A", "--sigma", "0.6", "--threads", "1")
    summary = json.loads(run.stdout)
    assert summary["options"]["sigma"] == 0.6
    assert [chain["chain"] for chain in summary["chains"]] == ["A"]


def test_compressed_input_gives_the_same_numbers(apoferritin, tmp_path):
    compressed = []
    for path in apoferritin:
        compressed.append(tmp_path / f"{path.name}.gz")
        compressed[-1].write_bytes(gzip.compress(path.read_bytes(), 1))
    plain, packed = (json.loads(qscore("score", *files, "--json").stdout) for files in (apoferritin, compressed))
    assert packed["chains"] == plain["chains"]


def test_a_reader_that_goes_away_is_no_error(apoferritin):
    words = " ".join([*COMMAND, "score", *map(str, apoferritin)])
    run = subprocess.run(["bash", "-c", f"{words} | true; echo ${{PIPESTATUS[0]}}"], capture_output=True, text=True)
    assert run.stdout.strip() == "0"
    assert run.stderr == ""


@pytest.mark.parametrize("words", [["score"], ["score", "--json"], ["correlate", "-r", "1.75"]])
def test_a_reader_that_is_gone_already_is_no_error(apoferritin, words):
    read, write = os.pipe()
    os.close(read)
    run = subprocess.run([*COMMAND, *words, *map(str, apoferritin)], stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("words", [["score"], ["score", "--json"]])
def test_output_that_cannot_be_printed_gets_one_sentence(apoferritin, words):
    with Path("/dev/full").open("w") as full:
        run = subprocess.run([*COMMAND, *words, *map(str, apoferritin)], stdout=full, stderr=subprocess.PIPE, text=True)
    assert run.returncode == 1
    assert run.stderr == "qscore: error: cannot write the output: No space left on device\n"


def test_a_terminal_without_the_letters_gets_question_marks(apoferritin):
    run = qscore("score", *apoferritin, "-r", "1.75", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert run.returncode == 0 and "sigma 0.4 ?" in run.stdout


# --- bad input: exit code 1, one sentence, no traceback, no file ----------------------------------------------------


def bad_inputs(model, map, folder):
    """Words after ``qscore score``, and what the sentence must say."""
    text, binary, empty = folder / "text.txt", folder / "binary.cif", folder / "empty.pdb"
    text.write_text("a shopping list\n")
    binary.write_bytes(os.urandom(3000))
    empty.write_text("REMARK   1 NOTHING\nEND\n")
    moved = folder / "moved.pdb"
    lines = model.read_text().splitlines()
    moved.write_text("\n".join(f"{line[:30]}{9000:8.3f}{line[38:]}" for line in lines if line.startswith("ATOM")))
    truncated = folder / "truncated.mrc"
    truncated.write_bytes(map.read_bytes()[:-1000])
    blocked = folder / "a_file"
    blocked.write_text("")
    return [
        ([model, folder / "none.mrc"], "none.mrc"),
        ([folder / "none.pdb", map], "none.pdb"),
        ([model, folder], "folder"),
        ([model, text], "text.txt"),
        ([model, model], "3ajo_fitted_refined.pdb"),
        ([text, map], "text.txt"),
        ([binary, map], "binary.cif is not a model"),
        ([map, map], "is not a model"),
        ([empty, map], "no atoms in"),
        ([moved, map], "the model does not overlap the map"),
        ([model, truncated], "truncated"),
        ([model, map, "--chains", "A,XY"], "no chain XY in the model 3ajo_fitted_refined; it has A"),
        ([model, map, "--sigma", "0"], "sigma must be a number from 0.05 to 5"),
        ([model, map, "--sigma", "wide"], "sigma must be a number; got 'wide'"),
        ([model, map, "-r", "-2"], "the resolution must be"),
        ([model, map, "-r", "nan"], "the resolution must be"),
        ([model, map, "-r", "good"], "the resolution must be a number; got 'good'"),
        ([model, map, "-r", "1e9"], "the resolution must be above 0 and at most 1000 Å; got 1e+09"),
        ([model, map, "--out", blocked], "cannot write to the output folder"),
        ([model, map, "--out", "/proc/none"], "cannot write to the output folder"),
    ]


@pytest.mark.parametrize("number", range(20))
def test_bad_input_gets_one_sentence(apoferritin, tmp_path, number):
    folder = tmp_path / "folder"
    folder.mkdir()
    words, message = bad_inputs(*apoferritin, folder)[number]
    before = sorted(folder.iterdir())
    out = [] if "--out" in words else ["--out", folder / "out"]
    run = qscore("score", *words, *out)
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.startswith("qscore: error: ")
    assert message in run.stderr
    assert "Traceback" not in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    "words",
    [
        ["score"],
        ["score", "a", "b", "--no-such-option"],
        ["nonsense"],
        ["score", "a", "b", "--threads", "x"],
        ["score", "a", "b", "--write", "report"],
        ["score", "a", "b", "--table", "parquet"],
    ],
)
def test_bad_usage_ends_with_2(words):
    run = qscore(*words)
    assert run.returncode == 2
    assert "Usage:" in run.stderr


# --- long work ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long_work(tmp_path_factory):
    """A crowd of 64,000 carbon atoms, 1 Å apart, in a map of noise: many seconds of scoring for one thread."""
    folder = tmp_path_factory.mktemp("long")
    values = np.random.default_rng(0).normal(size=(46, 46, 46)).astype(np.float32)
    map = write_map(folder / "noise.mrc", values)
    model = folder / "carbons.cif"
    items = [
        "group_PDB",
        "id",
        "type_symbol",
        "label_atom_id",
        "label_alt_id",
        "label_comp_id",
        "label_asym_id",
        "label_entity_id",
    ]
    with model.open("w") as stream:
        stream.write("data_carbons\nloop_\n")
        stream.writelines(f"_atom_site.{item}\n" for item in [*items, "label_seq_id", "Cartn_x", "Cartn_y", "Cartn_z"])
        for n, (x, y, z) in enumerate(np.ndindex(40, 40, 40), 1):
            stream.write(f"HETATM {n} C C{n % 100} . UNK A 1 {n // 100} {x + 3} {y + 3} {z + 3}\n")
    return model, map


@pytest.mark.slow
def test_ctrl_c_stops_within_a_second_and_leaves_no_file(long_work, tmp_path):
    process = subprocess.Popen(
        [*COMMAND, "score", *map(str, long_work), "--out", str(tmp_path / "out"), "--threads", "1"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    time.sleep(3)
    assert process.poll() is None, "the work was too short to interrupt"
    process.send_signal(signal.SIGINT)
    sent = time.monotonic()
    _, errors = process.communicate(timeout=30)
    assert time.monotonic() - sent < 1
    assert process.returncode == 130
    assert errors.strip() == "qscore: interrupted"
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_progress_bar_appears_on_a_terminal_and_nowhere_else(long_work):
    main, terminal = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "score", *map(str, long_work), "--threads", "1"], stdout=subprocess.PIPE, stderr=terminal
    ) as process:
        os.close(terminal)
        shown = b""
        while True:
            try:
                part = os.read(main, 4096)
            except OSError:
                break
            shown += part
        table = process.communicate()[0]
    assert b"scoring" in shown
    assert b"%" in shown
    assert b"UNK" not in table
    piped = qscore("score", *long_work)
    assert piped.stderr == ""

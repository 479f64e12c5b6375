"""Files of results: each is whole, says where it comes from, and reads back to the same numbers."""

import csv
import io

import numpy as np
import pytest
from golden import golden_result, result_of
from qscore.errors import InputError
from qscore.model import read_model
from qscore.writers import WRITERS, csv_tables, write_files


@pytest.fixture(scope="module")
def cec(data):
    return golden_result(data, "7cec_A")


def test_atoms_csv_has_the_header_and_the_golden_rows(cec, data):
    stream = io.StringIO(newline="")
    csv_tables.write_atoms(cec, stream)
    header, *rows = stream.getvalue().splitlines()
    assert header == "chain,seqid,resname,atom,altloc,element,x,y,z,q"
    with (data / "7cec_A" / "golden_q.csv").open() as golden:
        for row, wanted in zip(rows, csv.reader(list(golden)[1:]), strict=True):
            *place, q = row.split(",")
            assert place == wanted[:9] and len(q.partition(".")[2]) == 6
            assert abs(float(q) - float(wanted[9])) <= 5.1e-7


def test_names_that_would_break_a_csv_row_are_quoted(tmp_path):
    path = tmp_path / "odd.pdb"
    path.write_text('HETATM    1  C," LIG A   1       1.000   2.000  -3.000  1.00 20.00           C\nEND\n')
    stream = io.StringIO(newline="")
    csv_tables.write_atoms(result_of(read_model(path), np.array([0.5])), stream)
    rows = list(csv.reader(stream.getvalue().splitlines()))
    assert rows[1] == ["A", "1", "LIG", 'C,"', "", "C", "1.000", "2.000", "-3.000", "0.500000"]


def test_an_unknown_name_lists_the_known_ones(cec, tmp_path):
    with pytest.raises(InputError, match="'atom'.*atoms, residues") as caught:
        write_files(cec, tmp_path, ["atoms", "atom"])
    assert all(name in str(caught.value) for name in WRITERS) and not list(tmp_path.iterdir())


def test_when_one_file_fails_nothing_is_replaced(cec, tmp_path, monkeypatch):
    (tmp_path / "atoms.csv").write_text("before")

    def fail(result, stream):
        stream.write("half")
        raise InputError("no")

    monkeypatch.setattr("qscore.writers.summary_json.write", fail)
    with pytest.raises(InputError):
        write_files(cec, tmp_path, ["atoms", "summary"])
    assert [path.name for path in tmp_path.iterdir()] == ["atoms.csv"]
    assert (tmp_path / "atoms.csv").read_text() == "before"
    assert write_files(cec, tmp_path, ["atoms"]) == [tmp_path / "atoms.csv"]
    assert (tmp_path / "atoms.csv").read_text().startswith("chain,seqid")

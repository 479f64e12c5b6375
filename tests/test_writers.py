"""Files of results: each is whole, says where it comes from, and reads back to the same numbers."""

import csv
import dataclasses
import io
import json
import sys
from importlib import resources

import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner
from golden import golden_result, result_of
from hypothesis import given
from hypothesis import strategies as st
from qscore.cli.score import command
from qscore.errors import InputError
from qscore.model import read_model
from qscore.scoring import score
from qscore.tables import TABLES
from qscore.writers import WRITERS, csv_tables, write_files


@pytest.fixture(scope="module")
def cec(data):
    return golden_result(data, "7cec_A")


@pytest.fixture(scope="module")
def apoferritin(data):
    return golden_result(data, "apoferritin")


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


@given(
    names=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=5), min_size=1)
)
def test_any_name_reads_back_from_a_csv_row(apoferritin, names):
    rows = np.arange(len(names))
    atoms = dataclasses.replace(apoferritin.atoms.take(rows), name=np.array(names, dtype=object).astype("U"))
    stream = io.StringIO(newline="")
    csv_tables.write_atoms(dataclasses.replace(apoferritin, atoms=atoms, q=apoferritin.q[rows]), stream)
    stream.seek(0)
    assert [row["atom"] for row in csv.DictReader(stream)] == atoms.name.tolist()


def test_an_unknown_name_lists_the_known_ones(cec, tmp_path):
    with pytest.raises(InputError, match="'atom'.*atoms, residues") as caught:
        write_files(cec, tmp_path, ["atoms", "atom"])
    assert all(name in str(caught.value) for name in WRITERS) and not list(tmp_path.iterdir())


def test_an_unknown_table_format_and_a_missing_library_are_told(cec, tmp_path, monkeypatch):
    with pytest.raises(InputError, match="unknown table format 'xlsx'; choose csv or parquet"):
        cec.write(tmp_path, table="xlsx")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"pyarrow is not installed; install it with: .* 'qscore\[parquet\]'"):
        cec.write(tmp_path, table="parquet")
    assert not list(tmp_path.iterdir())


def run(*arguments):
    result = CliRunner().invoke(command, [str(argument) for argument in arguments])
    return result.exit_code, result.exception


def test_the_command_line_picks_files_and_tells_wrong_names_before_scoring(data, tmp_path, monkeypatch):
    inputs = [data / "ligand_3nzd" / "3nzd.cif", data / "ligand_3nzd" / "3nzd.ccp4.gz"]
    pytest.importorskip("pyarrow")
    assert run(*inputs, "--out", tmp_path, "--write", "mmcif, groups", "--table", "parquet") == (0, None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["3nzd__Q__3nzd.cif", "groups.parquet"]
    assert run(*inputs, "--write", "mmcif")[0] == 2
    monkeypatch.setattr("qscore.scoring.score", None)
    for wrong in ("mmcif,pdf", ","):
        code, error = run(*inputs, "--out", tmp_path, "--write", wrong)
        assert isinstance(error, InputError) and "choose from atoms, residues" in str(error)


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


def written(result, folder, name):
    (path,) = write_files(result, folder, [name])
    return path.read_text()


def rows_of(text):
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def test_summary_is_described_by_the_schema_that_ships_with_the_package(data, tmp_path):
    folder = data / "apoferritin"
    result = score(folder / "3ajo_fitted_refined.pdb", folder / "emd20026_prot.mrc", resolution=1.75)
    schema = json.loads(resources.files("qscore.writers").joinpath("summary.schema.json").read_text("utf-8"))
    summary = json.loads(written(result, tmp_path, "summary"))
    jsonschema.validate(summary, schema, cls=jsonschema.Draft202012Validator)
    assert summary["model"]["q"] == pytest.approx(result.q.mean(), abs=1e-6)
    (chain,), (row,) = summary["chains"], rows_of(written(result, tmp_path, "chains"))
    (lowest,) = result.groups.chains.q_min
    assert chain["q_min"] == float(row["q_min"]) == pytest.approx(lowest, abs=1e-6)
    assert summary["model"]["q_min"] == chain["q_min"] == pytest.approx(result.q.min(), abs=1e-6)
    assert {row["kind"]: row["atoms"] for row in summary["entity_types"]} == {"protein": 1413, "ion": 12, "water": 229}
    del summary["model"]["q"]
    with pytest.raises(jsonschema.ValidationError, match="'q' is a required property"):
        jsonschema.validate(summary, schema)


@pytest.mark.parametrize("name", ["residues", "groups", "chains"])
def test_tables_say_where_they_come_from_in_a_comment_line(cec, tmp_path, name):
    first, header, *_ = written(cec, tmp_path, name).splitlines()
    assert first.startswith("# qscore ")
    assert first.endswith("; direct; sigma 0.4 A; map emd_30342_A.mrc; model 7cec_A.cif")
    assert header == ",".join(TABLES[name](cec))


def test_residues_csv_holds_every_residue_its_parts_and_its_altlocs(data, tmp_path):
    result = golden_result(data, "glycan_3pqr")
    rows = rows_of(written(result, tmp_path, "residues"))
    assert len(rows) == len(result.groups.residues) + len(result.groups.conformers)
    found = {(row["chain"], row["seqid"], row["altloc"]): row for row in rows}
    atoms = result.atoms
    inside = (atoms.chain == "A") & (atoms.seqid == "64")
    backbone = np.isin(atoms.name, ["N", "CA", "C", "O"])
    for altloc, members in (("", inside), ("A", inside & (atoms.altloc != "B")), ("B", inside & (atoms.altloc != "A"))):
        row = found["A", "64", altloc]
        assert float(row["q"]) == pytest.approx(result.q[members].mean(), abs=1e-6)
        assert float(row["q_min"]) == pytest.approx(result.q[members].min(), abs=1e-6)
        assert float(row["backbone_q"]) == pytest.approx(result.q[members & backbone].mean(), abs=1e-6)
        assert int(row["backbone_atoms"]) + int(row["side_chain_atoms"]) == int(row["atoms"]) == members.sum()
        assert (row["phosphate_atoms"], row["phosphate_q"], row["verdict"]) == ("0", "", "within")
    assert found["A", "402", ""]["glycan"] == found["A", "405", ""]["glycan"] == "1"


def test_groups_csv_lists_what_is_no_polymer_one_by_one(data, tmp_path):
    result = golden_result(data, "glycan_3pqr")
    rows = rows_of(written(result, tmp_path, "groups"))
    assert [row["level"] for row in rows if row["level"] == "water"] == ["water"] * 23
    glycan = next(row for row in rows if row["level"] == "glycan")
    assert (glycan["resname"], glycan["site"], glycan["atoms"]) == ("NAG-NAG-BMA-MAN", "A/15 ASN ND2", "50")
    assert [row["resname"] for row in rows if row["level"] == "saccharide" and row["glycan"] == "1"] == [
        "NAG", "NAG", "BMA", "MAN"
    ]  # fmt: skip
    assert float(rows[0]["q"]) == pytest.approx(result.q.mean(), abs=1e-6) and rows[0]["level"] == "model"


def test_chains_csv_gives_the_entity_types_of_each_chain(data, tmp_path):
    result = golden_result(data, "glycan_3pqr")
    one, two = rows_of(written(result, tmp_path, "chains"))
    assert (one["chain"], one["protein_atoms"], one["saccharide_atoms"], one["ion_q"]) == ("A", "2615", "127", "")
    assert (two["chain"], two["residues"], two["water_atoms"]) == ("B", "15", "4")
    water = result.q[(result.atoms.chain == "B") & (result.atoms.kind == "water")]
    assert float(two["water_q"]) == pytest.approx(water.mean(), abs=1e-6)


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("table", TABLES)
def test_tables_become_data_frames(cec, library, table):
    pytest.importorskip(library)
    frame = getattr(cec, f"to_{library}")(table)
    columns = TABLES[table](cec)
    assert list(frame.columns) == list(columns)
    for name, values in columns.items():
        assert frame[name].to_numpy().tolist() == pytest.approx(values.tolist(), nan_ok=True)


def test_parquet_holds_the_same_tables_and_says_where_they_come_from(cec, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    for path, table in zip(cec.write(tmp_path, list(TABLES), table="parquet"), TABLES, strict=True):
        read = parquet.read_table(path)
        assert path.name == f"{table}.parquet" and read.schema.metadata[b"sigma"] == b"0.4"
        for name, values in TABLES[table](cec).items():
            assert read[name].to_pylist() == pytest.approx(values.tolist(), nan_ok=True)


def test_unknown_tables_and_missing_libraries_are_told(cec, monkeypatch):
    with pytest.raises(InputError, match="no table 'waters'; choose from atoms, residues, groups, chains"):
        cec.to_pandas("waters")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(InputError, match="polars is not installed; install it with"):
        cec.to_polars()

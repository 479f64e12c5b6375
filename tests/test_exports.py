"""Files for other programs: PDB, MapQ's table, EMDB's JSON, ChimeraX and PyMOL scripts."""

import csv
import json
import re
from pathlib import Path

import gemmi
import numpy as np
import pytest
from cifkit import add_second_model
from golden import golden_result, result_of
from qscore.errors import InputError
from qscore.model import read_model
from qscore.reference.expected import q_peak
from qscore.writers import write_files


@pytest.fixture(scope="module")
def cec(data):
    return golden_result(data, "7cec_A")


@pytest.fixture(scope="module")
def glycoprotein(data):
    return golden_result(data, "glycan_3pqr")


def written(result, folder, name):
    return [path.read_text() for path in write_files(result, folder, [name])]


def model_of(tmp_path, *rows):
    """A model of atoms given as (chain, number, insertion code, residue, atom, altloc, element, occupancy)."""
    items = (
        "group_PDB id auth_asym_id auth_seq_id pdbx_PDB_ins_code label_comp_id label_atom_id label_alt_id type_symbol"
    )
    items += " occupancy label_asym_id label_seq_id Cartn_x Cartn_y Cartn_z"
    lines = ["data_x", "loop_", *(f"_atom_site.{item}" for item in items.split())]
    for serial, (chain, *rest) in enumerate(rows, 1):
        values = [chain, *rest]
        lines.append(
            " ".join(map(gemmi.cif.quote, ["HETATM", str(serial), *values, "A", ".", f"{serial * 5}", "0", "0"]))
        )
    path = tmp_path / "m.cif"
    path.write_text("\n".join(lines).replace("'?'", "?").replace("'.'", ".") + "\n")
    return read_model(path)


# PDB


def test_pdb_holds_q_in_the_b_column_and_says_so(glycoprotein, tmp_path):
    (text,) = written(glycoprotein, tmp_path, "pdb")
    structure = gemmi.read_pdb_string(text)
    again = [atom for chain in structure[0] for residue in chain for atom in residue]
    np.testing.assert_allclose([atom.b_iso for atom in again], glycoprotein.q, atol=0.00501)
    np.testing.assert_allclose([atom.pos.tolist() for atom in again], glycoprotein.atoms.position, atol=5e-4)
    remark = [line[11:].strip() for line in text.splitlines() if line.startswith("REMARK   6 ")]
    for fact in ("PROGRAM    : qscore", "METHOD     : direct", "SIGMA      : 0.4", "MAP        : 3pqr.ccp4.gz"):
        assert any(line.startswith(fact) for line in remark), fact
    source = Path(glycoprotein.model.path).read_text().splitlines()
    before = [line for line in source if line.startswith(("REMARK   2", "HELIX"))]
    assert all(line.rstrip() in text for line in before)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert structure.resolution == 2.85 and "ANISOU" not in text


def test_pdb_holds_the_first_of_several_models(data, tmp_path):
    document = gemmi.cif.read(str(data / "ligand_3nzd" / "3nzd.cif"))
    add_second_model(document[0])
    document.write_file(str(tmp_path / "two.cif"))
    model = read_model(tmp_path / "two.cif")
    text = written(result_of(model, np.full(len(model.scored), 0.5)), tmp_path / "out", "pdb")[0]
    assert sum(line.startswith(("ATOM", "HETATM")) for line in text.splitlines()) == len(model.atoms)


def test_pdb_of_an_mmcif_model_keeps_the_other_remarks(cec, tmp_path):
    (text,) = written(cec, tmp_path, "pdb")
    numbers = [int(line[7:10]) for line in text.splitlines() if line.startswith("REMARK")]
    assert numbers == sorted(numbers) and set(numbers) == {2, 6, 350}


@pytest.mark.parametrize(
    ("atom", "says"),
    [
        (("AB", "1", "?", "GLY", "CA", ".", "C", "1"), "chain names of more than one character"),
        (("A", "10000", "?", "GLY", "CA", ".", "C", "1"), "residue numbers of more than four"),
        (("A", "1", "?", "A1ABC", "CA", ".", "C", "1"), "residue names of more than three"),
    ],
)
def test_what_pdb_cannot_hold_is_refused_and_points_to_mmcif(tmp_path, atom, says):
    result = result_of(model_of(tmp_path, atom), [0.5])
    with pytest.raises(InputError, match=f"{says}.*write mmCIF instead"):
        write_files(result, tmp_path / "out", ["pdb"])
    assert not (tmp_path / "out").exists()


def test_too_many_atoms_for_pdb_are_refused(tmp_path):
    rows = [("A", str(number), "?", "HOH", "O", ".", "O", "1") for number in range(10)]
    model = model_of(tmp_path, *rows)
    many = np.zeros(100_000, dtype=int)
    object.__setattr__(model, "atoms", model.atoms.take(many))
    with pytest.raises(InputError, match="more than 99999 atoms"):
        write_files(result_of(model, np.zeros(10)), tmp_path / "out", ["pdb"])


# MapQ


def test_mapq_table_equals_mapqs_own_in_every_residue_and_every_average(data, tmp_path):
    result = golden_result(data, "7cec_A", "q_resampled_sigma0.6")
    (ours,) = written(result, tmp_path, "mapq")
    theirs = (data / "7cec_A" / "mapq_2021_sigma0.6_All.txt").read_text()

    def table(text, expected_columns):
        """Residues in order: name, number, and the values of each group without the expected ones."""
        rows = []
        for line in text.splitlines():
            fields = line.split("\t")
            if fields[0] == "A" and len(fields) > 12:
                groups = [fields[3:][start : start + 3] for start in range(0, len(fields) - 3, 4 + expected_columns)]
                rows.append((*fields[1:3], [[float(v) if v else np.nan for v in group] for group in groups]))
        return rows

    ours, theirs = table(ours, 3), table(theirs, 1)
    assert len(theirs) == 599  # gaps included
    assert [row[:2] for row in ours] == [row[:2] for row in theirs]
    np.testing.assert_allclose([row[2] for row in ours], [row[2] for row in theirs], atol=1e-3)


def test_mapq_header_names_inputs_and_equation(data, tmp_path):
    (text,) = written(golden_result(data, "7cec_A", "q_resampled_sigma0.6"), tmp_path, "mapq")
    assert (tmp_path / "7cec_A__Q__emd_30342_A_All.txt").exists()
    lines = text.splitlines()
    assert lines[1:5] == [
        "Map: emd_30342_A.mrc", "Resolution entered (RES): 3.9", "Model: 7cec_A.cif", "Sigma: 0.6"
    ]  # fmt: skip
    formula = next(line for line in lines if line.startswith("Q_peak = "))
    expression = formula.removeprefix("Q_peak = ").replace("POWER(RES,", "pow(3.9,").replace("RES", "3.9")
    peak = eval(expression)  # a spreadsheet's formula of numbers
    rows = [line.split("\t") for line in lines if line.startswith("A\tPHE\t1\t")]
    assert float(rows[0][6]) == pytest.approx(peak, abs=1e-6)
    assert [float(value) for value in rows[0][7:9]] == pytest.approx([peak - 0.1, peak + 0.1], abs=1e-6)
    assert "A\tProtein\t553\t0.45\t=-0.0019064058*POWER(3.90,3)" in text


def test_mapq_blocks_of_nucleotides_and_ions(data, tmp_path):
    model = read_model(data / "rna_7ez0" / "7ez0.pdb")
    q = np.random.default_rng(7).uniform(size=len(model.scored))
    result = result_of(model, q, resolution=3.1)
    (text,) = written(result, tmp_path, "mapq")
    assert "Nucleic Acid - Chain N" in text and "Q_phosphate\tQ_sugar\tQ_base\tQ_nucleotide\tQ_peak" in text
    first = next(line for line in text.splitlines() if line.startswith("N\tG\t22\t")).split("\t")
    parts = result.groups.parts
    wanted = [parts[part].q[0] for part in ("phosphate", "sugar", "base")] + [result.groups.residues.q[0]]
    assert [float(value) for value in first[3:7]] == pytest.approx(wanted, abs=1e-6)
    ion = next(line for line in text.splitlines() if line.startswith("N\tMG\t501\t")).split("\t")
    assert ion[3:5] == ["", ""] and float(ion[5]) == pytest.approx(q[result.atoms.seqid == "501"][0], abs=1e-6)
    types = [line.split("\t")[:3] for line in text.splitlines() if line.startswith(("N\tNucleic", "N\tIon"))]
    assert types == [["N", "Nucleic", "387"], ["N", "Ion", "27"]]


def test_only_mapqs_table_counts_the_terminal_oxygen_as_side_chain(tmp_path):
    rows = [("A", "1", "?", "ALA", name, ".", name[0], "1") for name in ("N", "CA", "C", "O", "OXT", "OT1", "CB")]
    result = result_of(model_of(tmp_path, *rows), [0.1, 0.2, 0.3, 0.4, 0.9, 0.8, 0.5])
    object.__setattr__(result.atoms, "kind", np.full(7, "protein"))
    (text,) = written(result, tmp_path / "out", "mapq")
    fields = next(line for line in text.splitlines() if line.startswith("A\tALA\t1\t")).split("\t")
    assert [float(value) for value in fields[3:6]] == pytest.approx([0.25, 0.7, 3.2 / 7], abs=1e-6)
    assert result.groups.parts["side chain"].q[0] == 0.5


def test_a_residue_without_a_number_does_not_stop_the_table(tmp_path):
    result = result_of(model_of(tmp_path, ("A", "?", "?", "HOH", "O", ".", "O", "1")), [0.5])
    (text,) = written(result, tmp_path / "out", "mapq")
    assert "0.500000" in text.splitlines()[-3]


def test_without_a_resolution_the_table_says_that_nothing_is_expected(data, tmp_path):
    (text,) = written(golden_result(data, "apoferritin"), tmp_path, "mapq")
    assert "Resolution entered (RES): unknown" in text and "Q_peak = ? (no resolution given)" in text


# EMDB


def test_emdb_json_holds_what_the_emdb_shows(glycoprotein, tmp_path):
    (text,) = written(glycoprotein, tmp_path, "emdb")
    assert (tmp_path / "3pqr_qscore.json").exists()
    document = json.loads(text)
    assert list(document["qscore"]) == ["0", "allmodels_average_qscore"]
    entry = document["qscore"]["0"]
    data = entry["data"]
    dry = glycoprotein.atoms.kind != "water"
    mean = round(glycoprotein.q[dry].mean(), 3)
    assert entry["name"] == "3pqr.pdb" and document["qscore"]["allmodels_average_qscore"] == mean
    assert (data["averageqscore"], data["numberofatoms"]) == (mean, int(dry.sum()))
    assert data["residue"][0] == "A:1 MET" and len(data["residue"]) == len(data["qscore"]) == len(data["color"]) == 350
    assert data["inclusion"] == data["qscore"]
    for chain, values in data["chainqscore"].items():
        inside = dry & (glycoprotein.atoms.chain == chain)
        assert values["value"] == round(glycoprotein.q[inside].mean(), 3)
    assert re.fullmatch("#[0-9a-f]{2}00[0-9a-f]{2}", data["averageqscore_color"])
    levels = data["qFractionDistribution"]
    assert [len(levels[name]) for name in ("qLevels", "qResidueFractions", "qAtomFractions")] == [99, 99, 99]
    assert sum(levels["qAtomFractions"]) == pytest.approx(1, abs=0.05) and levels["qLevels"][-1] == 1
    assert document["provenance"]["sigma"] == "0.4"


def test_colours_run_from_red_to_blue():
    from qscore.emdb import colour

    assert [colour(q) for q in (-0.5, 0, 0.5, 1)] == ["#ff0000", "#ff0000", "#800080", "#0000ff"]


# ChimeraX and PyMOL


def attributes(text):
    """The assignments of a defattr file: recipient -> specification -> value."""
    found, recipient = {}, None
    for line in text.splitlines():
        if line.startswith("recipient: "):
            recipient = found.setdefault(line.removeprefix("recipient: "), {})
        elif line.startswith("\t"):
            _, place, value = line.split("\t")
            assert place not in recipient
            recipient[place] = float(value)
    return found


def test_chimerax_attributes_of_atoms_and_residues(glycoprotein, tmp_path):
    found = attributes(written(glycoprotein, tmp_path, "chimerax")[0])
    assert found["residues"]["/A:402"] == pytest.approx(glycoprotein.groups.of_kind("saccharide").q[0], abs=1e-6)
    assert len(found["residues"]) == len(glycoprotein.groups.residues)
    atoms = glycoprotein.atoms
    plain = [row for row in range(len(atoms)) if not atoms.altloc[row]]
    for row in plain:
        place = f"/{atoms.chain[row]}:{atoms.seqid[row]}@{atoms.name[row]}"
        assert found["atoms"][place] == pytest.approx(glycoprotein.q[row], abs=1e-6)


def test_chimerax_specifications_of_odd_residues(tmp_path):
    rows = [
        ("A", "52", "?", "LIG", "C1", ".", "C", "1"),
        ("A", "52", "A", "LIG", "C1", ".", "C", "1"),
        ("A", "-5", "?", "LIG", "C1'", ".", "C", "1"),
        ("A", "7", "?", "LIG", "C*", ".", "C", "1"),
        ("A", "7", "?", "MG", "MG", ".", "MG", "1"),
        ("A-2", "1", "?", "LIG", "C1", ".", "C", "1"),
        ("LONG", "1", "?", "LIG", "C1", "A", "C", "0.3"),
        ("LONG", "1", "?", "LIG", "C1", "B", "C", "0.7"),
    ]
    result = result_of(model_of(tmp_path, *rows), np.arange(8) / 10)
    found = attributes(written(result, tmp_path / "out", "chimerax")[0])
    assert found["atoms"] == {
        "/A:52@C1": 0.0,
        "/A:52A@C1": 0.1,
        "/A:-5@C1'": 0.2,
        '/A:7::name=="LIG"@@name=="C*"': 0.3,
        '/A:7::name=="MG"@MG': 0.4,
        ':1::chain_id=="A-2"@C1': 0.5,
        "/LONG:1@C1": 0.7,  # of the altloc with the higher occupancy
    }
    assert found["residues"]["/LONG:1"] == 0.65 and len(found["residues"]) == 7


def test_viewer_scripts_open_the_inputs_colour_by_q_and_list_the_worst_residues(cec, tmp_path):
    script = written(cec, tmp_path, "chimerax")[1]
    (pymol,) = written(cec, tmp_path, "pymol")
    residues = cec.groups.residues
    worst = residues.seqid[np.argsort(residues.q)[:20]].tolist()
    model, map = (Path(path).resolve() for path in (cec.model.path, cec.map.path))
    assert f'open "{model}" id #1\nopen "{map}" id #2\n' in script
    assert f"palette 0,red:{q_peak(3.9) / 2:.3f},white:{q_peak(3.9):.3f},blue" in script
    assert [line.split(":")[1] for line in script.splitlines() if re.match(r"name worst\d", line)] == worst
    assert f"maximum={q_peak(3.9):.3f}" in pymol and str(model) in pymol


def test_the_python_part_of_the_pymol_script_runs(cec, tmp_path):
    (text,) = written(cec, tmp_path, "pymol")
    python = text.split("python\n", 1)[1].split("python end\n")[0]
    calls = []

    class Command:
        def iterate(self, selection, expression, space):
            space["found"].update({("A", seqid, name): [1] for seqid, name in zip(*keys, strict=True)})

        def __getattr__(self, name):
            return lambda *arguments, **options: calls.append((name, *arguments))

    keys = (cec.groups.residues.seqid.tolist(), cec.groups.residues.resname.tolist())
    names = {"cmd": Command()}
    exec(python, names)
    assert names["q_of"]["A", "1", "PHE"] == pytest.approx(cec.groups.residues.q[0], abs=1e-4)
    assert len([call for call in calls if call[0] == "select"]) == len(names["worst"]) == 20
    assert ("load", str(Path(cec.model.path).resolve()), "qmodel") in calls


@pytest.mark.parametrize("name", ["mmcif", "pdb", "mapq", "emdb", "chimerax", "pymol", "residues", "groups", "chains"])
def test_every_file_names_program_variant_sigma_map_and_model(data, tmp_path, name):
    result = golden_result(data, "7cec_A", "q_resampled_sigma0.6")
    for text in written(result, tmp_path, name):
        for fact in ("qscore 0.", "resampled map", "0.6", "emd_30342_A.mrc", "7cec_A.cif"):
            assert fact in text, fact


def test_the_usual_files_are_written_when_none_are_named(cec, tmp_path):
    paths = write_files(cec, tmp_path)
    assert [path.name for path in paths] == ["atoms.csv", "residues.csv", "groups.csv", "chains.csv", "summary.json"]
    summary = json.loads((tmp_path / "summary.json").read_text())
    rows = list(csv.DictReader((tmp_path / "atoms.csv").open()))
    assert summary["model"]["atoms"] == len(rows)
    assert np.mean([float(row["q"]) for row in rows]) == pytest.approx(summary["model"]["q"], abs=1e-6)

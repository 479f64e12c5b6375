"""Models: columns in file order, kinds of residues, where the resolution comes from, and what bad files say."""

import csv
import gzip
import hashlib
import os
import sys
from collections import Counter
from pathlib import Path

import gemmi
import numpy as np
import pytest
from qscore.errors import InputError
from qscore.model import Model, read_model

MODELS = {
    "apoferritin": "3ajo_fitted_refined.pdb",
    "7cec_A": "7cec_A.cif",
    "glycan_3pqr": "3pqr.pdb",
    "ligand_3nzd": "3nzd.cif",
}
ATOM = "ATOM      1  N   THR A   5     132.723  90.608 165.908  1.00 32.30           N\n"

BARE = """data_x
loop_
_atom_site.id
_atom_site.type_symbol
_atom_site.label_atom_id
_atom_site.label_comp_id
_atom_site.label_asym_id
_atom_site.Cartn_x
_atom_site.Cartn_y
_atom_site.Cartn_z
1 N N THR A 1 2 3
"""


def pdb(*atoms: tuple[str, str, str, str, str]) -> str:
    """PDB text of atoms given as (record, columns 13-17, residue, chain and number, element)."""
    lines = []
    for serial, (record, name, residue, place, element) in enumerate(atoms, 1):
        lines.append(
            f"{record:<6}{serial:>5} {name:<5}{residue:>3} {place:<6}   {serial * 3.0:8.3f}   0.000   0.000"
            f"  1.00 20.00          {element:>2}\n"
        )
    return "".join(lines) + "END\n"


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def kinds(model: Model) -> dict[str, str]:
    return dict(zip(model.atoms.resname.tolist(), model.atoms.kind.tolist(), strict=True))


@pytest.mark.parametrize("case", MODELS)
def test_scored_atoms_are_those_of_the_golden_tables_in_their_order(data, case):
    with (data / case / "golden_q.csv").open() as stream:
        golden = list(csv.DictReader(stream))
    model = read_model(data / case / MODELS[case])
    atoms = model.atoms.take(model.scored)
    columns = (atoms.chain, atoms.seqid, atoms.resname, atoms.name, atoms.altloc, atoms.element)
    names = ("chain", "seqid", "resname", "atom", "altloc", "element")
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == [
        tuple(row[name] for name in names) for row in golden
    ]
    np.testing.assert_allclose(atoms.position, [[float(row[axis]) for axis in "xyz"] for row in golden], atol=5e-4)
    assert not model.warnings


@pytest.mark.parametrize(
    ("case", "resolution", "source"),
    [
        ("7cec_A", 3.9, "_em_3d_reconstruction.resolution"),
        ("ligand_3nzd", 1.8, "_refine.ls_d_res_high"),
        ("glycan_3pqr", 2.85, "REMARK 2"),
        ("apoferritin", None, None),
    ],
)
def test_resolution_comes_with_the_item_that_states_it(data, case, resolution, source):
    model = read_model(data / case / MODELS[case])
    assert (model.resolution, model.resolution_source) == (resolution, source)


def test_kinds_of_the_residues_of_real_entries(data):
    glycoprotein = read_model(data / "glycan_3pqr" / "3pqr.pdb").atoms
    found = {kind: set(glycoprotein.resname[glycoprotein.kind == kind]) for kind in set(glycoprotein.kind)}
    assert found.pop("protein") >= {"ALA", "GLY", "TRP"}
    assert found == {
        "saccharide": {"NAG", "BMA", "MAN", "TRE", "BOG"},
        "lipid": {"PLM"},
        "ligand": {"RET", "SO4", "ACT"},
        "water": {"HOH"},
    }
    enzyme = read_model(data / "ligand_3nzd" / "3nzd.cif").atoms
    assert set(enzyme.resname[enzyme.kind == "ligand"]) == {"NDP", "D2Q"}
    assert set(enzyme.entity[enzyme.kind == "water"]) == {"4"}
    rna = read_model(data / "rna_7ez0" / "7ez0.pdb").atoms
    assert Counter(rna.kind.tolist()) == {"nucleic acid": len(rna) - 27, "ion": 27}
    assert set(rna.resname[rna.kind == "ion"]) == {"MG"}
    assert not rna.polymer[rna.kind == "ion"].any() and rna.polymer[rna.kind != "ion"].all()


def test_a_modified_residue_counts_as_the_polymer_that_its_entity_record_names(tmp_path, data):
    block = gemmi.cif.read(str(data / "7cec_A" / "7cec_A.cif"))[0]
    table = block.find("_atom_site.", ["auth_seq_id", "label_comp_id", "auth_comp_id", "group_PDB"])
    for row in table:
        if row[0] == "10":
            row[1] = row[2] = "XQZ"
            row[3] = "HETATM"
    path = tmp_path / "modified.cif"
    block.write_file(str(path))
    assert kinds(read_model(path))["XQZ"] == "protein"


def test_a_modified_residue_within_the_chain_of_a_pdb_counts_as_the_polymer(data, tmp_path):
    lines = (data / "apoferritin" / MODELS["apoferritin"]).read_text().splitlines(keepends=True)
    changed = [
        line.replace("ATOM  ", "HETATM").replace("SER A   6", "XQZ A   6") if "SER A   6" in line else line
        for line in lines
    ]
    atoms = read_model(write(tmp_path / "m.pdb", "".join(changed))).atoms
    assert set(atoms.kind[atoms.resname == "XQZ"]) == {"protein"} and set(atoms.kind) == {"protein", "ion", "water"}
    assert set(atoms.polymer[atoms.kind == "protein"]) == {True} and "" not in atoms.entity


def test_without_entity_records_the_names_decide(tmp_path):
    text = pdb(
        ("ATOM", " N   ", "ALA", "A   1", "N"),
        ("ATOM", " CA  ", "ALA", "A   1", "C"),
        ("ATOM", " N   ", "GLY", "A   2", "N"),
        ("ATOM", " CA  ", "GLY", "A   2", "C"),
        ("HETATM", "ZN   ", " ZN", "A 101", "ZN"),
        ("HETATM", " C1  ", "CLR", "A 102", "C"),
        ("HETATM", " C2  ", "CLR", "A 102", "C"),
        ("HETATM", " C1  ", "PEG", "A 103", "C"),
        ("HETATM", " C1  ", "FUL", "A 104", "C"),
        ("HETATM", " O   ", "SOL", "A 201", "O"),
        ("HETATM", " O   ", "HOH", "A 202", "O"),
    )
    assert kinds(read_model(write(tmp_path / "m.pdb", text))) == {
        "ALA": "protein", "GLY": "protein", "ZN": "ion", "CLR": "lipid", "PEG": "ligand", "FUL": "saccharide",
        "SOL": "water", "HOH": "water",
    }  # fmt: skip


def test_an_ion_with_two_alternate_places_is_still_an_ion(tmp_path):
    text = pdb(("HETATM", "MG  A", " MG", "A   1", "MG"), ("HETATM", "MG  B", " MG", "A   1", "MG"))
    model = read_model(write(tmp_path / "m.pdb", text))
    assert model.atoms.altloc.tolist() == ["A", "B"] and model.atoms.kind.tolist() == ["ion", "ion"]


def test_insertion_codes_negative_numbers_and_repeated_numbers_stay_apart(tmp_path):
    text = pdb(
        ("ATOM", " CA  ", "ALA", "A  -1", "C"),
        ("ATOM", " CA  ", "ALA", "A  52", "C"),
        ("ATOM", " CA  ", "GLY", "A  52A", "C"),
        ("HETATM", "MG   ", " MG", "A  52", "MG"),
    )
    atoms = read_model(write(tmp_path / "m.pdb", text)).atoms
    assert atoms.seqid.tolist() == ["-1", "52", "52A", "52"]
    assert atoms.residue.tolist() == [0, 1, 2, 3]
    assert atoms.label(2) == "A/52A GLY CA"


def test_hydrogen_is_not_scored_and_deuterium_is(tmp_path):
    text = pdb(
        ("ATOM", " O   ", "HOH", "A   1", "O"), ("ATOM", " H1  ", "HOH", "A   1", "H"),
        ("ATOM", " D2  ", "HOH", "A   1", "D"),
    )  # fmt: skip
    model = read_model(write(tmp_path / "m.pdb", text))
    assert len(model.atoms) == 3 and model.scored.tolist() == [0, 2]
    assert model.atoms.element.tolist() == ["O", "H", "D"]


def test_only_the_first_of_several_models_is_read(tmp_path):
    text = f"MODEL        1\n{ATOM}ENDMDL\nMODEL        2\n{ATOM}{ATOM}ENDMDL\nEND\n"
    model = read_model(write(tmp_path / "m.pdb", text))
    assert len(model.atoms) == 1
    assert model.warnings == ("the first of 2 models is taken; the others are not looked at",)


def test_gzip_gives_the_same_model_and_the_hash_of_the_file_itself(tmp_path, data):
    plain = data / "ligand_3nzd" / "3nzd.cif"
    packed = tmp_path / "3nzd.cif.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    one, two = read_model(plain), read_model(packed)
    assert one.name == two.name == "3nzd"
    assert one.sha256 == hashlib.sha256(plain.read_bytes()).hexdigest() != two.sha256
    np.testing.assert_array_equal(one.atoms.position, two.atoms.position)
    np.testing.assert_array_equal(one.atoms.name, two.atoms.name)


def test_names_of_eight_characters_and_more_are_kept(data):
    structure = gemmi.read_structure(str(data / "ligand_3nzd" / "3nzd.cif"))
    usual = Model.from_structure(structure).atoms
    structure[0][0].name = "CHAIN_OF_LENGTH_18"
    structure[0][0][0][0].name = "NITROGEN"
    long = Model.from_structure(structure).atoms
    assert set(long.chain) == {"CHAIN_OF_LENGTH_18"}
    assert long.name[0] == "NITROGEN" and long.name[1:].tolist() == usual.name[1:].tolist()
    for column in ("altloc", "element", "position", "occupancy", "b_iso", "kind", "residue"):
        np.testing.assert_array_equal(getattr(long, column), getattr(usual, column))


def test_names_that_are_not_ascii_are_kept(data):
    structure = gemmi.read_structure(str(data / "ligand_3nzd" / "3nzd.cif"))
    structure[0][0][0][1].name = "Cα"
    assert Model.from_structure(structure).atoms.name[:3].tolist() == ["N", "Cα", "C"]


def test_a_structure_in_memory_is_not_changed(data):
    structure = gemmi.read_structure(str(data / "apoferritin" / MODELS["apoferritin"]))
    model = Model.from_structure(structure)
    assert len(structure.entities) == 0 and model.path is None and model.sha256 is None
    assert set(model.atoms.kind) == {"protein", "ion", "water"}


def test_atoms_given_twice_are_kept_and_warned_of(tmp_path):
    model = read_model(write(tmp_path / "m.pdb", ATOM + ATOM + "END\n"))
    assert len(model.scored) == 2
    assert model.warnings == (
        "1 atom is given more than once (same residue, name and altloc), first A/5 THR N; all are kept and scored",
    )


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.pdb", None, "No such file"),
        ("map.mrc", bytes(2048), "not a model"),
        ("broken.pdb.gz", b"\x1f\x8b\x08\x00 not gzip", "cannot read"),
        ("empty.pdb", b"", "no atoms"),
        ("notes.txt", b"dear diary\n", "no atoms"),
        ("other.cif", b"data_x\n_cell.length_a 10\n", "no _atom_site"),
        ("pair.cif", b"data_x\n_a.id 1\n_a.b two words\n", "line 3, item _a.b: a value that is not quoted"),
        ("loop.cif", b"data_x\nloop_\n_a.b\n_a.c\n1 'a \"b' # c\n2 an odd\n", "line 6, item _a.c: a row of 3 values"),
        (
            "text.cif",
            b"data_x\nloop_\n_a.b\n_a.c\n;1\n;\n",
            "line 4, item _a.c: the number of values is no multiple of",
        ),
        ("quotes.cif", b"data_x\n_a.b 'one\n_a.c 2\n", "line 2, item _a.b: a quotation mark that is not closed"),
        ("twice.cif", b"data_x\n_a.b 1\n_a.b 2\n", "line 3, item _a.b: duplicate tag _a.b"),
        ("short.pdb", b"ATOM      1  N   THR A   5     132\n", "line 1"),
        ("nan.pdb", ATOM.replace("132.723", "    nan").encode(), "1 of 1 atoms .* A/5 THR N"),
        ("overflown.pdb", ATOM.replace(" 132.723", "********").encode(), r"line 1, columns 31 to 54: '\*\*"),
        ("comma.pdb", (ATOM + ATOM.replace("132.723", "132,723")).encode(), "line 2, columns 31 to 54: .* 132,723"),
        ("shifted.pdb", ATOM.replace(" 132.723", "  132.723").encode(), "line 1, columns 31 to 54"),
        ("bare.cif", BARE.encode(), "lacks _atom_site.label_alt_id, which every atom needs"),
        ("hydrogen.pdb", pdb(("ATOM", " H   ", "ALA", "A   1", "H")).encode(), "hydrogens"),
    ],
)
def test_bad_files_get_one_clear_sentence(tmp_path, name, content, says):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=says) as caught:
        read_model(path)
    assert "\n" not in str(caught.value) and name in str(caught.value)


def test_text_after_the_end_of_a_pdb_is_not_read(tmp_path):
    assert len(read_model(write(tmp_path / "m.pdb", ATOM + "END\nATOM      2  CA  the rest is a comment\n")).atoms) == 1


def test_a_structure_without_models_has_no_atoms():
    with pytest.raises(InputError, match="no atoms in the model model"):
        Model.from_structure(gemmi.Structure())


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are text there")
def test_a_name_that_is_no_text_is_refused(tmp_path):
    path = write(tmp_path / os.fsdecode(b"caf\xe9.pdb"), ATOM)
    with pytest.raises(InputError, match=r"caf\\udce9.pdb' is not valid UTF-8 text; rename the file"):
        read_model(path)


def test_the_damaged_line_of_a_compressed_file_is_told_too(tmp_path):
    path = tmp_path / "m.cif.gz"
    path.write_bytes(gzip.compress(b"data_x\n_a.b two words\n"))
    with pytest.raises(InputError, match="line 2, item _a.b"):
        read_model(path)


def test_a_folder_is_not_a_model(tmp_path):
    with pytest.raises(InputError, match="cannot read the model"):
        read_model(tmp_path)

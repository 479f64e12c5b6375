"""Groups: MapQ's numbers on a real entry, real RNA, glycans and ligands, and what must be kept apart."""

import csv
import dataclasses
from collections import defaultdict

import numpy as np
import pytest
from golden import golden_result, result_of
from hypothesis import given
from hypothesis import strategies as st
from qscore.groups import PARTS, group_atoms, groups_of
from qscore.model import Model, read_model
from qscore.reference.expected import Expected, q_high, q_low

PHOSPHATE = {"P", "OP1", "OP2", "O5'", "C5'", "O3'"}
SUGAR = {"C1'", "C2'", "C3'", "C4'", "O4'", "O2'"}


def rows(table, *names):
    return list(zip(*(getattr(table, name).tolist() for name in names), strict=True))


def pdb_line(serial, name, altloc, resname, chain, seqid, x, element="C", record="ATOM"):
    number, icode = (seqid[:-1], seqid[-1]) if seqid[-1].isalpha() else (seqid, " ")
    return (
        f"{record:<6}{serial:>5} {name:<4}{altloc or ' '}{resname:>3}{chain:>2}{number:>4}{icode}   "
        f"{x:8.3f}   0.000   0.000  1.00 20.00          {element:>2}\n"
    )


def model_of(tmp_path, *lines) -> Model:
    path = tmp_path / "m.pdb"
    path.write_text("".join(lines) + "END\n")
    return read_model(path)


def test_every_residue_backbone_and_side_chain_equals_mapq(data):
    groups = groups_of(golden_result(data, "7cec_A", "q_resampled_sigma0.6"))
    published = {}
    for line in (data / "7cec_A" / "mapq_2021_sigma0.6_All.txt").read_text().splitlines():
        fields = line.split("\t")
        if fields[0] == "A" and len(fields) > 10 and fields[1]:
            published[fields[1], fields[2]] = [float(field) if field else np.nan for field in fields[3:6]]
    assert len(published) == len(groups.residues) == 553
    for row, key in enumerate(rows(groups.residues, "resname", "seqid")):
        ours = [groups.parts["backbone"].q[row], groups.parts["side chain"].q[row], groups.residues.q[row]]
        np.testing.assert_allclose(ours, published[key], atol=1e-3, err_msg=str(key))


def test_nucleotides_are_split_into_phosphate_sugar_and_base_and_ions_stand_alone(data):
    model = read_model(data / "rna_7ez0" / "7ez0.pdb")
    with (data / "rna_7ez0" / "mapq_q.csv").open() as stream:
        q_of = {(name, place): float(q) for name, place, _, *_, q in csv.reader(stream)}
    atoms = model.atoms.take(model.scored)
    q = [q_of[name, f"{seqid}.{chain}"] for name, seqid, chain in rows(atoms, "name", "seqid", "chain")]
    groups = groups_of(result_of(model, np.array(q)))

    wanted = defaultdict(lambda: defaultdict(list))
    for (name, place), value in q_of.items():
        part = "phosphate" if name in PHOSPHATE else "sugar" if name in SUGAR else "base"
        wanted[place.split(".")[0]][part].append(value)
    nucleotides = np.flatnonzero(groups.residues.kind == "nucleic acid")
    assert len(nucleotides) == 387
    for row in nucleotides:
        for part in ("phosphate", "sugar", "base"):
            values = wanted[str(groups.residues.seqid[row])][part]
            assert groups.parts[part].atoms[row] == len(values)
            assert groups.parts[part].q[row] == pytest.approx(np.mean(values))
            assert groups.parts[part].q_min[row] == min(values)
        assert groups.parts["backbone"].atoms[row] == groups.parts["side chain"].atoms[row] == 0
    ions = groups.of_kind("ion")
    assert set(ions.resname) == {"MG"} and len(ions) == 27 and set(ions.atoms) == {1}
    np.testing.assert_array_equal(ions.q, [q_of["MG", f"{seqid}.N"] for seqid in ions.seqid])
    assert rows(groups.chain_kinds, "chain", "kind") == [("N", "nucleic acid"), ("N", "ion")]


def test_glycans_of_a_glycoprotein(data):
    result = golden_result(data, "glycan_3pqr")
    groups = groups_of(result)
    assert rows(groups.glycans, "chain", "seqid", "resname", "atoms") == [
        ("A", "402", "NAG-NAG-BMA-MAN", 50), ("A", "501", "NAG", 14)
    ]  # fmt: skip
    assert groups.glycan_site.tolist() == ["A/15 ASN ND2", "A/2 ASN ND2"]
    saccharides = groups.residues.kind == "saccharide"
    assert rows(groups.residues.take(saccharides), "resname", "seqid") == [
        ("NAG", "402"), ("NAG", "403"), ("BMA", "404"), ("MAN", "405"), ("NAG", "501"),
        ("BOG", "601"), ("BOG", "602"), ("TRE", "1001"),
    ]  # fmt: skip
    assert groups.glycan_of[saccharides].tolist() == [0, 0, 0, 0, 1, -1, -1, -1]
    tree = np.isin(result.atoms.seqid, ["402", "403", "404", "405"]) & (result.atoms.kind == "saccharide")
    assert groups.glycans.q[0] == pytest.approx(result.q[tree].mean())
    assert groups.glycans.q_min[0] == result.q[tree].min()
    assert rows(groups.of_kind("lipid"), "resname", "seqid", "atoms") == [("PLM", "701", 17)]
    assert rows(groups.chain_kinds.take(groups.chain_kinds.kind == "water"), "chain", "atoms") == [("A", 19), ("B", 4)]


def test_distances_tell_the_same_glycans_where_no_bonds_are_recorded(data):
    result = golden_result(data, "glycan_3pqr")
    recorded = groups_of(result)
    by_distance = group_atoms(result.atoms, result.q, Expected())
    assert by_distance.glycan_site.tolist() == recorded.glycan_site.tolist()
    np.testing.assert_array_equal(by_distance.glycan_of, recorded.glycan_of)


def test_recorded_bonds_tell_the_glycans_where_distances_do_not(data):
    result = golden_result(data, "glycan_3pqr")
    apart = result.atoms.position + np.where(result.atoms.kind == "saccharide", result.atoms.residue * 100, 0)[:, None]
    atoms = dataclasses.replace(result.atoms, position=apart)
    recorded = group_atoms(atoms, result.q, Expected(), result.model.structure)
    assert recorded.glycans.resname.tolist() == ["NAG-NAG-BMA-MAN", "NAG"]
    assert recorded.glycan_site.tolist() == ["A/15 ASN ND2", "A/2 ASN ND2"]
    assert len(group_atoms(atoms, result.q, Expected()).glycans) == 0


def test_a_branched_entity_is_one_glycan(tmp_path):
    text = """data_x
loop_
_entity.id
_entity.type
1 branched
loop_
_struct_asym.id
_struct_asym.entity_id
B 1
C 1
loop_
_atom_site.group_PDB
_atom_site.id
_atom_site.type_symbol
_atom_site.label_atom_id
_atom_site.label_alt_id
_atom_site.label_comp_id
_atom_site.label_asym_id
_atom_site.label_entity_id
_atom_site.label_seq_id
_atom_site.Cartn_x
_atom_site.Cartn_y
_atom_site.Cartn_z
_atom_site.auth_seq_id
_atom_site.auth_asym_id
HETATM 1 C C4 . NAG B 1 . 0 0 0 1 X
HETATM 2 C C4 . NAG B 1 . 9 0 0 2 X
HETATM 3 C C4 . NAG C 1 . 18 0 0 1 Y
HETATM 4 C C4 . FUC C 1 . 27 0 0 2 Y
"""
    (tmp_path / "x.cif").write_text(text)
    groups = groups_of(result_of(read_model(tmp_path / "x.cif"), np.arange(4) / 10))
    assert rows(groups.glycans, "chain", "resname", "label_asym") == [("X", "NAG-NAG", "B"), ("Y", "NAG-FUC", "C")]
    assert groups.glycan_site.tolist() == ["", ""]


def test_ligands_and_waters_of_an_enzyme_are_listed_one_by_one(data):
    result = golden_result(data, "ligand_3nzd")
    groups = groups_of(result)
    assert rows(groups.of_kind("ligand"), "resname", "atoms") == [("D2Q", 32), ("NDP", 48)]
    ndp = groups.of_kind("ligand").take([1])
    assert ndp.q[0] == pytest.approx(result.q[result.atoms.resname == "NDP"].mean())
    waters = groups.of_kind("water")
    assert len(waters) == len(set(waters.seqid)) == 261
    assert groups.model.atoms[0] == len(result.q) and groups.model.q[0] == pytest.approx(result.q.mean())


def test_altlocs_are_given_each_and_combined(data):
    result = golden_result(data, "ligand_3nzd")
    groups = groups_of(result)
    expected = {}
    atoms = result.atoms
    for residue in np.unique(atoms.residue[atoms.altloc != ""]):
        inside = atoms.residue == residue
        for altloc in sorted(set(atoms.altloc[inside]) - {""}):
            q = result.q[inside & np.isin(atoms.altloc, ["", altloc])]
            expected[str(atoms.seqid[inside][0]), altloc] = (len(q), pytest.approx(q.mean()), q.min())
    assert expected
    conformers = groups.conformers
    keys, values = rows(conformers, "seqid", "altloc"), rows(conformers, "atoms", "q", "q_min")
    assert dict(zip(keys, values, strict=True)) == expected
    np.testing.assert_array_equal(groups.residues.seqid[groups.conformer_row], conformers.seqid)
    proteins = conformers.kind == "protein"
    backbone, side_chain = (groups.conformer_parts[part].atoms[proteins] for part in ("backbone", "side chain"))
    np.testing.assert_array_equal(backbone + side_chain, conformers.atoms[proteins])


def test_residues_that_share_a_number_or_a_chain_stay_apart(tmp_path):
    model = model_of(
        tmp_path,
        pdb_line(1, " CA ", "", "ALA", "A", "-1", 0),
        pdb_line(2, " CA ", "", "ALA", "A", "52", 4),
        pdb_line(3, " CA ", "", "GLY", "A", "52A", 8),
        pdb_line(4, "MG  ", "", "MG", "A", "52", 12, "MG", "HETATM"),
        pdb_line(5, " CA ", "", "ALA", "B", "52", 16),
    )
    residues = groups_of(result_of(model, [0.1, 0.2, 0.3, 0.4, 0.5])).residues
    assert rows(residues, "chain", "seqid", "resname", "q") == [
        ("A", "-1", "ALA", 0.1), ("A", "52", "ALA", 0.2), ("A", "52A", "GLY", 0.3), ("A", "52", "MG", 0.4),
        ("B", "52", "ALA", 0.5),
    ]  # fmt: skip


def test_chains_of_several_letters_keep_the_order_of_the_file(data):
    result = golden_result(data, "7cec_A")
    chain = np.where(np.arange(len(result.q)) < 2000, "LONGB", "AA1")
    object.__setattr__(result.atoms, "chain", chain)
    assert groups_of(result).chains.chain.tolist() == ["LONGB", "AA1"]


def test_terminal_oxygens_are_backbone_and_old_atom_names_are_known(tmp_path):
    model = model_of(
        tmp_path,
        pdb_line(1, " CA ", "", "ALA", "A", "1", 0), pdb_line(2, " CB ", "", "ALA", "A", "1", 1),
        pdb_line(3, " OXT", "", "ALA", "A", "1", 2, "O"),
        pdb_line(4, " O1P", "", "A", "B", "1", 9, "O"), pdb_line(5, " C1*", "", "A", "B", "1", 10),
        pdb_line(6, " O5*", "", "A", "B", "1", 11, "O"), pdb_line(7, " N9 ", "", "A", "B", "1", 12, "N"),
    )  # fmt: skip
    parts = groups_of(result_of(model, np.full(7, 0.5))).parts
    assert {name: table.atoms.tolist() for name, table in parts.items()} == {
        "backbone": [2, 0], "side chain": [1, 0], "phosphate": [0, 2], "sugar": [0, 1], "base": [0, 1],
    }  # fmt: skip


def test_verdicts_compare_with_the_bounds_at_the_resolution(data):
    groups = groups_of(golden_result(data, "apoferritin", resolution=1.75))
    low, high = q_low(1.75), q_high(1.75)
    assert groups.expected.q_low == low and groups.expected.q_high == high
    wanted = ["below" if q < low else "above" if q > high else "within" for q in groups.residues.q]
    assert groups.residues.verdict.tolist() == wanted and len(set(wanted)) == 3
    backbone = groups.parts["backbone"]
    assert set(backbone.verdict[backbone.atoms == 0]) == {""} and np.isnan(backbone.q[backbone.atoms == 0]).all()
    unknown = groups_of(golden_result(data, "apoferritin"))
    assert set(unknown.residues.verdict) == {""} and unknown.expected.q_low is None


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 300))
def test_larger_groups_are_the_sums_of_smaller_ones(seed, count, apoferritin):
    rng = np.random.default_rng(seed)
    rows_ = np.sort(rng.choice(len(apoferritin.q), count, replace=False))
    atoms, q = apoferritin.atoms.take(rows_), rng.normal(size=count)
    groups = group_atoms(atoms, q, Expected())
    for table in (groups.kinds, groups.chains, groups.chain_kinds, groups.residues):
        assert table.atoms.sum() == count
        assert (table.q * table.atoms).sum() == pytest.approx(q.sum())
        assert table.q_min.min() == q.min()
    protein = groups.residues.kind == "protein"
    split = sum(groups.parts[part].atoms for part in PARTS)
    np.testing.assert_array_equal(split[protein], groups.residues.atoms[protein])


@pytest.fixture(scope="module")
def apoferritin(data):
    return golden_result(data, "apoferritin")

"""Annotated mmCIF: the input is kept whole, and other programs read the same Q-scores back."""

import dataclasses
import io

import gemmi
import numpy as np
import pytest
from Bio.PDB.MMCIF2Dict import MMCIF2Dict
from cifkit import add_second_model, items
from golden import golden_result, result_of
from qscore.errors import InputError
from qscore.hydrogens import q_of_all_atoms
from qscore.model import read_model
from qscore.scoring import score
from qscore.writers import mmcif

OURS = ("_pdbx_vrpt_", "_qscore.")


def annotated(result) -> str:
    stream = io.StringIO()
    mmcif.write(result, stream)
    return stream.getvalue()


def column(block, tag):
    return list(block.find_loop(tag))


@pytest.fixture(scope="module")
def cec(data):
    result = golden_result(data, "7cec_A")
    return result, annotated(result)


@pytest.mark.parametrize("case", ["7cec_A", "ligand_3nzd"])
def test_all_categories_of_the_input_are_unchanged_item_by_item(data, case):
    result = golden_result(data, case)
    before = list(items(gemmi.cif.read(result.model.path)[0]))
    after = list(items(gemmi.cif.read_string(annotated(result))[0]))
    added = [tag for tag, _ in after if tag == "_atom_site.Q-score" or tag.startswith(OURS)]
    assert [item for item in after if item[0] not in added] == before
    assert added[0] == "_atom_site.Q-score" and len(added) > 10


def test_gemmi_and_biopython_read_the_golden_scores_back(cec):
    result, text = cec
    block = gemmi.cif.read_string(text)[0]
    by_gemmi = [float(q) for q in column(block, "_atom_site.Q-score")]
    np.testing.assert_allclose(by_gemmi, result.q, atol=5.1e-7)
    biopython = MMCIF2Dict(io.StringIO(text))
    assert [float(q) for q in biopython["_atom_site.Q-score"]] == by_gemmi
    assert biopython["_qscore.sigma"] == ["0.4"] and biopython["_qscore.variant"] == ["direct"]
    assert gemmi.make_structure_from_block(block)[0].count_atom_sites() == len(result.q)


def test_validation_categories_hold_entry_chain_and_residue_scores(cec):
    result, text = cec
    block = gemmi.cif.read_string(text)[0]
    assert float(block.find_value("_pdbx_vrpt_summary_em.Q_score")) == pytest.approx(result.q.mean(), abs=1e-6)
    assert block.find_value("_pdbx_vrpt_summary_em.EMDB_resolution") == "3.9"
    chains = block.find(
        "_pdbx_vrpt_summary_entity_fit_to_map.", ["entity_id", "label_asym_id", "auth_asym_id", "Q_score"]
    )
    assert [list(row)[:3] for row in chains] == [["1", "A", "A"]]
    places = ["id", "auth_asym_id", "auth_seq_id", "label_comp_id", "label_seq_id", "PDB_ins_code", "label_alt_id"]
    instances = [list(row) for row in block.find("_pdbx_vrpt_model_instance.", places)]
    assert instances[0] == ["1", "A", "1", "PHE", "1", "?", "."] and len(instances) == 553
    fitting = block.find("_pdbx_vrpt_model_instance_map_fitting.", ["instance_id", "Q_score"])
    means = [result.q[result.atoms.seqid == seqid].mean() for _, _, seqid, *_ in instances]
    np.testing.assert_allclose([float(row[1]) for row in fitting], means, atol=5.1e-7)


def test_altlocs_and_waters_have_instances_of_their_own(data):
    result = golden_result(data, "ligand_3nzd")
    block = gemmi.cif.read_string(annotated(result))[0]
    rows = block.find("_pdbx_vrpt_model_instance.", ["auth_seq_id", "label_comp_id", "label_alt_id", "label_seq_id"])
    keys = [tuple(row) for row in rows]
    assert len(keys) == len(set(keys)) == len(result.groups.residues) + len(result.groups.conformers)
    assert {altloc for _, _, altloc, _ in keys} == {".", "A", "B"}
    assert all(seq == "." for _, name, _, seq in keys if name == "HOH")


def test_atoms_of_split_chains_and_of_other_models_get_the_right_scores(tmp_path, data):
    document = gemmi.cif.read(str(data / "ligand_3nzd" / "3nzd.cif"))
    chains = document[0].find_loop("_atom_site.auth_asym_id")
    for row in range(500, 900):
        chains[row] = "Z"  # gemmi joins what is before and after
    add_second_model(document[0])
    path = tmp_path / "split.cif"
    document.write_file(str(path))

    model = read_model(path)
    assert model.atoms.chain.tolist() != list(chains)[:-50]
    x = model.atoms.position[:, 0]
    block = gemmi.cif.read_string(annotated(result_of(model, x / 1000)))[0]
    scores, places = column(block, "_atom_site.Q-score"), column(block, "_atom_site.Cartn_x")
    assert scores[-50:] == ["?"] * 50
    np.testing.assert_allclose(
        [float(q) for q in scores[:-50]], [float(place) / 1000 for place in places[:-50]], atol=5.1e-7
    )


def test_annotating_twice_gives_the_same_file(cec, tmp_path, data):
    result, text = cec
    path = tmp_path / "7cec_A.cif"
    path.write_text(text)
    again = result_of(read_model(path), result.q, result.map.path)
    assert annotated(again) == text


def test_scores_of_an_earlier_annotation_do_not_stay(cec, tmp_path):
    result, text = cec
    path = tmp_path / "7cec_A.cif"
    path.write_text(text)
    fewer = result_of(read_model(path), result.q)
    fewer = dataclasses.replace(
        fewer,
        atoms=fewer.atoms.take(np.arange(100)),
        q=fewer.q[:100],
        rows=fewer.rows[:100],
        samples_outside=np.zeros(100),
    )
    scores = column(gemmi.cif.read_string(annotated(fewer))[0], "_atom_site.Q-score")
    assert [score == "?" for score in scores] == [False] * 100 + [True] * (len(scores) - 100)


def test_a_pdb_input_gets_an_mmcif_too(data):
    result = golden_result(data, "glycan_3pqr")
    block = gemmi.cif.read_string(annotated(result))[0]
    assert [float(q) for q in column(block, "_atom_site.Q-score")] == pytest.approx(result.q.tolist(), abs=5.1e-7)
    names = [gemmi.cif.as_string(name) for name in column(block, "_atom_site.label_atom_id")]
    assert names == result.atoms.name.tolist()


def test_residues_of_a_pdb_without_sequence_are_numbered_in_the_mmcif(data):
    result = golden_result(data, "apoferritin")
    block = gemmi.cif.read_string(annotated(result))[0]
    numbers = column(block, "_atom_site.label_seq_id")
    protein = result.atoms.kind == "protein"
    assert [number == "." for number in numbers] == (~protein).tolist()
    assert numbers[0] == "1" and numbers[int(protein.sum()) - 1] == str(len(set(result.atoms.residue[protein])))
    assert column(block, "_pdbx_vrpt_model_instance.label_seq_id")[:2] == ["1", "2"]
    assert "SEQRES" not in result.model.structure.make_pdb_string()


def test_atoms_of_chains_that_were_not_scored_have_no_score(data):
    folder = data / "glycan_3pqr"
    result = score(folder / "3pqr.pdb", folder / "3pqr.ccp4.gz", chains=["B"])
    block = gemmi.cif.read_string(annotated(result))[0]
    chains, scores = column(block, "_atom_site.auth_asym_id"), column(block, "_atom_site.Q-score")
    assert {chain for chain, q in zip(chains, scores, strict=True) if q != "?"} == {"B"}
    assert column(block, "_pdbx_vrpt_summary_entity_fit_to_map.auth_asym_id") == ["B", "B"]
    assert column(block, "_pdbx_vrpt_model_instance.auth_seq_id")[0] == "340"


def test_glycans_are_found_again_in_the_mmcif_of_a_pdb(data, tmp_path):
    result = golden_result(data, "glycan_3pqr")
    path = tmp_path / "3pqr.cif"
    path.write_text(annotated(result))
    again = result_of(read_model(path), result.q).groups
    assert again.glycans.resname.tolist() == result.groups.glycans.resname.tolist()
    assert again.glycan_site.tolist() == result.groups.glycan_site.tolist()


def test_atom_ids_that_are_not_distinct_are_refused(tmp_path, data):
    document = gemmi.cif.read(str(data / "ligand_3nzd" / "3nzd.cif"))
    document[0].find_loop("_atom_site.id")[5] = "1"
    path = tmp_path / "twice.cif"
    document.write_file(str(path))
    model = read_model(path)
    with pytest.raises(InputError, match="_atom_site.id .*twice.cif.*renumber"):
        annotated(result_of(model, np.zeros(len(model.scored))))


def test_hydrogens_carry_the_score_of_the_atom_they_are_bound_to(tmp_path):
    names = ["O", "H1", "H2", "D3", "H4"]
    places = [0.0, 0.9, -0.9, 0.8, 3.0]
    lines = [
        f"HETATM{row + 1:>5}  {name:<3} HOH A   1    {x:8.3f}   0.000   0.000  1.00 20.00          {name[0]:>2}\n"
        for row, (name, x) in enumerate(zip(names, places, strict=True))
    ]
    path = tmp_path / "water.pdb"
    path.write_text("".join(lines) + "END\n")
    result = result_of(read_model(path), [0.5, 0.25])
    np.testing.assert_array_equal(q_of_all_atoms(result), [0.5, 0.5, 0.5, 0.25, np.nan])
    assert column(gemmi.cif.read_string(annotated(result))[0], "_atom_site.Q-score")[-1] == "?"


def test_a_hydrogen_of_an_altloc_is_bound_to_the_atom_of_that_altloc(tmp_path):
    atoms = [("CB", " ", 0.0, "C"), ("OG", "A", 1.4, "O"), ("OG", "B", 1.6, "O"), ("HG", "A", 1.61, "H")]
    lines = [
        f"ATOM  {row:>5}  {name:<3}{altloc}SER A   1    {x:8.3f}   0.000   0.000  0.50 20.00          {element:>2}\n"
        for row, (name, altloc, x, element) in enumerate(atoms, 1)
    ]
    path = tmp_path / "serine.pdb"
    path.write_text("".join(lines) + "END\n")
    assert q_of_all_atoms(result_of(read_model(path), [0.1, 0.2, 0.3])).tolist() == [0.1, 0.2, 0.3, 0.2]

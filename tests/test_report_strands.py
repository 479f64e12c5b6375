"""Strands: what is missing from a chain takes room on its axis, and only that."""

import gemmi
import numpy as np
import pytest
from golden import golden_result, result_of
from hypothesis import given
from hypothesis import strategies as st
from qscore.model import Model
from qscore.report.strands import WIDEST_GAP, Gap, strands_of


def chain_of(seqids, *, bonded=(), name="A"):
    """A result of alanines (N, CA, C, CB) far from one another, but for those in `bonded`, next to the one before."""
    structure = gemmi.Structure()
    structure.add_model(gemmi.Model(1))
    chain = gemmi.Chain(name)
    x = 0.0
    for number, seqid in enumerate(seqids):
        residue = gemmi.Residue()
        residue.name, residue.seqid = "ALA", gemmi.SeqId(int(seqid.rstrip("AB")), seqid.lstrip("-0123456789") or " ")
        x += 3.8 if number in bonded else 50.0
        for atom_name, offset in (("N", -1.2), ("CA", 0.0), ("C", 1.2), ("CB", 0.1)):
            atom = gemmi.Atom()
            atom.name, atom.element, atom.pos = atom_name, gemmi.Element(atom_name[0]), gemmi.Position(x + offset, 0, 0)
            residue.add_atom(atom)
        chain.add_residue(residue)
    structure[0].add_chain(chain)
    structure.setup_entities()
    model = Model.from_structure(structure)
    return result_of(model, np.linspace(0, 1, len(model.scored)), resolution=3.0)


def test_residues_stand_at_their_numbers_and_missing_ones_leave_room():
    (strand,) = strands_of(chain_of(["5", "6", "9", "10"]))
    assert strand.place.tolist() == [5, 6, 9, 10]
    assert strand.gaps == (Gap(7, 8, 2),) and str(strand.gaps[0]) == "2 missing"
    assert strand.title == "Chain A, protein: 4 residues"


def test_a_wide_gap_is_cut_short_but_says_how_many_are_missing():
    (strand,) = strands_of(chain_of(["1", "1001", "1002"]))
    assert strand.place.tolist() == [1, WIDEST_GAP + 2, WIDEST_GAP + 3]
    assert strand.gaps == (Gap(2, WIDEST_GAP + 1, 999),)


def test_numbers_that_jump_between_bound_residues_are_no_gap():
    (strand,) = strands_of(chain_of(["10", "20", "5"], bonded=(1, 2)))
    assert strand.place.tolist() == [10, 11, 12] and strand.gaps == ()


def test_insertions_negative_numbers_and_repeats_follow_one_another():
    (strand,) = strands_of(chain_of(["-2", "-1", "0", "1", "1A", "1B", "2", "2"]))
    assert strand.place.tolist() == list(range(-2, 6)) and strand.gaps == ()


def test_numbers_that_begin_anew_are_a_break_of_unknown_length():
    (strand,) = strands_of(chain_of(["50", "51", "1"]))
    assert strand.place.tolist() == [50, 51, 53] and strand.gaps == (Gap(52, 52, None),)
    assert str(strand.gaps[0]) == "break"


def test_columns_open_at_gaps():
    (strand,) = strands_of(chain_of(["5", "6", "9"]))
    np.testing.assert_array_equal(strand.open_at_gaps(strand.seqid), ["5", "6", "", "9"])
    np.testing.assert_array_equal(np.isnan(strand.open_at_gaps(strand.q)), [False, False, True, False])
    assert strand.open_at_gaps(strand.position).shape == (4, 3)


def test_strands_of_real_entries(data):
    (cec,) = strands_of(golden_result(data, "7cec_A", resolution=3.9))
    missing = [(gap.first, gap.last, gap.missing) for gap in cec.gaps]
    assert missing == [(199, 210, 12), (218, 227, 10), (505, 510, 6), (518, 523, 6), (550, 553, 4), (569, 576, 8)]
    assert len(cec) == 553 and list(cec.parts) == ["backbone", "side chain"]
    result = golden_result(data, "glycan_3pqr")
    strands = strands_of(result)
    assert [strand.title for strand in strands] == ["Chain A, protein: 326 residues", "Chain B, protein: 11 residues"]
    for strand in strands:
        alpha = {
            (seqid, resname): position
            for chain, seqid, resname, name, altloc, position in zip(
                result.atoms.chain.tolist(), result.atoms.seqid.tolist(), result.atoms.resname.tolist(),
                result.atoms.name.tolist(), result.atoms.altloc.tolist(), result.atoms.position.tolist(), strict=True,
            )
            if chain == strand.chain and name == "CA" and altloc in ("", "A")
        }  # fmt: skip
        wanted = [alpha[key] for key in zip(strand.seqid.tolist(), strand.resname.tolist(), strict=True)]
        assert strand.position == pytest.approx(np.array(wanted))


@given(
    st.lists(st.tuples(st.integers(-50, 300), st.booleans()), min_size=1, max_size=12),
)
def test_places_grow_and_gaps_are_exactly_the_places_left_free(residues):
    bonded = [index for index, (_, bound) in enumerate(residues) if bound]
    (strand,) = strands_of(chain_of([str(number) for number, _ in residues], bonded=bonded))
    assert strand.place[0] == residues[0][0] and (np.diff(strand.place) > 0).all()
    free = [place for gap in strand.gaps for place in range(gap.first, gap.last + 1)]
    assert sorted([*strand.place.tolist(), *free]) == list(range(strand.place[0], strand.place[-1] + 1))

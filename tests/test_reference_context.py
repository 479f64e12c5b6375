"""What the score of an entry means: bounds, percentiles, verdict."""

import numpy as np
import pytest
from qscore.context import CAUSES, COMMON, HIGHER, LOWER, UNJUDGED, context, percent
from qscore.errors import InputError
from qscore.reference import ReferenceTable, load_table, q_high, q_low, q_peak


def test_an_ordinary_entry_is_as_commonly_observed():
    found = context(0.505, 2.9)
    assert found.verdict.startswith(COMMON)
    assert (found.q_low, found.q_peak, found.q_high) == (q_low(2.9), q_peak(2.9), q_high(2.9))
    assert found.relative_resolution == load_table().relative_resolution(0.505, 2.9)
    assert found.window_entries == load_table().entries(2.9)
    assert found.table.name == "emdb"


@pytest.mark.parametrize(
    ("q", "d", "verdict", "cause"),
    [
        (0.075, 2.36, LOWER, "not properly fitted"),  # the paper's Fig. 2b
        (0.001, 5.67, LOWER, "worse than its reported resolution"),  # Fig. 2d
        (0.659, 3.5, HIGHER, "oversharpened"),  # Fig. 2c
        (0.355, 7.0, HIGHER, "reported resolution does not reflect"),  # Fig. 2e
    ],
)
def test_the_papers_outliers_are_judged_as_it_judges_them(q, d, verdict, cause):
    found = context(q, d)
    assert found.verdict.startswith(verdict)
    assert cause in found.verdict


def test_a_rank_alone_can_make_an_entry_unusual():
    d, q = 3.0, 0.58  # inside the bounds
    table = ReferenceTable.from_entries(np.full(1000, d), np.linspace(0.2, 0.58, 1000), name="t", source="", date="")
    found = context(q, d, table)
    assert q_low(d) < q < q_high(d)
    assert found.verdict.startswith(HIGHER)
    assert found.relative_resolution > 95


def test_bounds_and_reference_may_disagree():
    low = ReferenceTable.from_entries(np.full(100, 3.0), np.zeros(100), name="t", source="", date="")
    found = context(0.2, 3.0, low)
    assert found.verdict.startswith(UNJUDGED)
    assert "disagree" in found.verdict


def test_without_a_resolution_it_says_what_it_cannot_tell_and_how_to_give_it():
    found = context(0.5, None)
    assert found.verdict.startswith(UNJUDGED)
    assert "-r" in found.verdict
    assert found.relative_all == load_table().relative_all(0.5)
    for name in ("q_peak", "q_low", "q_high", "relative_resolution", "window_entries"):
        assert getattr(found, name) is None


def test_outside_1_to_10_angstrom_there_are_percentiles_but_no_bounds():
    found = context(0.1, 12.0)
    assert (found.q_peak, found.q_low, found.q_high) == (None, None, None)
    assert found.relative_resolution == load_table().relative_resolution(0.1, 12.0)
    assert any("1 to 10 Å" in note for note in found.notes)


def test_fewer_than_10_entries_of_similar_resolution_give_no_percentile():
    found = context(0.9, 0.5)
    assert found.window_entries < 10
    assert found.relative_resolution is None
    assert any("fewer than 10" in note for note in found.notes)
    assert found.verdict.startswith(UNJUDGED)
    assert "fewer than 10" in found.verdict


def test_fewer_than_50_entries_of_similar_resolution_are_a_caution():
    table = load_table("pintilie2025")
    assert 10 <= table.entries(1.4) < 50
    assert any("weak" in note for note in context(0.8, 1.4, table).notes)
    assert not any("weak" in note for note in context(0.5, 3.0, table).notes)


def test_sigma_06_has_mapqs_expected_q_and_no_percentiles():
    found = context(0.6, 3.0, sigma=0.6)
    assert found.q_high - found.q_low == pytest.approx(0.2)
    assert (found.relative_all, found.relative_resolution, found.window_entries) == (None, None, None)
    assert any("MapQ" in note for note in found.notes)
    assert any("scored with sigma 0.4, not 0.6" in note for note in found.notes)


def test_another_sigma_has_neither_and_says_why():
    found = context(0.6, 3.0, sigma=0.5)
    assert found.q_peak is None
    assert found.relative_all is None
    assert found.verdict.startswith(UNJUDGED)
    assert "sigma 0.5" in found.verdict


def test_a_score_of_some_chains_is_not_ranked_among_whole_entries():
    found = context(0.505, 2.9, incomparable="only some chains were scored")
    assert (found.relative_all, found.relative_resolution) == (None, None)
    assert found.verdict.startswith(COMMON)
    assert any("only some chains" in note for note in found.notes)


@pytest.mark.parametrize(("q", "d", "verdict"), [(0.505, 2.9, COMMON), (0.075, 2.36, LOWER), (0.659, 3.5, HIGHER)])
def test_a_map_unlike_those_compared_with_is_judged_loosely_and_without_causes(q, d, verdict):
    found = context(q, d, unlike="the model's file says X-RAY DIFFRACTION")
    assert found.verdict.startswith(f"{verdict} in cryo-EM maps: ")
    assert found.verdict.endswith("a loose comparison, as the model's file says X-RAY DIFFRACTION")
    assert not any(cause in found.verdict for cause in CAUSES.values())
    assert any("are of cryo-EM maps" in note for note in found.notes)
    assert found.relative_all == context(q, d).relative_all


def test_parts_are_placed_by_the_bounds_only():
    found = context(0.5, 3.0)
    parts = [found.q_low - 0.001, found.q_low, found.q_peak, found.q_high, found.q_high + 0.001, np.nan]
    assert found.place(parts).tolist() == ["below", "within", "within", "within", "above", ""]
    assert context(0.5, None).place([0.1, 0.2]).tolist() == ["", ""]
    assert any("whole entries only" in note for note in found.notes)


def test_the_percentiles_go_by_the_papers_names():
    d, q = np.repeat([3.0, 8.0], 500), np.tile(np.arange(500) / 500, 2)
    table = ReferenceTable.from_entries(d, q, name="t", source="", date="")
    assert context(0.5, 3.0, table).lines()[2:] == [
        "Q_relative_all: 50.0 % of 1,000 entries (t) have a lower Q",
        "Q_relative_resolution: 50.0 % of the 500 entries within ± 0.5 Å have a lower Q",
    ]
    assert len(context(0.5, None, table).lines()) == 2


def test_the_summary_has_the_agreed_keys():
    keys = {"q_peak", "q_low", "q_high", "relative_all", "relative_resolution", "window_entries", "verdict"}
    assert keys <= set(context(0.5, 3.0).summary())
    assert context(0.5, None).summary()["q_peak"] is None


@pytest.mark.parametrize(("q", "d"), [(1.5, 3.0), (np.nan, 3.0), (0.5, 0.0), (0.5, -1.0), (0.5, np.nan)])
def test_impossible_numbers_are_refused(q, d):
    with pytest.raises(InputError):
        context(q, d)


def test_percentages_are_never_rounded_to_0_or_100():
    assert [percent(x) for x in (0, 0.04, 0.05, 50, 99.94, 99.96, 100)] == [
        "0.0 %",
        "under 0.1 %",
        "0.1 %",
        "50.0 %",
        "99.9 %",
        "over 99.9 %",
        "100.0 %",
    ]

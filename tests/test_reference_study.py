"""The paper's analysis on its own list of entries: the numbers it must give, and what is written."""

import json
import xml.etree.ElementTree
from html.parser import HTMLParser

import numpy as np
import pytest
from qscore.errors import InputError
from qscore.reference import load_table, q_mean
from qscore.reference.study import run_study, write_study
from qscore.reference.study.published import compare

pytest.importorskip("statsmodels")
pytest.importorskip("scipy")
pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def study(data):
    return run_study(data / "reference" / "pintilie2025.csv")


@pytest.fixture(scope="module")
def written(study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    return folder, write_study(study, folder)


def test_the_points_are_the_published_list_and_the_two_without_ids(study):
    assert study.points.is_paper
    assert len(study.points) == 10190


def test_the_cubic_to_7_decimals(study):
    assert np.round(study.curve.coefficients, 7).tolist() == [-0.0016110, 0.0433755, -0.3956045, 1.3365907]


def test_r2_of_degrees_1_to_4_to_5_decimals(study):
    assert [fit.degree for fit in study.degrees] == [1, 2, 3, 4]
    assert np.round([fit.r2 for fit in study.degrees], 5).tolist() == [0.59588, 0.69985, 0.70387, 0.70607]


def test_the_residual_standard_error_is_that_of_the_residuals(study):
    residuals = study.points.q - study.curve.at(study.points.resolution)
    by_hand = np.sqrt(np.sum(residuals**2) / (len(residuals) - 4))
    assert study.curve.residual_standard_error == pytest.approx(by_hand, rel=1e-9)


@pytest.mark.parametrize(
    ("label", "n", "coefficients"),
    [
        ("CC-mean ≥ 0.5", 9203, (-0.0014940, 0.0412711, -0.3838101, 1.3319239)),
        ("CC ≥ 0.7", 8785, (-0.0018731, 0.0487587, -0.4305142, 1.4119322)),
        ("FSC0.5 ≤ 10 Å", 9909, (-0.0027888, 0.0634308, -0.4985579, 1.5544201)),
    ],
)
def test_the_subsets_to_7_decimals(study, label, n, coefficients):
    fit = next(fit for fit in study.subsets if fit.label == label)
    assert fit.n == n
    assert tuple(np.round(fit.coefficients, 7)) == coefficients


def test_the_balanced_subset_is_near_the_whole(study):
    fit = next(fit for fit in study.subsets if fit.label == "balanced")
    assert 350 <= fit.n <= 400
    d = np.linspace(2, 9, 50)
    assert np.abs(fit.at(d) - study.curve.at(d)).max() < 0.05


def test_the_peak_lies_0_024_above_the_curve(study):
    assert study.peak.best == 0.024
    assert study.peak.counts.max() == 1371


def test_the_share_of_entries_between_the_bounds(study):
    printed, unrounded, well_correlated = study.coverage
    assert printed.within == pytest.approx(91.7, abs=0.05)
    assert unrounded.within == pytest.approx(91.7, abs=0.05)
    assert unrounded.below == pytest.approx(6.0, abs=0.05)
    assert unrounded.above == pytest.approx(2.3, abs=0.05)
    assert well_correlated.within == pytest.approx(94.7, abs=0.05)


def test_cross_validation(study):
    result = study.cross_validation
    assert result.splits == 1000
    assert result.r2[0] == pytest.approx(0.703, abs=0.002)
    assert result.rmse[0] == pytest.approx(0.074, abs=0.002)
    assert result.mae[0] == pytest.approx(0.056, abs=0.002)


def test_the_same_seed_gives_the_same_splits(data):
    path = data / "reference" / "pintilie2025.csv"
    first, again, other = (run_study(path, seed=seed, splits=10) for seed in (1, 1, 2))
    assert first.cross_validation == again.cross_validation
    assert first.cross_validation.r2 != other.cross_validation.r2
    assert first.subsets[-1].coefficients == again.subsets[-1].coefficients


def test_eq_10_below_and_from_5_angstrom(study):
    half = next(row for row in study.windows if row.window == 0.5)
    assert half.r_below_5 == pytest.approx(-0.297, abs=0.0005)
    assert half.r_from_5 == pytest.approx(0.019, abs=0.0005)


def test_the_windows_hold_what_a_direct_count_says(study):
    milli = np.round(study.points.resolution * 1000).astype(int)
    for row in study.windows:
        held = np.count_nonzero(np.abs(milli[:, None] - milli[::50]) <= round(row.window * 1000), axis=0)
        assert row.minimum <= held.min()
        assert row.maximum >= held.max()
        assert row.mean == pytest.approx(held.mean(), rel=0.1)


def test_rolling_percentiles_follow_the_curve(study):
    middle = study.rolling.percentiles[:, 1]
    inner = (study.rolling.resolution >= 2.5) & (study.rolling.resolution <= 9)
    assert np.abs(middle - q_mean(study.rolling.resolution))[inner].max() < 0.06


def test_every_entry_is_in_the_histogram(study):
    assert study.histogram.counts.sum() == len(study.points)


def test_the_comparison_says_what_is_and_is_not_reproduced(study):
    rows = {row.quantity: row for row in compare(study)}
    assert [name for name, row in rows.items() if not row.reproduced] == ["cross-validation, MAE"]


def test_what_is_written(written):
    folder, paths = written
    names = {path.name for path in paths}
    assert {path.name for path in folder.iterdir()} == names
    assert {"fits.csv", "windows.csv", "study.json", "study.md", "study.html", "bounds.png", "bounds.svg"} <= names
    content = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    assert len(content["tables"]["windows"]) == 12
    assert content["tables"]["fits"][2]["r2"] == pytest.approx(0.70387, abs=5e-6)
    for path in paths:
        if path.suffix == ".png":
            assert path.read_bytes().startswith(b"\x89PNG")
        elif path.suffix == ".svg":
            assert xml.etree.ElementTree.parse(path).getroot().tag.endswith("svg")


def test_the_page_shows_every_figure_and_admits_what_fails(written):
    folder, paths = written
    page = (folder / "study.html").read_text(encoding="utf-8")

    class Pictures(HTMLParser):
        found: list[str] = []

        def handle_starttag(self, tag, attributes):
            if tag == "img":
                self.found.append(dict(attributes)["src"])

    Pictures().feed(page)
    assert sorted(Pictures.found) == sorted(path.name for path in paths if path.suffix == ".png")
    text = (folder / "study.md").read_text(encoding="utf-8")
    for missing in ("offsets of Q_low and Q_high", "Table 1", "balanced set of 400", "rolling percentiles"):
        assert missing in text.split("Not reproduced:")[1]


def test_another_list_is_studied_without_the_papers_columns(data, tmp_path):
    study = run_study(data / "reference" / "emdb_va.csv", splits=10)
    assert not study.points.is_paper
    assert [fit.label for fit in study.subsets] == ["balanced"]
    assert len(study.points) + study.points.left_out == len(load_table("emdb")) + 74
    write_study(study, tmp_path)
    assert "is not the list of Pintilie" in (tmp_path / "study.md").read_text(encoding="utf-8")


def test_a_study_of_few_entries_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("resolution,q\n" + "3.0,0.5\n" * 99 + "11,0.1\n", encoding="utf-8")
    with pytest.raises(InputError, match="99 entries of 1 to 10 Å"):
        run_study(path)


def test_a_small_study_in_one_narrow_range_still_works(tmp_path):
    random = np.random.default_rng(0)
    path = tmp_path / "a.csv"
    rows = zip(random.uniform(2.5, 3.0, 150), random.uniform(0.3, 0.6, 150), strict=True)
    path.write_text("resolution,q\n" + "".join(f"{d:.2f},{q:.3f}\n" for d, q in rows), encoding="utf-8")
    study = run_study(path, splits=10)
    assert study.subsets == []
    assert np.isnan(study.windows[0].r_from_5)
    write_study(study, tmp_path / "out")
    assert json.loads((tmp_path / "out" / "study.json").read_text())["tables"]["windows"][0]["r_from_5"] is None

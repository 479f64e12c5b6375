"""report.html: says first what the score means, holds all that its plots need, and shows any name as it is."""

import base64
import dataclasses
import io
import json
import re
from html.parser import HTMLParser

import gemmi
import numpy as np
import pytest
from golden import golden_result, result_of
from qscore.errors import InputError
from qscore.model import Model
from qscore.report import page
from qscore.report.strands import strands_of
from qscore.writers import write_files
from simulated import simulated_rna
from test_report_strands import chain_of

graph_objects = pytest.importorskip("plotly.graph_objects")
pytest.importorskip("jinja2")

ODD = "</script><img src=x onerror=alert(1)> & \"$'"


class Page(HTMLParser):
    """The parts of a report: plots by anchor, tables by anchor as lists of rows, text, tags."""

    def __init__(self, result):
        super().__init__()
        stream = io.StringIO()
        page.write(result, stream)
        self.source = stream.getvalue()
        self.plots, self.tables, self.tags, self.texts = {}, {}, [], []
        self._path = []
        self.feed(self.source)
        self.text = " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        if tag == "table":
            self._rows = self.tables[attributes.get("id")] = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append("")
        if tag not in ("meta", "br", "img", "link"):
            self._path.append((tag, attributes))

    def handle_endtag(self, tag):
        self._path.pop()

    def handle_data(self, text):
        tag, attributes = self._path[-1] if self._path else ("", {})
        if tag == "script" and attributes.get("type") == "application/json":
            self.plots[attributes["id"].removesuffix("-data")] = json.loads(text)
        elif tag not in ("script", "style"):
            self.texts.append(text)
            if any(name in ("td", "th") for name, _ in self._path):
                self._rows[-1][-1] += text.strip()


def numbers(array):
    """The numbers of an array in plotly's JSON."""
    return np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"])


@pytest.fixture(scope="module")
def cec(data):
    result = golden_result(data, "7cec_A", resolution=3.9)
    return result, Page(result)


def test_the_verdict_comes_first_with_what_is_expected(cec):
    result, report = cec
    start = report.text.index("0.376 mean Q of 4,308 atoms lowest atom -0.464 As commonly observed")
    assert start < report.text.index("Expected Q (Q_peak) 0.383") < report.text.index("Among other entries")
    assert "Q_low to Q_high 0.233 to 0.468" in report.text
    for name, words in result.context.ranks():
        assert f"{name} {words}" in report.text
    for note in result.context.notes:
        assert note in report.text


def test_every_plot_is_valid_for_plotly_and_named_in_words(cec):
    _, report = cec
    assert list(report.plots) == ["cloud", "strand-1", "model"]
    for plot in report.plots.values():
        graph_objects.Figure(plot)  # refuses what plotly does not know
    named = [attributes for _, attributes in report.tags if attributes.get("class") == "canvas"]
    assert len(named) == 3 and all(attributes["role"] == "img" and attributes["aria-label"] for attributes in named)


def test_the_plot_of_a_chain_holds_the_q_of_its_parts_gaps_and_expected_q(cec):
    result, report = cec
    (strand,) = strands_of(result)
    plot = report.plots["strand-1"]
    assert [trace["name"] for trace in plot["data"]] == ["backbone", "side chain"]
    for trace, part in zip(plot["data"], strand.parts.values(), strict=True):
        np.testing.assert_allclose(numbers(trace["y"]), strand.open_at_gaps(part), atol=1e-6)
        np.testing.assert_array_equal(numbers(trace["x"])[:3], strand.place[:3])
        assert trace["text"][:2] == ["PHE 1", "ASN 2"] and trace["text"].count(" ") == len(strand.gaps)
    gaps = [shape for shape in plot["layout"]["shapes"] if "label" in shape]
    assert [(gap["x0"], gap["x1"]) for gap in gaps] == [(gap.first - 0.5, gap.last + 0.5) for gap in strand.gaps]
    levels = [shape["y0"] for shape in plot["layout"]["shapes"] if shape["type"] == "line"]
    assert levels == pytest.approx([result.context.q_high, result.context.q_peak, result.context.q_low])


def test_ticks_of_a_chain_name_residues_by_their_own_numbers():
    report = Page(chain_of(["1", "1A", "2", "500"]))
    assert report.plots["strand-1"]["layout"]["xaxis"]["labelalias"] == {"2": "1A", "3": "2", "24": "500"}


def test_the_cloud_holds_every_entry_of_the_reference_in_view_and_this_one(cec):
    result, report = cec
    counts, *_, entry = report.plots["cloud"]["data"]
    table = result.reference
    seen = (table.resolution < 10550) & (table.q >= -130)
    assert numbers(counts["customdata"]).sum() == table.count[seen].sum()
    assert entry["x"] == [3.9] and entry["y"] == [pytest.approx(result.model_q)]


def test_the_model_in_space_has_chains_ligands_and_waters_coloured_by_q(data):
    result = golden_result(data, "glycan_3pqr")
    chains, ligands, waters, *signs = Page(result).plots["model"]["data"]
    assert [trace["name"] for trace in (chains, ligands, waters)] == ["chains", "ligands", "waters"]
    assert [sign["legendgroup"] for sign in signs] == ["chains", "ligands", "waters"]
    strands = strands_of(result)
    named = [text for text in chains["text"] if text != "/ "]
    assert len(named) == sum(len(strand) for strand in strands) and named[0] == "A/1 MET"
    x, q = numbers(chains["x"]), numbers(chains["customdata"])
    np.testing.assert_array_equal(np.isnan(x), np.isnan(q))
    assert np.isnan(x).sum() == sum(1 + len(strand.gaps) for strand in strands)
    kinds = result.atoms.kind
    assert len(ligands["text"]) == np.isin(kinds, ["saccharide", "ligand", "lipid"]).sum()
    np.testing.assert_allclose(numbers(waters["marker"]["color"]), result.q[kinds == "water"], atol=1e-6)
    assert chains["marker"]["cmin"] == 0 and chains["marker"]["cmax"] == pytest.approx(result.context.q_peak)


def test_tables_list_the_worst_residues_and_the_ligands(data):
    result = golden_result(data, "glycan_3pqr")
    tables = Page(result).tables
    heading, *rows = tables["residues-table"]
    assert heading == ["Chain", "Number", "Residue", "Q", "Lowest atom", "Expected", "Q backbone", "Q side chain"]
    residues = result.groups.residues
    protein = np.flatnonzero(residues.kind == "protein")
    worst = protein[np.argsort(residues.q[protein])][:50]
    assert [row[1] for row in rows] == residues.seqid[worst].tolist()
    assert [row[3] for row in rows] == [f"{q:.3f}" for q in residues.q[worst]]
    assert {row[7] for row in rows if row[2] == "GLY"} == {"–"}
    heading, *rows = tables["ligands-table"]
    assert len(rows) == 13 and sum(row[3] == "saccharide" for row in rows) == 8
    assert [row[-1] for row in rows if row[1] == "402"] == ["1: A/15 ASN ND2"]
    assert len(tables["waters-table"]) == 1 + 23
    assert [row[:3] for row in tables["chains-table"][1:3]] == [["A", "protein", "326"], ["A", "saccharide", "8"]]


def test_rna_has_phosphate_sugar_and_base_and_its_ions_are_listed(data):
    result = simulated_rna(data)
    report = Page(result)
    assert [trace["name"] for trace in report.plots["strand-1"]["data"]] == ["phosphate", "sugar", "base"]
    assert report.tables["residues-table"][0][-3:] == ["Q phosphate", "Q sugar", "Q base"]
    assert [row[2:4] for row in report.tables["ligands-table"][1:]] == [["MG", "ion"]] * 27
    assert "waters-table" not in report.tables


def test_without_a_resolution_it_says_why_there_are_no_bounds_and_how_to_give_it(data):
    report = Page(golden_result(data, "apoferritin"))
    assert "Not judged" in report.text and "The resolution of the map is not known" in report.text
    assert "Give it with -r" in report.text
    assert "cloud" not in report.plots and "shapes" not in report.plots["strand-1"]["layout"]
    assert "Expected" not in report.tables["residues-table"][0]
    assert report.plots["model"]["data"][0]["marker"]["cmax"] == 1


def test_a_score_that_cannot_be_compared_has_no_cloud_but_the_reason(data):
    report = Page(golden_result(data, "7cec_A", "q_resampled_sigma0.6", resolution=3.9))
    assert "cloud" not in report.plots and "cannot be compared" in report.text and "sigma 0.4" in report.text
    assert dict(map(tuple, report.tables[None]))["Variant"] == "resampled map (EMDB's variant)"


def test_parameters_and_provenance_are_stated(cec):
    result, report = cec
    facts = dict(map(tuple, report.tables[None]))
    assert facts["Sigma"] == "0.4 Å" and facts["Resolution"] == "3.9 Å, given"
    assert facts["Model, SHA-256"] == result.model.sha256 and facts["Map"] == result.map.path
    assert facts["Reference"].startswith("emdb: 25,322 entries")


def test_names_are_shown_as_they_are_and_never_run():
    result = chain_of(["1", "2", "3"], name=ODD)
    result = dataclasses.replace(
        result,
        model=dataclasses.replace(result.model, name=ODD),
        warnings=(ODD,),
        map=dataclasses.replace(result.map, header={"labels": [ODD]}, path=f"/maps{ODD}"),
    )
    report = Page(result)
    assert not [tag for tag, _ in report.tags if tag == "img"]
    assert report.tables["residues-table"][1][0] == ODD and report.text.count(ODD) >= 4
    assert report.plots["model"]["data"][0]["text"][0].startswith("&lt;/script&gt;&lt;img")
    assert len(re.findall("<script", report.source)) == len([tag for tag, _ in report.tags if tag == "script"])


@pytest.mark.parametrize("name", ["ZN", "HOH", "DRG"])
def test_one_atom_and_no_polymer_still_make_a_report(name):
    element = {"ZN": "ZN", "HOH": "O", "DRG": "C"}[name]
    line = (
        f"HETATM    1  {element:<3s} {name:>3s} A   1       1.000   2.000   3.000  1.00 20.00          {element:>2s}\n"
    )
    report = Page(result_of(Model.from_structure(gemmi.read_pdb_string(line)), np.array([0.25]), resolution=12.0))
    assert "0.250 mean Q of 1 atom lowest" in report.text and "residues-table" not in report.tables
    assert len(report.plots["model"]["data"]) == 2 and "1.5 to" not in report.text


def test_plots_of_many_chains_are_folded_away_and_links_lead_to_them(data):
    result = golden_result(data, "7cec_A", resolution=3.9)
    structure = result.model.structure.clone()
    copy = structure[0]["A"].clone()
    for number in range(7):
        copy.name = f"A{number}"
        structure[0].add_chain(copy)  # which copies it
    model = Model.from_structure(structure)
    report = Page(result_of(model, np.tile(result.q, 8), resolution=3.9))
    assert "Plots of 2 further chains" in report.text and "strand-8" in report.plots
    links = [attributes["href"] for tag, attributes in report.tags if tag == "a"]
    assert "#strand-8" in links
    anchors = {attributes["id"] for _, attributes in report.tags if "id" in attributes}
    assert {link.removeprefix("#") for link in links} <= anchors


def test_the_page_is_one_file_of_at_most_8_mb_for_5000_residues_and_the_same_each_time():
    result = chain_of([str(number) for number in range(1, 5001)])
    report = Page(result)
    assert len(report.source.encode()) < 8e6
    assert not [attributes for tag, attributes in report.tags if tag == "link" or "src" in attributes]
    assert Page(result).source == report.source


@pytest.mark.parametrize("library", ["plotly", "jinja2"])
def test_a_missing_library_is_told_with_the_extra_before_anything_is_written(data, tmp_path, monkeypatch, library):
    monkeypatch.setitem(__import__("sys").modules, library, None)
    with pytest.raises(InputError, match=r"qscore\[report\]"):
        write_files(golden_result(data, "ligand_3nzd"), tmp_path / "new", ["report"])
    assert not (tmp_path / "new").exists()

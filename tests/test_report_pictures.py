"""Static pictures: what there is to show is shown, at every size, and any name is shown as it is."""

import xml.etree.ElementTree as ElementTree

import gemmi
import numpy as np
import pytest
from golden import golden_result, result_of
from qscore.errors import InputError
from qscore.model import Model
from qscore.reference.expected import Expected, expected_q
from qscore.report.along import draw_strand
from qscore.report.instances import draw_instances
from qscore.report.pictures import draw_figures
from qscore.report.strands import strands_of
from qscore.writers import write_files
from qscore.writers.provenance import provenance_line
from test_report_strands import chain_of


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def lines(axes):
    return {line.get_label(): line for line in axes.lines if not line.get_label().startswith("_")}


def test_a_strand_shows_the_parts_of_its_residues_its_gaps_and_what_is_expected(data):
    (strand,) = strands_of(golden_result(data, "7cec_A", resolution=3.9))
    figure = draw_strand(strand, expected_q(3.9))
    assert len(figure.axes) == 4
    for part in ("backbone", "side chain"):
        drawn = np.concatenate([lines(axes)[part].get_ydata() for axes in figure.axes])
        np.testing.assert_array_equal(drawn[~np.isnan(drawn)], strand.parts[part][~np.isnan(strand.parts[part])])
    second = lines(figure.axes[1])["backbone"]  # residues 151 to 300: lines end where residues are missing
    before, after = (np.flatnonzero(second.get_xdata() == number)[0] for number in (198, 211))
    assert np.isnan(second.get_ydata()[before + 1 : after]).all() and after == before + 2
    assert [text for text in texts(figure) if "missing" in text] == [
        f"{count} missing" for count in (12, 10, 6, 6, 4, 8)
    ]
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["Q$_{high}$", "Q$_{peak}$", "Q$_{low}$", "backbone", "side chain"]


def test_without_a_resolution_no_bounds_are_drawn(data):
    (strand,) = strands_of(golden_result(data, "apoferritin"))
    figure = draw_strand(strand, Expected())
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["backbone", "side chain"]


@pytest.mark.parametrize(("residues", "rows"), [(1, 1), (100, 1), (3000, 20), (20000, 40)])
def test_long_chains_are_wrapped_into_rows_that_stay_readable(residues, rows):
    (strand,) = strands_of(chain_of([str(number) for number in range(1, residues + 1)]))
    figure = draw_strand(strand, Expected())
    assert len(figure.axes) == rows and figure.get_figheight() < 60
    for axes in figure.axes:
        assert len(axes.get_xticks()) <= 31
    drawn = sum(np.isfinite(lines(axes)["backbone"].get_ydata()).sum() for axes in figure.axes)
    assert drawn == residues


def test_saccharides_stand_by_glycan_below_the_residue_they_are_bound_to(data):
    result = golden_result(data, "glycan_3pqr")
    (axes,) = draw_instances(result, ("saccharide",)).axes
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels[:5] == ["NAG A/402", "NAG A/403", "BMA A/404", "MAN A/405", "NAG A/501"] and len(labels) == 8
    assert [text.get_text() for text in axes.texts] == ["A/15 ASN", "A/2 ASN"]
    table = result.groups.of_kind("saccharide")
    mean = dict(zip(table.seqid.tolist(), table.q.tolist(), strict=True))
    drawn = lines(axes)["saccharide, mean"].get_ydata()
    assert drawn.tolist() == [mean[label.partition("/")[2]] for label in labels]


def test_every_picture_that_there_is_something_for_is_written_as_png_and_svg(data, tmp_path):
    result = golden_result(data, "ligand_3nzd")
    paths = write_files(result, tmp_path, ["plots"])
    assert {path.name for path in paths} == {
        f"{name}.{kind}" for name in ("chain_1_A", "ligands", "atoms") for kind in ("png", "svg")
    }
    for path in paths:
        assert path.parent == tmp_path / "plots"
        if path.suffix == ".png":
            assert path.read_bytes().startswith(b"\x89PNG")
        else:
            assert ElementTree.parse(path).getroot().tag.endswith("svg")
        assert provenance_line(result).encode() in path.read_bytes()
    svg = (tmp_path / "plots" / "ligands.svg").read_text()
    assert "NDP" in svg and "lowest atom" in svg


def test_names_of_chains_never_leave_the_folder_nor_become_mathematics(tmp_path):
    result = chain_of(["1", "2"], name="../$a^b$")
    (path, *_) = write_files(result, tmp_path, ["plots"])
    assert path == tmp_path / "plots" / "chain_1_____a_b_.png"
    assert "../$a^b$" in (tmp_path / "plots" / f"{path.stem}.svg").read_text()


def test_one_atom_without_a_resolution_has_a_histogram(tmp_path):
    structure = gemmi.read_pdb_string(
        "HETATM    1 ZN    ZN A   1       1.000   2.000   3.000  1.00 20.00          ZN\n"
    )
    result = result_of(Model.from_structure(structure), np.array([-0.31]))
    assert [name for name, _ in draw_figures(result)] == ["ligands", "atoms"]


def test_folders_made_for_files_that_cannot_be_written_are_removed(data, tmp_path, monkeypatch):
    monkeypatch.setattr("qscore.writers.pdb.beyond_pdb", lambda _: ["more than it takes"])
    with pytest.raises(InputError, match="more than it takes"):
        write_files(golden_result(data, "ligand_3nzd"), tmp_path / "new" / "folder", ["plots", "pdb"])
    assert not (tmp_path / "new").exists()


def test_without_matplotlib_the_extra_is_named_before_anything_is_written(data, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(InputError, match=r"qscore\[plots\]"):
        write_files(golden_result(data, "ligand_3nzd"), tmp_path / "new", ["summary", "plots"])
    assert not (tmp_path / "new").exists()

"""A map that is written is the map that is read, here and by others."""

from pathlib import Path

import gemmi
import mrcfile
import numpy as np
import pytest
from qscore.errors import InputError
from qscore.maps import Map, read_map
from qscore.mapwriter import write_map

VALUES = np.random.default_rng(1).normal(size=(5, 6, 7)).astype(np.float32)
SKEWED = np.array([[1.0, 0.0, 0.0], [-0.5, 0.75, 0.0], [0.1, -0.2, 1.25]])


@pytest.mark.parametrize("steps", [np.diag([0.5, 1.0, 1.5]), SKEWED])
@pytest.mark.parametrize("origin", [(0.0, 0.0, 0.0), (-3.25, 4.5, 11.0)])
def test_what_is_written_is_read_back(tmp_path: Path, steps, origin):
    write_map(tmp_path / "a.mrc", Map.from_array(VALUES, origin=origin, steps=steps), "a test")
    read = read_map(tmp_path / "a.mrc")
    assert np.array_equal(read.values, VALUES)
    assert read.origin == pytest.approx(origin) and read.steps == pytest.approx(steps, abs=1e-6)
    assert read.header["labels"] == ["a test"] and read.header["warnings"] == []


def test_the_file_follows_the_standard(tmp_path: Path):
    write_map(tmp_path / "a.mrc", Map.from_array(VALUES, (0.5, 1.0, 1.5), (1, 2, 3)), "a test")
    assert mrcfile.validate(tmp_path / "a.mrc")
    theirs = gemmi.read_ccp4_map(str(tmp_path / "a.mrc"))
    theirs.setup(0.0)
    assert np.array_equal(theirs.grid.array, VALUES)
    assert theirs.grid.spacing == pytest.approx((0.5, 1.0, 1.5))


def test_a_box_is_written_with_its_place(tmp_path: Path, data: Path):
    box = read_map(data / "apoferritin" / "emd20026_prot.mrc", box=((130, 80, 115), (135, 85, 120)))
    write_map(tmp_path / "box.mrc", box, "a box")
    read = read_map(tmp_path / "box.mrc")
    assert np.array_equal(read.values, box.values) and read.origin == pytest.approx(box.origin, abs=1e-5)


def test_a_label_is_cut_to_what_the_format_holds(tmp_path: Path):
    write_map(tmp_path / "a.mrc", Map.from_array(VALUES, 1.0), "modèle " * 20)
    assert read_map(tmp_path / "a.mrc").header["labels"] == [("mod?le " * 12)[:80].strip()]


def test_a_turned_grid_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="turned"):
        write_map(tmp_path / "a.mrc", Map.from_array(VALUES, steps=np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 1]])), "")
    assert not list(tmp_path.iterdir())

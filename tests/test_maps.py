"""Maps are read right, whatever their mode, byte order, axis order, frame and compression."""

import bz2
import gzip
import lzma
import subprocess
import sys
from pathlib import Path

import gemmi
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapkit import patched, points_inside, swapped, trilinear, write_map
from qscore.errors import InputError
from qscore.maps import Map, read_map

REAL = [
    "apoferritin/emd20026_prot.mrc",
    "7cec_A/emd_30342_A.mrc",
    "glycan_3pqr/3pqr.ccp4.gz",
    "ligand_3nzd/3nzd.ccp4.gz",
    "headers/EMD-3001.map",
    "headers/emd_8216.map.gz",
    "headers/3pqr-mode0.ccp4",
]


def example(shape=(5, 6, 7), dtype=np.float32, seed=3) -> np.ndarray:
    """Values every mode can hold."""
    return np.random.default_rng(seed).integers(0, 100, shape).astype(dtype)


# --- the same as another reader sees ---


@pytest.mark.parametrize("name", REAL)
def test_values_and_frame_agree_with_gemmi(data: Path, name: str):
    ours = read_map(data / name)
    theirs = gemmi.read_ccp4_map(str(data / name))
    assert ours.values.shape == ours.grid_shape

    start = np.array([theirs.header_i32(5 + n) for n in range(3)])
    axes = np.array([theirs.header_i32(17 + n) for n in range(3)]) - 1
    first = np.empty(3)
    first[axes] = start
    origin_words = np.array([theirs.header_float(50 + n) for n in range(3)])
    theirs.setup(float("nan"), gemmi.MapSetup.NoSymmetry)
    index = np.array(list(np.ndindex(*ours.grid_shape)))[:: max(1, ours.values.size // 500)]
    cell, sampling = theirs.grid.unit_cell, np.array([theirs.grid.nu, theirs.grid.nv, theirs.grid.nw])
    for ijk in index:
        where = cell.orthogonalize(gemmi.Fractional(*((ijk + first) / sampling))).tolist()
        assert ours.origin + ijk @ ours.steps == pytest.approx(where + origin_words, abs=1e-5)
        wrapped = tuple(((ijk + first) % sampling).astype(int))
        assert ours.values[tuple(ijk)] == theirs.grid.array[wrapped] or np.isclose(
            ours.values[tuple(ijk)], theirs.grid.array[wrapped], rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize("name", ["glycan_3pqr/3pqr.ccp4.gz", "ligand_3nzd/3nzd.ccp4.gz", "headers/3pqr-mode0.ccp4"])
def test_interpolated_values_agree_with_gemmi_in_skewed_cells(data: Path, name: str):
    ours = read_map(data / name)
    theirs = gemmi.read_ccp4_map(str(data / name))
    theirs.setup(float("nan"), gemmi.MapSetup.NoSymmetry)
    positions = points_inside(ours, 300)
    expected = [theirs.grid.interpolate_value(gemmi.Position(*p)) for p in positions]
    assert trilinear(ours, positions) == pytest.approx(expected, abs=2e-4 * float(np.abs(ours.values).max()))


def test_a_map_reads_the_same_from_map_gz_and_bz2(data: Path):
    plain, gz, bz = (
        read_map(data / "headers" / f"{n}") for n in ("EMD-3001.map", "emd_3001.map.gz", "EMD-3001.map.bz2")
    )
    for other in (gz, bz):
        assert np.array_equal(plain.values, other.values)
        assert np.array_equal(plain.origin, other.origin) and np.array_equal(plain.steps, other.steps)
    assert [m.header["compression"] for m in (plain, gz, bz)] == [None, "gzip", "bzip2"]


def test_the_header_is_recorded(data: Path):
    header = read_map(data / "headers" / "emd_8216.map.gz").header
    assert header["mode"] == 2 and header["axis_order"] == [3, 1, 2] and header["byte_order"] == "little"
    assert header["columns_rows_sections"] == [83, 100, 50] and header["start"] == [-15, -6, -19]
    assert header["extended_header_bytes"] == 320 and header["labels"] == ["::::EMDATABANK.org::::EMD-8216::::"]
    assert header["voxel_size"] == pytest.approx([29.42 / 80, 4.99 / 16, 37.17 / 104]) and header["warnings"] == []


# --- modes, byte orders, axis orders, compression ---


@pytest.mark.parametrize(("mode", "dtype"), [(0, "i1"), (1, "i2"), (2, "f4"), (6, "u2"), (12, "f2")])
@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_every_mode_in_both_byte_orders(tmp_path: Path, mode: int, dtype: str, byte_order: str):
    values = example(dtype=dtype)
    extremes = np.iinfo(dtype) if dtype[0] in "iu" else np.finfo(dtype)
    values[0, 0, 0], values[0, 0, 1] = extremes.min, extremes.max
    read = read_map(write_map(tmp_path / "a.mrc", values, byte_order=byte_order))
    assert read.header["mode"] == mode
    assert read.values.dtype == np.float32 and np.array_equal(read.values, values.astype(np.float32))


@pytest.mark.parametrize("axes", [(1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1)])
@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_every_axis_order_is_the_same_map(tmp_path: Path, axes: tuple[int, int, int], byte_order: str):
    frame = {"voxel": (0.5, 0.75, 1.25), "start": (-3, 4, 11), "angles": (80.0, 95.0, 110.0), "sampling": (20, 30, 40)}
    plain = read_map(write_map(tmp_path / "plain.mrc", example(), **frame))
    other = read_map(write_map(tmp_path / "other.mrc", example(), axes=axes, byte_order=byte_order, **frame))
    assert np.array_equal(other.values, plain.values) and np.array_equal(other.values, example())
    assert np.array_equal(other.origin, plain.origin) and np.array_equal(other.steps, plain.steps)


@pytest.mark.parametrize(
    ("compress", "called"), [(gzip.compress, "gzip"), (bz2.compress, "bzip2"), (lzma.compress, "xz")]
)
def test_compression_is_seen_from_the_content_not_the_name(tmp_path: Path, compress, called: str):
    path = write_map(tmp_path / "a.map", example(), axes=(3, 1, 2), extended=b"X" * 320)
    path.write_bytes(compress(path.read_bytes()))
    read = read_map(path)
    assert np.array_equal(read.values, example()) and read.header["compression"] == called


def test_gzip_of_several_members_is_one_map(tmp_path: Path):
    path = write_map(tmp_path / "a.mrc.gz", example())
    raw = path.read_bytes()
    path.write_bytes(gzip.compress(raw[:1500]) + gzip.compress(raw[1500:]))
    assert np.array_equal(read_map(path).values, example())


# --- the frame ---


def test_origin_words_win_over_start_when_any_is_set(tmp_path: Path):
    path = tmp_path / "a.mrc"
    start = {"voxel": (0.5, 1.0, 2.0), "start": (10, -20, 30)}
    assert read_map(write_map(path, example(), **start)).origin == pytest.approx([5, -20, 60])
    assert read_map(write_map(path, example(), origin=(0, 0, 1.5), **start)).origin == pytest.approx([0, 0, 1.5])


def test_the_voxel_is_the_cell_divided_by_its_sampling(tmp_path: Path):
    read = read_map(write_map(tmp_path / "a.mrc", example(), voxel=(0.5, 1.0, 2.0), sampling=(50, 60, 70)))
    assert read.steps == pytest.approx(np.diag([0.5, 1.0, 2.0]))


def test_skewed_cells_are_honoured(tmp_path: Path):
    read = read_map(write_map(tmp_path / "a.mrc", example(), start=(2, 1, 0), angles=(90, 90, 120)))
    assert read.steps[0] == pytest.approx([1, 0, 0]) and read.steps[1] == pytest.approx([-0.5, np.sqrt(0.75), 0])
    assert read.origin == pytest.approx([1.5, np.sqrt(0.75), 0])


def test_angles_that_no_cell_has_are_taken_as_right_angles_with_a_warning(tmp_path: Path):
    read = read_map(write_map(tmp_path / "a.mrc", example(), angles=(0, 0, 0)))
    assert read.steps == pytest.approx(np.eye(3))
    assert "angles" in str(read.header["warnings"])


# --- headers that are wrong but make sense ---


@pytest.mark.parametrize("stamp", [b"\0\0\0\0", b"\x11\x11\0\0", b"DD\0\0", b"zzzz"])
@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_a_wrong_machine_stamp_is_seen_through(tmp_path: Path, stamp: bytes, byte_order: str):
    path = write_map(tmp_path / "a.mrc", example(dtype="i2"), voxel=(2, 3, 4))
    raw = path.read_bytes()
    raw = raw if byte_order == "<" else swapped(raw, 2)
    path.write_bytes(raw[:212] + stamp + raw[216:])
    read = read_map(path)
    assert np.array_equal(read.values, example()) and read.steps == pytest.approx(np.diag([2, 3, 4]))
    right = {"<": b"DD\0\0", ">": b"\x11\x11\0\0"}[byte_order]
    assert ("machine stamp" in str(read.header["warnings"])) == (stamp != right)


def test_a_missing_map_word_is_only_a_warning_when_the_rest_makes_sense(tmp_path: Path):
    path = write_map(tmp_path / "a.mrc", example())
    path.write_bytes(patched(path.read_bytes(), 53, 0))
    read = read_map(path)
    assert np.array_equal(read.values, example()) and "MAP" in str(read.header["warnings"])


def test_bytes_after_the_voxels_are_a_warning(tmp_path: Path):
    path = write_map(tmp_path / "a.mrc", example())
    path.write_bytes(path.read_bytes() + b"tail")
    assert "4 bytes more" in str(read_map(path).header["warnings"])
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert "4 bytes more" in str(read_map(path).header["warnings"])


# --- boxes ---


@pytest.mark.parametrize("name", REAL[1:6])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 6))
def test_a_box_interpolates_as_the_whole_map_does(data: Path, name: str, seed: int, count: int):
    whole = read_map(data / name)
    index = np.random.default_rng(seed).uniform(-3, np.array(whole.values.shape) + 2, (count, 3))
    positions = whole.origin + index @ whole.steps
    box = read_map(data / name, box=(positions.min(axis=0), positions.max(axis=0)))
    assert box.grid_shape == whole.grid_shape
    scale = float(np.abs(whole.values).max())
    assert trilinear(box, positions) == pytest.approx(trilinear(whole, positions), abs=1e-9 * scale)
    assert trilinear(box.resampled(), positions) == pytest.approx(
        trilinear(whole.resampled(), positions), abs=1e-9 * scale
    )


def test_a_box_holds_little_more_than_was_asked_for(data: Path):
    path = data / "apoferritin" / "emd20026_prot.mrc"
    whole = read_map(path)
    low = whole.origin + 40.5 * whole.steps.sum(axis=0)
    box = read_map(path, box=(low, low + 10 * 0.65))
    assert box.values.shape == (16, 16, 16) and box.grid_start == (38, 38, 38)
    assert np.array_equal(box.values, whole.values[38:54, 38:54, 38:54])
    assert box.origin == pytest.approx(whole.origin + 38 * whole.steps.sum(axis=0))


def test_a_box_outside_the_map_is_still_a_map(tmp_path: Path):
    path = write_map(tmp_path / "a.mrc", example())
    far = read_map(path, box=((100, 100, 100), (110, 110, 110)))
    assert far.values.shape == (2, 2, 2) and far.grid_start == (3, 4, 5) and far.grid_shape == (5, 6, 7)
    assert far.resampled().values.size


@pytest.mark.parametrize("box", [((0, 0, 0), (1, 1, np.nan)), ((0, 0, 2), (1, 1, 1)), ((0, 0), (1, 1))])
def test_an_impossible_box_is_refused(tmp_path: Path, box):
    with pytest.raises(InputError, match="lowest and its highest corner"):
        read_map(write_map(tmp_path / "a.mrc", example()), box=box)


MEMORY = """
import resource, sys
from qscore.maps import read_map
import mrcfile, gemmi, gzip
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
box = read_map(sys.argv[1], box=((200, 200, 200), (240, 240, 240)))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, *box.values.shape, float(box.values.max()))
"""


def grown(path: Path) -> list[str]:
    result = subprocess.run([sys.executable, "-c", MEMORY, path], capture_output=True, text=True, check=True)
    kilobytes, *rest = result.stdout.split()
    assert int(kilobytes) < 40_000
    return rest


def test_memory_does_not_grow_with_a_plain_map(tmp_path: Path):
    path = write_map(tmp_path / "a.mrc", np.zeros((2, 2, 2), np.float32))
    raw = path.read_bytes()[:1024]
    for word, n in zip((1, 2, 3, 8, 9, 10), [1024] * 6, strict=True):
        raw = patched(raw, word, n)
    for word in (11, 12, 13):
        raw = patched(raw, word, 1024.0, "<f4")
    with path.open("wb") as file:
        file.write(raw)
        file.truncate(1024 + 4 * 1024**3)  # a sparse file
        file.seek(1024 + 4 * (1024 * (1024 * 210 + 220) + 230))
        file.write(np.float32(7).tobytes())
    assert grown(path) == ["45", "45", "45", "7.0"]


def test_memory_does_not_grow_with_a_compressed_map(tmp_path: Path):
    path = write_map(tmp_path / "a.mrc", np.zeros((256, 256, 256), np.int16))
    path.write_bytes(gzip.compress(path.read_bytes(), 1))
    assert grown(path) == ["45", "45", "45", "0.0"]


# --- arrays ---


def test_a_float32_array_becomes_a_map_without_a_copy():
    values = example().T
    made = Map.from_array(values, 1.5, (1, 2, 3))
    assert np.shares_memory(made.values, values)
    assert made.steps == pytest.approx(1.5 * np.eye(3)) and made.origin == pytest.approx([1, 2, 3])
    assert made.grid_shape == values.shape and made.grid_start == (0, 0, 0) and made.header == {}


def test_an_array_of_another_type_is_converted():
    made = Map.from_array(example(dtype=">f8"), (1, 2, 3), steps=None)
    assert made.values.dtype == np.dtype("=f4") and np.array_equal(made.values, example())


@pytest.mark.parametrize(
    ("values", "frame", "message"),
    [
        (np.zeros((3, 3)), {"voxel_size": 1}, "three-dimensional"),
        (np.zeros((3, 0, 3)), {"voxel_size": 1}, "three-dimensional"),
        (np.zeros((3, 3, 3), complex), {"voxel_size": 1}, "real numbers"),
        (np.zeros((3, 3, 3)), {}, "either a voxel size or the steps"),
        (np.zeros((3, 3, 3)), {"voxel_size": 1, "steps": np.eye(3)}, "either a voxel size or the steps"),
        (np.zeros((3, 3, 3)), {"voxel_size": 0}, "voxel size"),
        (np.zeros((3, 3, 3)), {"voxel_size": (1, 2)}, "voxel size"),
        (np.zeros((3, 3, 3)), {"steps": np.ones((3, 3))}, "span space"),
        (np.zeros((3, 3, 3)), {"voxel_size": 1, "origin": (0, 0, np.nan)}, "origin"),
        (np.full((3, 3, 3), 1e300), {"voxel_size": 1}, "the array: 27 voxels are NaN or infinite"),
    ],
)
def test_an_array_that_is_no_map_is_refused(values, frame, message):
    with pytest.raises(InputError, match=message):
        Map.from_array(values, **frame)

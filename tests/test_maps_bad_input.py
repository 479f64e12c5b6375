"""What is wrong with a map is said in one clear sentence."""

import bz2
import gzip
import lzma
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapkit import patched, write_map
from qscore.errors import InputError
from qscore.maps import read_map


@pytest.fixture
def path(tmp_path: Path) -> Path:
    values = np.arange(5 * 6 * 7, dtype=np.float32).reshape(5, 6, 7)
    return write_map(tmp_path / "a.mrc", values, voxel=(2, 2, 2), origin=(10, 20, 30), extended=b"X" * 160)


def refused(path: Path, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        read_map(path, **options)
    message = str(caught.value)
    assert str(path) in message and "\n" not in message
    return message


def test_a_file_that_does_not_exist(tmp_path: Path):
    assert "there is no file" in refused(tmp_path / "no.mrc")


def test_a_folder(tmp_path: Path):
    assert "is a folder" in refused(tmp_path)


def test_a_pipe(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    assert "no ordinary file" in refused(tmp_path / "pipe")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(path: Path):
    path.chmod(0)
    assert "Permission denied" in refused(path)


@pytest.mark.parametrize(
    "content", [b"", b"HEADER    OXYGEN TRANSPORT\n", b"ATOM      1  N   ALA A   1\n" * 200, b"\xff" * 5000]
)
def test_a_file_that_is_no_map(path: Path, content: bytes):
    path.write_bytes(content)
    assert "is not a map" in refused(path)
    path.write_bytes(gzip.compress(content))
    assert "is not a map" in refused(path)


@pytest.mark.parametrize("length", [1024, 1100, 1184, 1184 + 4 * 5 * 6 * 7 - 1])
def test_a_truncated_file_is_found_from_its_size_whatever_the_box(path: Path, length: int):
    path.write_bytes(path.read_bytes()[:length])
    message = refused(path, box=((10, 20, 30), (11, 21, 31)))
    assert f"end at byte {1184 + 4 * 5 * 6 * 7}, the file at {length}" in message


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("length", [1024, 1500, 1184 + 4 * 5 * 6 * 7 - 1])
def test_a_truncated_map_in_a_sound_compressed_file(path: Path, compress, length: int):
    path.write_bytes(compress(path.read_bytes()[:length]))
    assert f"the file at {length}" in refused(path)
    assert f"the file at {length}" in refused(path, box=((10, 20, 30), (11, 21, 31)))


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("lost", [1, 9, 200])
def test_a_compressed_file_that_breaks_off(path: Path, compress, lost: int):
    path.write_bytes(compress(path.read_bytes())[:-lost])
    assert "is truncated" in refused(path, box=((10, 20, 30), (11, 21, 31)))


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_damaged_compressed_file(path: Path, compress):
    raw = bytearray(compress(path.read_bytes()))
    middle = len(raw) // 2
    raw[middle : middle + 40] = bytes(40)
    path.write_bytes(raw)
    message = refused(path, box=((10, 20, 30), (11, 21, 31)))
    assert "is damaged" in message or "is truncated" in message


def test_a_gzip_file_with_a_wrong_checksum(path: Path):
    raw = bytearray(gzip.compress(path.read_bytes()))
    raw[-8] ^= 1
    path.write_bytes(raw)
    assert "is damaged" in refused(path, box=((10, 20, 30), (11, 21, 31)))


@pytest.mark.parametrize(
    ("word", "value", "kind", "message"),
    [
        (1, 0, "<i4", "its size is 0 × 6 × 7 voxels"),
        (2, -6, "<i4", "its size is 5 × -6 × 7 voxels"),
        (4, 5, "<i4", "mode 5, not one of the modes that hold densities (0, 1, 2, 6, 12)"),
        (4, 101, "<i4", "mode 101"),
        (8, 0, "<i4", "divided into 0 × 6 × 7"),
        (9, -6, "<i4", "divided into 5 × -6 × 7"),
        (11, 0.0, "<f4", "its voxel size is 0 × 2 × 2 Å"),
        (12, -12.0, "<f4", "its voxel size is 2 × -2 × 2 Å"),
        (13, np.nan, "<f4", "its voxel size is 2 × 2 × nan Å"),
        (13, np.inf, "<f4", "its voxel size is 2 × 2 × inf Å"),
        (17, 2, "<i4", "axis order is 2, 2, 3, not a permutation"),
        (19, 0, "<i4", "axis order is 1, 2, 0, not a permutation"),
        (24, -4, "<i4", "its extended header has -4 bytes"),
        (50, np.nan, "<f4", "its origin is nan, 20, 30 Å"),
    ],
)
def test_a_header_that_says_something_impossible(path: Path, word: int, value, kind: str, message: str):
    path.write_bytes(patched(path.read_bytes(), word, value, kind))
    said = refused(path)
    assert "impossible header" in said and message in said


@pytest.mark.parametrize("mode", [3, 4])
def test_a_transform(path: Path, mode: int):
    path.write_bytes(patched(path.read_bytes(), 4, mode))
    assert f"complex numbers (mode {mode})" in refused(path)


def test_a_single_image(path: Path):
    path.write_bytes(patched(path.read_bytes(), 3, 1))
    assert "is an image, not a volume: its size is 5 × 6 × 1" in refused(path)


def test_a_stack_of_volumes(path: Path):
    raw = patched(patched(path.read_bytes(), 10, 1), 23, 401)
    path.write_bytes(raw)
    assert "is a stack of 7 volumes" in refused(path)


def test_an_absurd_size_is_found_before_memory_is_asked_for(path: Path):
    raw = path.read_bytes()
    for word in (1, 2, 3):
        raw = patched(raw, word, 2**20)
    path.write_bytes(raw)
    assert "is truncated" in refused(path)
    path.write_bytes(gzip.compress(raw))
    assert "the 1048576 × 1048576 × 1048576 voxels that are needed do not fit in memory" in refused(path)
    path.write_bytes(patched(raw, 3, 2**20 + 1))
    assert "impossible header: its size is 1048576 × 1048576 × 1048577 voxels" in refused(path)


@pytest.mark.parametrize("axes", [(1, 2, 3), (3, 1, 2)])
def test_voxels_that_are_no_numbers_count_only_inside_the_box(tmp_path: Path, axes: tuple[int, int, int]):
    values = np.zeros((20, 21, 22), np.float32)
    values[15, 16, 17], values[16, 16, 17], values[16, 16, 18] = np.nan, np.inf, -np.inf
    path = write_map(tmp_path / "a.mrc", values, axes=axes, voxel=(2, 2, 2), origin=(10, 20, 30))
    assert read_map(path, box=((10, 20, 30), (20, 30, 40))).values.any() == 0
    message = refused(path, box=((40, 50, 60), (44, 54, 64)))
    assert "3 voxels are NaN or infinite" in message
    assert "first at index (15, 16, 17), which is (40.00, 52.00, 64.00) Å" in message


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    word=st.integers(1, 56), value=st.integers(-(2**31), 2**31 - 1) | st.sampled_from([0, 1, -1]), boxed=st.booleans()
)
def test_no_damage_to_a_header_ends_in_anything_but_a_sentence(path: Path, word: int, value: int, boxed: bool):
    damaged = path.with_name("damaged.mrc")
    damaged.write_bytes(patched(path.read_bytes(), word, value))
    try:
        read = read_map(damaged, box=((12, 22, 32), (14, 24, 34)) if boxed else None)
    except InputError as error:
        assert str(damaged) in str(error)
    else:
        assert np.isfinite(read.origin).all() and np.isfinite(read.steps).all() and read.values.size
        assert np.isfinite(read.resampled().values).all()

"""The EMDB's variant: the map interpolated once onto a grid whose origin is a whole number of voxels."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapkit import trilinear
from qscore.maps import Map, read_map

numbers = st.floats(-20, 20, allow_nan=False)


@pytest.mark.parametrize(
    ("name", "differs"), [("apoferritin/emd20026_prot.mrc", False), ("7cec_A/emd_30342_A.mrc", True)]
)
def test_it_differs_only_where_the_origin_is_not_whole(data: Path, name: str, differs: bool):
    read = read_map(data / name)
    assert read.resampling_differs == differs
    change = np.abs(read.resampled().values - read.values)[:-1, :-1, :-1]
    assert (change.max() > 1e-3 * np.abs(read.values).max()) == differs


@settings(max_examples=60, deadline=None)
@given(
    origin=st.tuples(numbers, numbers, numbers),
    voxel=st.tuples(*[st.floats(0.3, 3)] * 3),
    skew=st.floats(-0.5, 0.5),
    seed=st.integers(0, 1000),
)
def test_each_new_voxel_is_the_old_map_interpolated_there(origin, voxel, skew, seed):
    steps = np.diag(voxel)
    steps[1, 0] = skew * voxel[0]
    old = Map.from_array(np.random.default_rng(seed).normal(size=(4, 5, 6)), origin=origin, steps=steps)
    new = old.resampled()
    assert new.values.shape == old.values.shape
    whole = new.origin @ np.linalg.inv(steps)
    assert whole == pytest.approx(np.rint(whole), abs=1e-4)
    index = np.array(list(np.ndindex(4, 5, 6)))
    there = new.origin + index @ new.steps
    inside = (there - old.origin) @ np.linalg.inv(steps)
    clear = (np.abs(inside - np.rint(inside)) > 1e-6).all(axis=1)  # a voxel on the edge may fall on either side
    assert new.values.reshape(-1)[clear] == pytest.approx(trilinear(old, there)[clear], abs=1e-5)


def test_the_new_grid_is_zero_outside_the_old():
    ones = np.ones((3, 3, 3))
    down = Map.from_array(ones, 1.0, (0.25, 0.0, 0.0)).resampled()
    assert down.origin == pytest.approx([0, 0, 0]) and down.values[:, 1, 1] == pytest.approx([0, 1, 1])
    up = Map.from_array(ones, 1.0, (0.75, 0.0, 0.0)).resampled()
    assert up.origin == pytest.approx([1, 0, 0]) and up.values[:, 1, 1] == pytest.approx([1, 1, 0])


def test_a_map_whose_origin_is_whole_is_unchanged():
    values = np.random.default_rng(0).normal(size=(3, 4, 5)).astype(np.float32)
    old = Map.from_array(values, 1.5, (3.0, -4.5, 0.0))
    assert not old.resampling_differs
    assert np.array_equal(old.resampled().values, values)


def test_the_layout_of_the_file_is_kept(data: Path):
    read = read_map(data / "7cec_A" / "emd_30342_A.mrc")
    assert read.resampled().values.strides == read.values.strides

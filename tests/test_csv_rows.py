"""Numbers of a CSV table read as Python writes them, though they are formatted all at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from qscore.writers.csv_rows import csv_rows


def as_python_writes(x: float, decimals: int) -> str:
    text = f"{x:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text  # no negative zero


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1), st.integers(0, 6))
def test_numbers_have_the_decimals_python_gives_them(numbers, decimals):
    rows = csv_rows([np.array(numbers)], [decimals]).splitlines()
    assert [row if float(row) else row.lstrip("-") for row in rows] == [as_python_writes(x, decimals) for x in numbers]


@given(st.lists(st.integers(-(10**7), 10**7), min_size=1))
def test_halves_are_rounded_as_python_rounds_them(tenths_of_thousandths):
    numbers = [n / 10000 for n in tenths_of_thousandths]
    assert csv_rows([np.array(numbers)], [3]).splitlines() == [as_python_writes(x, 3) for x in numbers]


@given(st.lists(st.integers(-(2**53) + 1, 2**53 - 1), min_size=1))
def test_whole_numbers_are_themselves(numbers):
    assert csv_rows([np.array(numbers)], [0]).splitlines() == [str(n) for n in numbers]


def test_columns_stand_side_by_side_and_nan_is_an_empty_cell():
    columns = [np.array(["CA", "", "Å,"]), np.array([1.5, np.nan, -20.25]), np.array([7, 0, -12])]
    assert csv_rows(columns, [6, 1, 0]) == 'CA,1.5,7\n,,0\n"Å,",-20.2,-12\n'

"""Expected Q-scores: the printed equations, their range, and rounding to thousandths."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qscore.reference import expected_q, out_of_range, q_expected_sigma06, q_high, q_low, q_mean, q_peak
from qscore.reference.thousandths import thousandths


def test_the_printed_equations_at_two_angstrom():
    assert q_mean(2.0) == pytest.approx(-0.0128 + 0.1736 - 0.7912 + 1.3366, abs=1e-12)
    assert q_peak(2.0) == pytest.approx(q_mean(2.0) + 0.024, abs=1e-12)
    assert q_low(2.0) == pytest.approx(q_mean(2.0) - 0.126, abs=1e-12)
    assert q_high(2.0) == pytest.approx(q_mean(2.0) + 0.109, abs=1e-12)


def test_mapq_s_expected_q_for_sigma_06():
    d = 3.9
    by_hand = -0.0019064058 * d**3 + 0.0499875375 * d**2 - 0.4513945578 * d + 1.5361860733
    assert q_expected_sigma06(d) == pytest.approx(by_hand, abs=1e-12)
    found = expected_q(d, sigma=0.6)
    assert (found.q_low, found.q_peak, found.q_high) == pytest.approx((by_hand - 0.1, by_hand, by_hand + 0.1))


def test_numbers_give_numbers_and_arrays_arrays():
    assert isinstance(q_mean(3), float)
    assert q_mean(np.array([[1.0, 2.0, 3.0]])).shape == (1, 3)
    assert q_peak([2.0, 3.0])[1] == q_peak(3.0)


@pytest.mark.parametrize("curve", [q_mean, q_peak, q_low, q_high, q_expected_sigma06])
def test_there_is_no_expected_q_outside_1_to_10_angstrom(curve):
    inside = np.isfinite(curve([0.999, 1.0, 10.0, 10.001, -1.0, np.nan]))
    assert inside.tolist() == [False, True, True, False, False, False]


def test_the_reason_for_no_expected_q_is_said():
    assert out_of_range(5.0) is None
    assert "1 to 10 Å" in out_of_range(12.0)
    assert expected_q(12.0).q_peak is None
    assert "12 Å" in expected_q(12.0).reason
    assert "sigma 0.5" in expected_q(3.0, sigma=0.5).reason


@given(st.decimals(min_value=-1000, max_value=1000, places=6, allow_nan=False))
def test_thousandths_round_as_the_decimal_writing_does(value):
    exact = int((value * 1000).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert thousandths(float(value)) == exact


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.4125, 413), (3.45, 3450), (2.3673, 2367), (-0.0005, -1), (-0.0004, 0), (1.0005, 1001)]
)
def test_thousandths_of_numbers_that_doubles_miss(value, rounded):
    assert thousandths(value) == rounded

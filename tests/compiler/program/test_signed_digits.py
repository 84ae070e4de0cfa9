"""Signed digits add up to their number, and are few."""

from __future__ import annotations

from itertools import combinations, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.program import signed_digits


@given(st.integers(-(1 << 40), 1 << 40))
def test_they_add_up(number: int) -> None:
    digits = signed_digits(number)
    assert sum(sign << shift for sign, shift in digits) == number
    shifts = [shift for _, shift in digits]
    assert all(later - earlier > 1 for earlier, later in pairwise(shifts))


@pytest.mark.parametrize("number", range(1, 128))
def test_no_sum_has_fewer(number: int) -> None:
    count = len(signed_digits(number))
    for fewer in range(1, count):
        for shifts in combinations(range(9), fewer):
            for signs in product((1, -1), repeat=fewer):
                total = sum(sign << shift for sign, shift in zip(signs, shifts, strict=True))
                assert total != number

"""Integers as sums of the fewest signed powers of two."""

from __future__ import annotations


def signed_digits(number: int) -> tuple[tuple[int, int], ...]:
    """(sign, shift) of each term ``sign * 2^shift`` that add up to `number`, the least first.

    No two are neighbours, and no other sum of signed powers of two has fewer terms (the canonical
    signed digits of Avizienis, 1961).

    Examples
    --------
    >>> signed_digits(57)  # 64 - 8 + 1
    ((1, 0), (-1, 3), (1, 6))
    """
    digits = []
    shift = 0
    while number:
        if number & 1:
            sign = 2 - (number & 3)  # 1 where the next bit is 0, else -1
            digits.append((sign, shift))
            number -= sign
        number >>= 1
        shift += 1
    return tuple(digits)

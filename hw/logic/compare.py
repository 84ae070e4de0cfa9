"""Comparing two numbers with a carry chain and nothing beside it."""

from __future__ import annotations

from amaranth.hdl import Value


def exceeds(one: Value, other: Value) -> Value:
    """Whether ``one > other``, of numbers that are not known before.

    It is the sign of ``other - one``. Of ``>`` Yosys makes that subtraction and, beside it, a test
    for whether the two are equal, which takes as many look-up tables again. What inverts `one` goes
    into what chooses it, if something does.

    Parameters
    ----------
    one, other: numbers of any width, with or without a sign.

    Returns
    -------
    1 bit.

    Examples
    --------
    >>> from amaranth.hdl import Signal
    >>> len(exceeds(Signal(8), Signal(8)))
    1
    """
    return (other - one)[-1]

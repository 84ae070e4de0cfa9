from __future__ import annotations

import gc
import warnings

from amaranth.back import rtlil
from amaranth.hdl import UnusedElaboratable, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In
from tabfab.hw.stream.queue import Queue


def unused(component: type, *arguments: object) -> int:
    """Warnings of Amaranth that a component is made and dropped."""
    rtlil.convert(Queue(unsigned(2), 1, 3))  # it warns of nothing before the first elaboration
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        component(*arguments)
        gc.collect()
    return sum(warning.category is UnusedElaboratable for warning in found)


def test_components_that_are_only_read_are_silent() -> None:
    assert unused(Queue, unsigned(2), 1, 3) == 0


def test_amaranth_warns_of_its_own() -> None:
    assert unused(wiring.Component, {"i": In(1)}) == 1

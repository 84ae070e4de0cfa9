"""Components of the boards' room."""

from __future__ import annotations

import warnings

import pytest
from amaranth.hdl import UnusedElaboratable
from tabfab.boards.catalog import find_board
from tabfab.boards.clocks.clock import Clock, ClockError
from tabfab.boards.clocks.ecp5 import Ecp5Clock
from tabfab.boards.flows.catalog import FLOWS
from tabfab.boards.flows.flow import make_clock
from tabfab.hw.logic.component import Component


def test_what_is_refused_before_it_is_built_says_nothing_else() -> None:
    board = find_board("ulx3s-85f")
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        with pytest.raises(ClockError):
            make_clock(FLOWS[board.flow], board, 1e9)
        assert make_clock(FLOWS[board.flow], board, 50.0).mhz == 50
    assert not [each for each in found if each.category is UnusedElaboratable]
    assert issubclass(Ecp5Clock, Clock)
    assert issubclass(Clock, Component)

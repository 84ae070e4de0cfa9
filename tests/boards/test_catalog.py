"""Every board: its record, its pins and what the tools are told of them."""

from __future__ import annotations

import re

import pytest
from tabfab.boards.board import Board, BoardError
from tabfab.boards.catalog import BOARDS, find_board
from tabfab.boards.clocks.clock import ClockError
from tabfab.boards.design import DEFAULT_BAUD
from tabfab.boards.flows.catalog import FLOWS
from tabfab.boards.flows.flow import make_clock
from tabfab.boards.link.gateware.uart import LEAST_DIVISOR
from tabfab.boards.link.protocol import SLOTS
from tabfab.boards.top import BoardTop
from tabfab.hw.device.devices import find_device

boards = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)


@boards
def test_a_board_is_made_of_what_there_is(board: Board) -> None:
    flow = FLOWS[board.flow]
    assert find_device(board.device).family.name == flow.family
    assert board.slots in SLOTS
    assert board.loader[:1] == ("--board",)
    assert re.fullmatch(r"[a-z0-9-]+", board.name)


@boards
def test_a_boards_clock_gives_the_usual_baud(board: Board) -> None:
    clock = make_clock(FLOWS[board.flow], board, board.mhz)
    assert clock.mhz == pytest.approx(board.mhz, rel=1e-3)
    divisor = round(clock.mhz * 1e6 / DEFAULT_BAUD)
    assert divisor >= LEAST_DIVISOR
    assert clock.mhz * 1e6 / divisor == pytest.approx(DEFAULT_BAUD, rel=0.005)


@boards
def test_every_port_has_a_pin_of_its_own_in_the_constraints(board: Board) -> None:
    pins = board.pins
    assert {"clk", "rx", "tx", "led0"} <= pins.keys()
    assert len({pin.site for pin in pins.values()}) == len(pins)
    _, constraints = FLOWS[board.flow].constraints
    text = constraints(pins)
    for port, pin in pins.items():
        line = rf"^.*\b{port}\b.*\b{pin.site}\b|^.*\b{pin.site}\b.*\b{port}\b"
        assert re.search(line, text, re.MULTILINE)


def test_the_clocks_frequency_is_in_the_constraints() -> None:
    for name, words in {
        "ulx3s-85f": 'FREQUENCY PORT "clk" 25 MHZ;',
        "icebreaker": "set_frequency clk 12",
        "arty-a7-35t": "create_clock -name clk -period 10.000 [get_ports clk]",
    }.items():
        board = find_board(name)
        assert words in FLOWS[board.flow].constraints[1](board.pins)


def test_pull_ups_and_standards_reach_the_constraints() -> None:
    texts = {
        name: FLOWS[find_board(name).flow].constraints[1](find_board(name).pins)
        for name in ("icebreaker", "tang-nano-20k", "ulx3s-85f")
    }
    assert "set_io -pullup yes rx 6" in texts["icebreaker"]
    assert 'IO_PORT "rx" IO_TYPE=LVCMOS33 PULL_MODE=UP;' in texts["tang-nano-20k"]
    assert 'IOBUF PORT "tx" IO_TYPE=LVCMOS33;' in texts["ulx3s-85f"]


def test_ports_of_the_top_are_the_pins() -> None:
    pins = find_board("colorlight-i5").pins
    assert "reset" not in pins
    assert "led1" not in pins
    top = BoardTop(None, None, None, pins)  # type: ignore[arg-type]
    assert set(top.signature.members) == set(pins)


def test_an_unknown_board_lists_them_all() -> None:
    with pytest.raises(BoardError, match=r"no board 'abacus'; choose one of ulx3s-12f, .*arty-z7"):
        find_board("abacus")


def test_a_board_without_a_known_pll_runs_at_its_oscillators_clock() -> None:
    board = find_board("tang-primer-25k")
    with pytest.raises(ClockError, match="run at its oscillator's 50 MHz"):
        make_clock(FLOWS[board.flow], board, 75)


def test_no_clock_is_refused() -> None:
    with pytest.raises(ClockError, match="--mhz must be positive, not 0"):
        make_clock(FLOWS["ecp5"], find_board("ulx3s-85f"), 0)


def test_missing_definitions_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "amaranth_boards", None)
    monkeypatch.setitem(sys.modules, "amaranth_boards.icebreaker", None)
    with pytest.raises(BoardError, match=r"pip install tabfab\[board\]"):
        _ = find_board("icebreaker").pins

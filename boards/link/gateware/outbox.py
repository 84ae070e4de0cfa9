"""Outbox: answers and reports, as frames for the host."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from amaranth.hdl import Module, Mux, Signal, Value, ValueLike
from amaranth.lib.wiring import In, Out
from amaranth.utils import exact_log2

from ....hw.logic.component import Component
from ..protocol import REPORT, REPORT_BYTES, STATUS_BYTES, Reply
from .bytes import frame_bytes
from .counters import COUNT_BYTES
from .player import beats

_SESSION_END = REPORT["session"].offset // 8 + 1
_NUMBER = REPORT["answers"].offset // 8
"""Places in a report of what an answer's header has too, one after the other."""
_FIRST_COUNT = REPORT["clocks"].offset // 8
_COUNTS = 2 * COUNT_BYTES
"""Bytes of the counts of clocks, and where they are."""


class Outbox(Component):
    """Sends every answer that the network gives, and a report between two of them if one is due.

    Parameters
    ----------
    lanes: bytes of a beat of the network's output.

    Members
    -------
    answer: beats of the network.
    dropping: take answers without sending them.
    report: what a report says but for its kind and its counts of clocks; each byte is read when it
        is sent.
    place: of the byte of the counts of clocks that is to be sent.
    count, counted: that byte, and whether it is there.
    due: a short report is to be sent.
    asked: a whole report is to be sent.
    o: bytes of frames.
    """

    answer: Any
    dropping: Any
    report: Any
    place: Any
    count: Any
    counted: Any
    due: Any
    asked: Any
    o: Any

    def __init__(self, lanes: int) -> None:
        if lanes < 1:
            raise ValueError(f"a beat has at least one byte, not {lanes!r}")
        self.lanes = lanes
        super().__init__(
            {
                "answer": In(beats(lanes)),
                "dropping": In(1),
                "report": In(REPORT),
                "place": Out(range(_COUNTS)),
                "count": In(8),
                "counted": In(1),
                "due": In(1),
                "asked": In(1),
                "o": Out(frame_bytes()),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        due, asked = Signal(init=1), Signal()  # a host hears of a reset at once
        whole = Signal()  # of the report that is sent
        last_place = Mux(whole, REPORT_BYTES - 1, STATUS_BYTES - 1)
        place = Signal(range(REPORT_BYTES))
        lane = Signal(range(self.lanes))
        lane_end = lane == self.lanes - 1
        reported = Signal()  # the last frame was a report
        answering = Signal()
        byte, fresh = Signal(8), Signal()  # of the header, and whether it is that of `place`
        report = Value.cast(self.report)
        bytes_of_report = [report.word_select(n, 8) for n in range(REPORT_BYTES)]
        bytes_of_report[0] = Mux(answering, Reply.ANSWER, Reply.REPORT)
        # Where the counts belong the first bytes are chosen once more, and not taken.
        counts = slice(_FIRST_COUNT, _FIRST_COUNT + _COUNTS)
        bytes_of_report[counts] = bytes_of_report[:_COUNTS]
        counting = place[exact_log2(_COUNTS) :] == _FIRST_COUNT // _COUNTS
        m.d.comb += self.place.eq(place)
        m.d.sync += fresh.eq(0)
        with m.If(~fresh):
            m.d.sync += byte.eq(Mux(counting, self.count, _chosen(bytes_of_report, place)))

        moved = self.o.valid & self.o.ready
        with m.If(self.dropping):
            m.d.comb += self.answer.ready.eq(1)
        with m.FSM():
            with m.State("choose"):
                m.d.sync += [place.eq(0), lane.eq(0), whole.eq(asked)]
                with m.If(self.answer.valid & ~self.dropping & (reported | ~due)):
                    m.d.sync += [answering.eq(1), reported.eq(0)]
                    m.next = "header"
                with m.Elif(due):
                    m.d.sync += [answering.eq(0), reported.eq(1), due.eq(0), asked.eq(0)]
                    m.next = "header"
            with m.State("header"):
                m.d.comb += [
                    self.o.valid.eq(fresh),
                    self.o.p.byte.eq(byte),
                    self.o.p.last.eq(~answering & (place == last_place)),
                ]
                m.d.sync += fresh.eq((fresh | ~counting | self.counted) & ~moved)
                with m.If(moved):
                    m.d.sync += place.eq(place + 1)
                    with m.If(self.o.p.last):
                        m.next = "choose"
                    with m.If(answering & (place == _SESSION_END)):
                        m.d.sync += place.eq(_NUMBER)
                    with m.If(answering & (place == _NUMBER)):
                        m.next = "answer"
            with m.State("answer"):
                m.d.comb += [
                    self.o.valid.eq(self.answer.valid),
                    self.o.p.byte.eq(self.answer.p.data.word_select(lane, 8)),
                    self.o.p.last.eq(self.answer.p.last & lane_end),
                    self.answer.ready.eq(moved & lane_end),
                ]
                with m.If(moved):
                    m.d.sync += lane.eq(Mux(lane_end, 0, lane + 1))
                    with m.If(self.o.p.last):
                        m.next = "choose"
        # Behind the machine, so that what comes while a report starts is reported again.
        with m.If(self.due | self.asked):
            m.d.sync += due.eq(1)
        with m.If(self.asked):
            m.d.sync += asked.eq(1)
        return m


assert REPORT["stalls"].offset // 8 + COUNT_BYTES - _FIRST_COUNT == _COUNTS, "one after the other"
assert _FIRST_COUNT % _COUNTS == 0, "so that the low bits of a place tell the byte of the counts"


def _chosen(values: Sequence[ValueLike], index: Value) -> ValueLike:
    """``values[index]``, as a tree of choices between two, which takes the fewest LUTs."""
    if len(values) == 1:
        return values[0]
    half = 1 << (len(values) - 1).bit_length() - 1
    low = _chosen(values[:half], index)
    return Mux(index[half.bit_length() - 1], _chosen(values[half:], index), low)

"""Player: does what the frames in the inbox say, one after another."""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out
from amaranth.utils import exact_log2

from ....hw.logic.component import Component
from ..protocol import HEADER, MOST_PAYLOAD, SEQUENCES, SLOT_BYTES, Kind

_KIND = HEADER["kind"].offset // 8
"""Place in the header; the length follows it."""
_WORD_BYTES = 4
_END = 0
"""Bit of a kind: the last of an image or a load."""


def beats(lanes: int) -> stream.Signature:
    """Signature of an AXI4-Stream port of `lanes` bytes."""
    return stream.Signature(data.StructLayout({"data": 8 * lanes, "last": 1}))


class Player(Component):
    """Plays frames: images and words into the network, names of tables, measurements.

    Parameters
    ----------
    lanes: bytes of a beat of the network's input.
    slots: of the inbox.
    loadable: whether the network's tables can be replaced.
    tables: what the tables are called that come with the bitstream.

    Members
    -------
    taken: frames that are in the inbox or were in it, modulo `SEQUENCES`.
    done: frames that were played, modulo `SEQUENCES`.
    finished: high for one clock where another one was.
    address, data: reads the inbox: `data` is what `address` was a clock before, if it was read.
    reading: `address` is read.
    image: beats for the network.
    load: words for it, always taken.
    tables: what the network's tables are called, 0 while they are replaced; a reset leaves it.
    measuring: answers are to be dropped.
    idle: no image is under way in the network.
    """

    taken: Any
    done: Any
    finished: Any
    address: Any
    data: Any
    reading: Any
    image: Any
    load: Any
    tables: Any
    measuring: Any
    idle: Any

    def __init__(self, lanes: int, slots: int, loadable: bool, tables: int) -> None:
        if not 1 <= lanes <= MOST_PAYLOAD:
            raise ValueError(
                f"a frame holds whole beats of 1 to {MOST_PAYLOAD} bytes, not {lanes!r}"
            )
        self.lanes = lanes
        self.slots = slots
        self.loadable = loadable
        self.name = tables
        super().__init__(
            {
                "taken": In(range(SEQUENCES)),
                "done": Out(range(SEQUENCES)),
                "finished": Out(1),
                "address": Out(range(slots * SLOT_BYTES)),
                "data": In(8),
                "reading": In(1),
                "image": Out(beats(lanes)),
                "load": Out(
                    stream.Signature(
                        data.StructLayout({"data": 8 * _WORD_BYTES, "last": 1}), always_ready=True
                    )
                ),
                "tables": Out(32),
                "measuring": Out(1),
                "idle": In(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        place = Signal(range(SLOT_BYTES), init=_KIND)  # in the slot, of the byte to read
        fresh = Signal()  # whether `data` is that byte
        step = Signal()  # go on to the next one
        m.d.comb += self.address.eq(Cat(place, self.done[: exact_log2(self.slots)]))
        m.d.sync += fresh.eq(self.reading & ~step)
        with m.If(step):
            m.d.sync += place.eq(place + 1)

        kind, length = Signal(4), Signal(range(SLOT_BYTES))
        unit = max(self.lanes, _WORD_BYTES)
        held = Signal(8 * unit)  # the last bytes, the newest on top
        filled = Signal(range(unit))  # bytes of a beat or a word that are there
        images = (kind == Kind.IMAGE) | (kind == Kind.IMAGE_END)
        words = (kind == Kind.LOAD) | (kind == Kind.LOAD_END)
        over = place == length
        measure = kind == Kind.MEASURE
        ends = kind[_END] & over
        word = held[-8 * _WORD_BYTES :]
        m.d.comb += [
            self.image.p.data.eq(held[-8 * self.lanes :]),
            self.image.p.last.eq(ends | measure),
            self.measuring.eq(measure),
            self.load.p.data.eq(word),
            self.load.p.last.eq(ends),
        ]
        tables = Signal(32, init=self.name, reset_less=True)
        m.d.comb += self.tables.eq(tables)
        m.d.sync += self.done.eq(self.done + self.finished)
        with m.FSM():
            with m.State("wait"):
                m.d.sync += [place.eq(_KIND), filled.eq(0), fresh.eq(0), kind.eq(0)]
                with m.If(self.done != self.taken):
                    m.next = "kind"
            with m.State("kind"):
                with m.If(fresh):
                    m.d.comb += step.eq(1)
                    m.d.sync += kind.eq(self.data)
                    m.next = "length"
            with m.State("length"):
                with m.If(fresh):
                    m.d.comb += step.eq(1)
                    m.d.sync += length.eq(self.data)
                    m.next = "payload"
            with m.State("payload"):
                with m.If(over):
                    m.next = "end"
                with m.Elif(fresh):
                    m.d.comb += step.eq(1)
                    m.d.sync += [
                        held.eq(Cat(held[8:], self.data)),
                        filled.eq(filled + 1),
                    ]
                    # For a measurement, an image of one beat, which ends at once: the network's
                    # guard makes it a whole one at the pace of the network.
                    with m.If((images & (filled == self.lanes - 1)) | measure):
                        m.next = "beat"
                    if self.loadable:
                        with m.If(words & (filled == _WORD_BYTES - 1)):
                            m.next = "word"
            with m.State("beat"):
                m.d.comb += self.image.valid.eq(1)
                m.d.sync += filled.eq(0)
                with m.If(self.image.ready):
                    m.next = "payload"
            if self.loadable:
                with m.State("word"):
                    m.d.comb += self.load.valid.eq(1)
                    m.d.sync += [filled.eq(0), tables.eq(0)]
                    m.next = "payload"
            with m.State("end"):
                if self.loadable:
                    with m.If(kind == Kind.NAME):
                        m.d.sync += tables.eq(word)
                with m.If(~measure | self.idle):
                    m.d.comb += self.finished.eq(1)
                    m.next = "wait"
        return m

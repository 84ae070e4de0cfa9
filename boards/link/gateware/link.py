"""Link: a network's ports on a serial line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from amaranth.hdl import Module, ResetInserter, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from ....hw.logic.component import Component
from ..protocol import VERSION
from .counters import Counters
from .deframer import Deframer
from .framer import Framer
from .inbox import Inbox
from .outbox import Outbox
from .player import Player, beats
from .uart import UartReceiver, UartTransmitter

WORD_BITS = 32


@dataclass(frozen=True)
class LinkSettings:
    """What a link is made for.

    Parameters
    ----------
    input_lanes, output_lanes: bytes of a beat of the network's ports.
    loadable: whether the network has a port for tables.
    build: 56 bits, which hardware this is.
    tables: 32 bits, what the tables are called that come with it.
    clock_khz: of the link's clock.
    baud: bits per second on the line.
    slots: frames that the host may send ahead.
    """

    input_lanes: int
    output_lanes: int
    loadable: bool
    build: int
    tables: int
    clock_khz: int
    baud: int
    slots: int = 8

    @property
    def divisor(self) -> int:
        """Clocks of a bit, to the nearest."""
        return round(self.clock_khz * 1000 / self.baud)

    @property
    def actual_baud(self) -> float:
        """Bits per second that the divided clock gives."""
        return self.clock_khz * 1000 / self.divisor if self.divisor else 0.0


class Link(Component):
    """Plays what a host sends into a network, and sends what the network answers.

    UartReceiver -> Deframer -> Inbox -> Player -> network -> Outbox -> Framer -> UartTransmitter

    Parameters
    ----------
    settings: see `LinkSettings`.

    Members
    -------
    rx, tx: the serial line.
    restart: reset the network: a session starts.
    image: beats for the network's input.
    answer: beats of its output.
    load: words for its tables.
    loaded, frame_error: the network's outputs.
    open: a session is open.
    busy: an image is under way.
    failed: an image of this session was too short or too long.
    """

    rx: Any
    tx: Any
    restart: Any
    image: Any
    answer: Any
    load: Any
    loaded: Any
    frame_error: Any
    open: Any
    busy: Any
    failed: Any

    def __init__(self, settings: LinkSettings) -> None:
        self.settings = settings
        words = data.StructLayout({"data": WORD_BITS, "last": 1})
        super().__init__(
            {
                "rx": In(1, init=1),
                "tx": Out(1, init=1),
                "restart": Out(1),
                "image": Out(beats(settings.input_lanes)),
                "answer": In(beats(settings.output_lanes)),
                "load": Out(stream.Signature(words, always_ready=True)),
                "loaded": In(1),
                "frame_error": In(1),
                "open": Out(1),
                "busy": Out(1),
                "failed": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        s = self.settings
        m.submodules.receiver = receiver = UartReceiver(s.divisor)
        m.submodules.deframer = deframer = Deframer()
        m.submodules.inbox = inbox = Inbox(s.slots)
        m.submodules.transmitter = transmitter = UartTransmitter(s.divisor)
        # A session starts with all that follows the inbox as after a reset.
        player = Player(s.input_lanes, s.slots, s.loadable, s.tables)
        counters, outbox, framer = Counters(), Outbox(s.output_lanes), Framer()
        restarted = ResetInserter(inbox.start)
        m.submodules.player = restarted(player)
        m.submodules.counters = restarted(counters)
        m.submodules.outbox = restarted(outbox)
        m.submodules.framer = restarted(framer)

        m.d.comb += [receiver.rx.eq(self.rx), self.tx.eq(transmitter.tx)]
        wiring.connect(m, receiver.o, deframer.i)
        wiring.connect(m, deframer.o, inbox.i)
        wiring.connect(m, outbox.o, framer.i)
        wiring.connect(m, framer.o, transmitter.i)
        wiring.connect(m, player.image, wiring.flipped(self.image))
        wiring.connect(m, player.load, wiring.flipped(self.load))
        wiring.connect(m, wiring.flipped(self.answer), outbox.answer)
        m.d.comb += [
            deframer.error.eq(receiver.error),
            inbox.ended.eq(deframer.ended),
            inbox.good.eq(deframer.good),
            inbox.done.eq(player.done),
            inbox.address.eq(player.address),
            player.data.eq(inbox.data),
            player.reading.eq(inbox.reading),
            player.taken.eq(inbox.taken),
            player.idle.eq(counters.idle),
            counters.image_valid.eq(self.image.valid),
            counters.image_ready.eq(self.image.ready),
            counters.image_last.eq(self.image.p.last),
            counters.answer_valid.eq(self.answer.valid),
            counters.answer_ready.eq(self.answer.ready),
            counters.answer_last.eq(self.answer.p.last),
            outbox.dropping.eq(player.measuring),
            counters.dropping.eq(player.measuring),
            outbox.asked.eq(inbox.poll),
            counters.place.eq(outbox.place),
            outbox.count.eq(counters.byte),
            outbox.counted.eq(counters.there),
        ]
        freed = Signal()
        m.d.sync += freed.eq(player.finished)  # now `done` says so
        m.d.comb += outbox.due.eq(inbox.ended | freed)

        with m.If(inbox.start):
            m.d.sync += self.failed.eq(0)
        with m.Elif(self.frame_error & ~player.measuring):
            m.d.sync += self.failed.eq(1)
        report = outbox.report
        m.d.comb += [
            self.restart.eq(inbox.start),
            self.open.eq(inbox.session != 0),
            self.busy.eq(~counters.idle),
            report.session.eq(inbox.session),
            report.done.eq(player.done),
            report.taken.eq(inbox.taken),
            report.rejected.eq(inbox.rejected),
            report.frame_error.eq(self.failed),
            report.loaded.eq(self.loaded),
            report.idle.eq(counters.idle),
            report.answers.eq(counters.images),
            report.version.eq(VERSION),
            report.slots.eq(s.slots),
            report.clock_khz.eq(s.clock_khz),
            report.tables.eq(player.tables),
            report.build.eq(s.build),
        ]
        return m

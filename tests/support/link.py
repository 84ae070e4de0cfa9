"""A link in Amaranth's simulator, with a small network behind it, and a host that speaks bytes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from amaranth.hdl import Module, ResetInserter, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from tabfab.boards.link.framing import Decoder, host_frame, unpack
from tabfab.boards.link.gateware.link import Link, LinkSettings
from tabfab.boards.link.protocol import (
    ANSWER_BYTES,
    ANSWER_HEADER,
    REPORT,
    REPORT_BYTES,
    STATUS,
    Kind,
    Reply,
)
from tabfab.hw.stream.frame_guard import FrameGuard

from .lines import clock, read_byte, run, send_bytes

DIVISOR = 4
BEATS = 4
"""Of an image of the small network."""

SETTINGS = LinkSettings(
    input_lanes=2, output_lanes=2, loadable=True, build=0xB0A2D, tables=7,
    clock_khz=1000, baud=250_000, slots=4,
)  # fmt: skip


class Sums(wiring.Component):
    """A link and a network behind it: answers with the sums, modulo 65,536, of an image's beats.

    Members
    -------
    rx, tx: the serial line.
    hold: the network takes no beat.
    words, loads: what came through the load port: the sum of the words, and the loads that ended.
    images: how many came.
    """

    rx: Any
    tx: Any
    hold: Any
    words: Any
    loads: Any
    images: Any

    def __init__(self, settings: LinkSettings = SETTINGS) -> None:
        self.link = Link(settings)
        self.lanes = settings.input_lanes
        super().__init__(
            {
                "rx": In(1, init=1), "tx": Out(1, init=1), "hold": In(1),
                "words": Out(32), "loads": Out(8), "images": Out(8),
            }
        )  # fmt: skip

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.link = link = self.link
        guard = FrameGuard(8, self.lanes, BEATS)
        m.submodules.guard = ResetInserter(link.restart)(guard)
        total, full = Signal(16), Signal()
        taken = guard.o.valid & guard.o.ready
        m.d.comb += [
            link.rx.eq(self.rx),
            self.tx.eq(link.tx),
            guard.i.valid.eq(link.image.valid),
            guard.i.p.data.as_value().eq(link.image.p.data),
            guard.i.p.last.eq(link.image.p.last),
            link.image.ready.eq(guard.i.ready),
            guard.o.ready.eq(~full & ~self.hold),
            link.frame_error.eq(guard.error),
            link.answer.valid.eq(full),
            link.answer.p.data.eq(total),
            link.answer.p.last.eq(1),
            link.loaded.eq(self.loads != 0),
        ]
        with m.If(taken):
            m.d.sync += total.eq(total + guard.o.p.data.as_value())
            with m.If(guard.o.p.last):
                m.d.sync += [full.eq(1), self.images.eq(self.images + 1)]
        with m.If(full & link.answer.ready):
            m.d.sync += [full.eq(0), total.eq(0)]
        with m.If(link.load.valid):
            m.d.sync += [
                self.words.eq(self.words + link.load.p.data),
                self.loads.eq(self.loads + link.load.p.last),
            ]
        with m.If(link.restart):
            m.d.sync += [full.eq(0), total.eq(0)]
        return m


class Host:
    """The other end of the line, frame by frame."""

    def __init__(self, ctx: Any, dut: Sums, heard: list[bytes]) -> None:
        self.ctx = ctx
        self.dut = dut
        self.heard = heard

    async def send(
        self, kind: Kind, session: int = 1, sequence: int = 0, payload: bytes = b""
    ) -> None:
        """Send a frame."""
        await self.send_raw(host_frame(kind, session, sequence, payload))

    async def send_raw(self, line: bytes) -> None:
        """Send any bytes."""
        await send_bytes(self.ctx, self.dut.rx, line, DIVISOR)

    async def report(self) -> dict[str, int]:
        """Ask for a whole report, and wait for it."""
        before = len(self.heard)
        await self.send(Kind.POLL)
        while True:
            for body in self.heard[before:]:
                if body[0] == Reply.REPORT and len(body) == REPORT_BYTES:
                    return unpack(REPORT, body)
            await clock(self.ctx, DIVISOR)

    async def start(self, session: int = 1) -> None:
        """Start a session."""
        await self.send(Kind.START, session)
        assert (await self.report())["session"] == session

    def statuses(self) -> list[dict[str, int]]:
        """The short reports so far."""
        return [
            unpack(STATUS, body)
            for body in self.heard
            if body[0] == Reply.REPORT and len(body) < REPORT_BYTES
        ]

    def answers(self) -> list[tuple[int, bytes]]:
        """(number, answer) of each answer so far."""
        found = [body for body in self.heard if body[0] == Reply.ANSWER]
        return [
            (unpack(ANSWER_HEADER, body[:ANSWER_BYTES])["number"], body[ANSWER_BYTES:])
            for body in found
        ]

    async def wait_for_answers(self, count: int) -> list[tuple[int, bytes]]:
        """The answers when there are so many."""
        while len(self.answers()) < count:
            await clock(self.ctx, DIVISOR)
        return self.answers()


def with_host(script: Callable[[Host], Awaitable[None]], settings: LinkSettings = SETTINGS) -> None:
    """Run a host's script against a link with the small network."""
    dut = Sums(settings)
    decoder = Decoder()
    heard: list[bytes] = []

    async def listen(ctx: Any) -> None:
        while True:
            byte = await read_byte(ctx, dut.tx, DIVISOR)
            heard.extend(decoder.feed(bytes([byte])))

    async def talk(ctx: Any) -> None:
        await script(Host(ctx, dut, heard))

    run(dut, talk, background=[listen])  # a session's start cuts what is being sent


def sums(image: bytes) -> bytes:
    """The small network's answer."""
    beats = [int.from_bytes(image[n : n + 2], "little") for n in range(0, len(image), 2)]
    return (sum(beats) % 65_536).to_bytes(2, "little")

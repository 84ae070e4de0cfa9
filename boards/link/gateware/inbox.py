"""Inbox: the frames that a host sent, in order, until they are played."""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import memory, stream
from amaranth.lib.wiring import In, Out
from amaranth.utils import exact_log2

from ....hw.logic.component import Component
from ..protocol import (
    CRC_BYTES,
    HEADER,
    HEADER_BYTES,
    SEQUENCES,
    SLOT_BYTES,
    SLOTS,
    UNNUMBERED,
    Kind,
)

_KIND = HEADER["kind"].offset // 8
"""Place in the header of the byte with kind and sequence number."""
_LEAST_BYTES = HEADER_BYTES + CRC_BYTES


class Inbox(Component):
    """Keeps good frames that come in order, in as many slots of a memory.

    A frame is written where the next one belongs while it comes, and counted as taken when it is
    found to be good; otherwise the next one is written over it.

    Parameters
    ----------
    slots: one of `tabfab.boards.link.protocol.SLOTS`.

    Members
    -------
    i: bytes of frames, each with its checksum.
    ended, good: as of `tabfab.boards.link.gateware.deframer.Deframer`.
    done: frames whose slots are free again, modulo `SEQUENCES`.
    taken: frames that were taken, modulo `SEQUENCES`.
    rejected: frames that were not, modulo 32.
    session: the session's number.
    start: high for one clock where a session starts; `done` must be 0 from the next one on.
    poll: high for one clock where a whole report is asked for.
    address, data: reads a byte of a slot, a clock later.
    reading: `address` is read. Not while a byte is written: a memory block that is read and written
        at once answers otherwise in each family, and logic around it to tell which takes 100 LUTs.
    """

    i: Any
    ended: Any
    good: Any
    done: Any
    taken: Any
    rejected: Any
    session: Any
    start: Any
    poll: Any
    address: Any
    data: Any
    reading: Any

    def __init__(self, slots: int) -> None:
        if slots not in SLOTS:
            raise ValueError(f"an inbox has {', '.join(map(str, SLOTS))} slots, not {slots!r}")
        self.slots = slots
        super().__init__(
            {
                "i": In(stream.Signature(8, always_ready=True)),
                "ended": In(1),
                "good": In(1),
                "done": In(range(SEQUENCES)),
                "taken": Out(range(SEQUENCES)),
                "rejected": Out(5),
                "session": Out(16),
                "start": Out(1),
                "poll": Out(1),
                "address": In(range(slots * SLOT_BYTES)),
                "data": Out(8),
                "reading": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        bits = exact_log2(self.slots)
        ahead = self.taken ^ self.done
        full = Signal()  # never more than `slots` are taken and not done
        m.d.sync += full.eq(ahead[bits] & (ahead[:bits] == 0))
        count = Signal(range(SLOT_BYTES + 1))  # bytes of this frame, as far as a slot reaches
        beyond = count[-1]
        missed = Signal()  # whether a byte of this frame found no free slot
        whole = Signal()  # whether it has as many bytes as a frame has at least
        session, kind, sequence = Signal(16), Signal(4), Signal(4)
        slot = self.taken[:bits]
        m.submodules.memory = ram = memory.Memory(shape=8, depth=self.slots * SLOT_BYTES, init=[])
        write, read = ram.write_port(), ram.read_port()
        m.d.comb += [
            write.addr.eq(Cat(count[:-1], slot)),
            write.data.eq(self.i.payload),
            write.en.eq(self.i.valid & ~beyond & ~full),
            self.reading.eq(~write.en),
            read.en.eq(self.reading),
            read.addr.eq(self.address),
            self.data.eq(read.data),
        ]
        with m.If(self.ended):
            m.d.sync += [count.eq(0), missed.eq(0), whole.eq(0)]
        with m.Elif(self.i.valid):
            m.d.sync += [count.eq(count + ~beyond), missed.eq(missed | full)]
        with m.If(self.i.valid):
            with m.Switch(count):
                with m.Case(0, 1):
                    m.d.sync += session.eq(Cat(session[8:], self.i.payload))
                with m.Case(_KIND):
                    m.d.sync += Cat(kind, sequence).eq(self.i.payload)
                with m.Case(_LEAST_BYTES - 1):
                    m.d.sync += whole.eq(1)

        good = self.good & whole
        numbered = ~kind[exact_log2(UNNUMBERED)]
        take = good & numbered & (sequence == self.taken) & (session == self.session) & ~missed
        m.d.comb += [
            self.start.eq(good & (kind == Kind.START)),
            self.poll.eq(good & (kind == Kind.POLL)),
        ]
        with m.If(self.start):
            m.d.sync += [self.session.eq(session), self.taken.eq(0), self.rejected.eq(0)]
        with m.Elif(take):
            m.d.sync += self.taken.eq(self.taken + 1)
        with m.Elif(self.ended & ~self.poll):
            m.d.sync += self.rejected.eq(self.rejected + 1)
        return m

"""The link's components, each by itself against what Python does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.boards.link.framing import Decoder, checksum, encode
from tabfab.boards.link.gateware.checksum import CLOCKS, Checksum
from tabfab.boards.link.gateware.counters import COUNT_BYTES, Counters
from tabfab.boards.link.gateware.deframer import Deframer
from tabfab.boards.link.gateware.framer import Framer
from tabfab.boards.link.gateware.serial_counter import BITS, SerialCounter
from tabfab.boards.link.gateware.uart import UartReceiver, UartTransmitter

from support.lines import clock, get, put, put_frames, read_byte, run, send_bytes
from support.profiles import examples

from .test_framing import bodies

few = examples(12)
frames = st.lists(bodies.filter(lambda body: len(body) < 40), min_size=1, max_size=3)


@pytest.mark.parametrize("divisor", [4, 5, 8, 25])
def test_uart_there_and_back(divisor: int) -> None:
    sent = bytes([0, 255, 0x55, 0xAA, 0x7E, 1, 128])
    transmitter, receiver = UartTransmitter(divisor), UartReceiver(divisor)

    async def transmit(ctx: Any) -> None:
        for byte in sent:
            await put(ctx, transmitter.i, byte)

    seen: list[int] = []

    async def line(ctx: Any) -> None:
        while len(seen) < len(sent):
            seen.append(await read_byte(ctx, transmitter.tx, divisor))

    run(transmitter, transmit, line)
    assert bytes(seen) == sent

    got: list[int] = []

    async def receive(ctx: Any) -> None:
        while len(got) < len(sent):
            (byte,) = await ctx.tick().sample(receiver.o.payload).until(receiver.o.valid)
            got.append(byte)

    async def drive(ctx: Any) -> None:
        await send_bytes(ctx, receiver.rx, sent, divisor)

    run(receiver, drive, receive)
    assert bytes(got) == sent


@pytest.mark.parametrize("off", [-0.02, 0.02])
def test_uart_takes_a_line_that_is_two_percent_off(off: float) -> None:
    """Bits that end early or late by up to a fifth of one at the last."""
    divisor, sent = 50, b"\x00\xff\x5a\xa5" * 3
    receiver = UartReceiver(divisor)
    got: list[int] = []

    async def drive(ctx: Any) -> None:
        await send_bytes(ctx, receiver.rx, sent, round(divisor * (1 + off)))
        await clock(ctx, divisor)

    async def receive(ctx: Any) -> None:
        async for _, _, byte, valid in ctx.tick().sample(receiver.o.payload, receiver.o.valid):
            if valid:
                got.append(byte)

    run(receiver, drive, background=[receive])
    assert bytes(got) == sent


def test_uart_leaves_out_glitches_and_bytes_without_a_stop_bit() -> None:
    divisor = 8
    receiver = UartReceiver(divisor)
    got: list[int] = []
    errors: list[int] = []

    async def drive(ctx: Any) -> None:
        ctx.set(receiver.rx, 0)  # too short for a start bit
        await clock(ctx, 2)
        ctx.set(receiver.rx, 1)
        await clock(ctx, 20 * divisor)
        ctx.set(receiver.rx, 0)  # a break: low for longer than a byte
        await clock(ctx, 30 * divisor)
        ctx.set(receiver.rx, 1)
        await clock(ctx, 2 * divisor)
        await send_bytes(ctx, receiver.rx, b"\x42", divisor)

    async def receive(ctx: Any) -> None:
        signals = (receiver.o.payload, receiver.o.valid, receiver.error)
        async for _, _, byte, valid, error in ctx.tick().sample(*signals):
            if valid:
                got.append(byte)
            if error:
                errors.append(error)

    run(receiver, drive, background=[receive])
    assert got == [0x42]
    assert errors == [1]


@pytest.mark.parametrize("component", [UartReceiver, UartTransmitter])
def test_a_bit_of_too_few_clocks_is_refused(component: type) -> None:
    with pytest.raises(ValueError, match="at least 4 clocks, not 3"):
        component(3)


@few
@given(st.binary(min_size=1, max_size=12))
def test_checksum_is_that_of_zlib(body: bytes) -> None:
    dut = Checksum()

    async def drive(ctx: Any) -> None:
        for drain in (True, False, True):
            ctx.set(dut.start, 1)
            await ctx.tick()
            ctx.set(dut.start, 0)
            for byte in body:
                await put(ctx, dut.i, byte)
            await ctx.tick().until(dut.i.ready)
            if drain:
                seen = []
                ctx.set(dut.drain, 1)
                for _ in range(4):
                    seen.append(ctx.get(dut.crc))
                    await put(ctx, dut.i, 0xFF)
                    await ctx.tick().until(dut.i.ready)
                ctx.set(dut.drain, 0)
                assert bytes(seen) == checksum(body)
            else:
                assert not ctx.get(dut.good)
                for byte in checksum(body):
                    await put(ctx, dut.i, byte)
                await ctx.tick().until(dut.i.ready)
                assert ctx.get(dut.good)

    run(dut, drive)


@few
@given(frames, st.sampled_from([0.0, 0.5]), st.integers(0, 9))
def test_framer_makes_what_python_reads(sent: list[bytes], pauses: float, wait: int) -> None:
    dut, line = Framer(), bytearray()

    async def drive(ctx: Any) -> None:
        await put_frames(ctx, dut.i, sent, pauses)

    async def read(ctx: Any) -> None:
        while len(line) < len(b"".join(map(encode, sent))):
            await clock(ctx, wait)
            line.append(await get(ctx, dut.o))

    run(dut, drive, read)
    assert bytes(line) == b"".join(map(encode, sent))


def deframed(line: bytes, disturbed: int | None = None) -> list[bytes]:
    """The good frames that a `Deframer` finds, without checksums; the line is disturbed once."""
    dut = Deframer()
    found: list[bytes] = []
    frame = bytearray()

    async def drive(ctx: Any) -> None:
        for n, byte in enumerate(line):
            ctx.set(dut.i.valid, 1)
            ctx.set(dut.i.payload, byte)
            await ctx.tick()
            ctx.set(dut.i.valid, 0)
            ctx.set(dut.error, n == disturbed)
            await ctx.tick()
            ctx.set(dut.error, 0)
            await clock(ctx, CLOCKS)

    async def read(ctx: Any) -> None:
        signals = (dut.o.valid, dut.o.payload, dut.ended, dut.good)
        async for _, _, valid, byte, ended, good in ctx.tick().sample(*signals):
            assert not (valid and ended)
            if valid:
                frame.append(byte)
            if ended:
                if good:
                    found.append(bytes(frame[:-4]))
                frame.clear()

    run(dut, drive, background=[read])
    return found


@few
@given(frames)
def test_deframer_reads_what_python_makes(sent: list[bytes]) -> None:
    assert deframed(b"".join(map(encode, sent))) == sent


@few
@given(st.lists(st.sampled_from([b"~", b"}", b"^", b"]", encode(b"abcd"), b"a"]), max_size=9))
def test_deframer_and_decoder_agree_on_any_line(pieces: list[bytes]) -> None:
    line = b"".join(pieces) + b"~"
    assert deframed(line) == Decoder().feed(line)


def test_a_disturbed_line_spoils_its_frame_alone() -> None:
    line = encode(b"one") + encode(b"two")
    assert deframed(line, disturbed=3) == [b"two"]
    assert deframed(line, disturbed=len(encode(b"one")) - 2) == [b"two"]


@few
@given(st.lists(st.booleans(), max_size=300))
def test_counters_count_clocks_under_way_and_stalls(blocked: list[bool]) -> None:
    """An image of one beat, and an answer that waits on some of the clocks after it."""
    counters = Counters()
    image = (counters.image_valid, counters.image_ready, counters.image_last)
    answer = (counters.answer_valid, counters.answer_ready, counters.answer_last)
    read: list[int] = []

    async def work(ctx: Any) -> None:
        for signal in image:
            ctx.set(signal, 1)
        await clock(ctx, 1)
        ctx.set(counters.image_valid, 0)
        for waits in blocked:
            ctx.set(counters.answer_valid, waits)
            await clock(ctx, 1)
        for signal in answer:
            ctx.set(signal, 1)
        await clock(ctx, 1)
        ctx.set(counters.answer_valid, 0)
        await clock(ctx, 2 * BITS)
        for place in range(2 * COUNT_BYTES):
            ctx.set(counters.place, place)
            (byte,) = await ctx.tick().sample(counters.byte).until(counters.there)
            read.append(byte)

    run(counters, work)
    clocks, stalls = (bytes(read[n:][:COUNT_BYTES]) for n in (0, COUNT_BYTES))
    assert int.from_bytes(clocks, "little") == len(blocked) + 2
    assert int.from_bytes(stalls, "little") == sum(blocked)


def test_a_serial_counter_counts_events_on_every_clock() -> None:
    counter, clocks = SerialCounter(), 20 * BITS
    seen = 0

    async def turn(ctx: Any) -> None:
        nonlocal seen
        for n in range(clocks):
            ctx.set(counter.event, n < clocks - 2 * BITS)
            ctx.set(counter.last, n % BITS == BITS - 1)
            await ctx.tick()
            if n >= clocks - BITS and n % 8 == 7:
                seen |= ctx.get(counter.byte) << (n % BITS - 7)

    run(counter, turn)
    assert seen == clocks - 2 * BITS

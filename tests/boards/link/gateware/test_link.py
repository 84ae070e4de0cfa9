"""The whole link, byte for byte on its serial line, with a small network behind it."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.boards.link.framing import host_frame
from tabfab.boards.link.gateware.inbox import Inbox
from tabfab.boards.link.gateware.outbox import Outbox
from tabfab.boards.link.gateware.player import Player
from tabfab.boards.link.protocol import VERSION, Kind

from support.lines import clock
from support.link import BEATS, SETTINGS, Host, sums, with_host
from support.profiles import examples

IMAGE = bytes(range(1, 2 * BEATS + 1))


def test_a_report_says_which_board_it_is() -> None:
    async def script(host: Host) -> None:
        report = await host.report()
        assert report["session"] == 0
        assert report["version"] == VERSION
        assert report["slots"] == SETTINGS.slots
        assert report["clock_khz"] == SETTINGS.clock_khz
        assert report["tables"] == SETTINGS.tables
        assert report["build"] == SETTINGS.build
        assert report["idle"] == 1

    with_host(script)


def test_a_reset_is_told_without_being_asked() -> None:
    async def script(host: Host) -> None:
        while not host.statuses():
            await host.ctx.tick()
        assert host.statuses()[0]["session"] == 0

    with_host(script)


def test_images_in_answers_out_with_their_numbers() -> None:
    images = [IMAGE, bytes(8), bytes([255] * 8), b"~}~}^]^]"]

    async def script(host: Host) -> None:
        await host.start()
        for n, image in enumerate(images):
            await host.send(Kind.IMAGE, sequence=2 * n, payload=image[:4])
            await host.send(Kind.IMAGE_END, sequence=2 * n + 1, payload=image[4:])
        expected = [(n, sums(image)) for n, image in enumerate(images)]
        assert await host.wait_for_answers(len(images)) == expected
        report = await host.report()
        assert report["answers"] == len(images)
        assert report["taken"] == report["done"] == 2 * len(images)
        assert report["rejected"] == report["frame_error"] == 0

    with_host(script)


def test_what_is_damaged_out_of_order_or_of_another_session_is_rejected() -> None:
    good = host_frame(Kind.IMAGE_END, 1, 0, IMAGE)

    async def script(host: Host) -> None:
        await host.start()
        await host.send_raw(good[:5] + bytes([good[5] ^ 1]) + good[6:])
        await host.send_raw(good[:5] + good[6:])
        await host.send(Kind.IMAGE_END, sequence=1, payload=IMAGE)
        await host.send(Kind.IMAGE_END, session=2, payload=IMAGE)
        report = await host.report()
        assert (report["taken"], report["rejected"], report["answers"]) == (0, 4, 0)
        await host.send_raw(good)
        await host.send_raw(good)  # the same again is out of order
        assert await host.wait_for_answers(1) == [(0, sums(IMAGE))]
        report = await host.report()
        assert (report["taken"], report["rejected"], report["answers"]) == (1, 5, 1)

    with_host(script)


def test_what_comes_before_a_flag_does_not_hurt() -> None:
    async def script(host: Host) -> None:
        await host.start()
        await host.send_raw(b"\x7d\x00garbage" * 8)
        await host.send(Kind.IMAGE_END, sequence=0, payload=IMAGE)
        await host.wait_for_answers(1)

    with_host(script)


def test_a_frame_without_a_free_slot_is_rejected_even_if_one_comes_free_meanwhile() -> None:
    """A host that ignores the window; the network takes nothing until the last frame comes."""

    async def script(host: Host) -> None:
        await host.start()
        host.ctx.set(host.dut.hold, 1)
        for n in range(SETTINGS.slots):
            await host.send(Kind.IMAGE_END, sequence=n, payload=IMAGE)
        line = host_frame(Kind.IMAGE_END, 1, SETTINGS.slots, bytes(8))
        await host.send_raw(line[:12])
        host.ctx.set(host.dut.hold, 0)
        await host.send_raw(line[12:])
        await host.wait_for_answers(SETTINGS.slots)
        report = await host.report()
        assert (report["taken"], report["rejected"]) == (SETTINGS.slots, 1)
        assert [answer for _, answer in host.answers()] == [sums(IMAGE)] * SETTINGS.slots

    with_host(script)


def test_a_session_forgets_what_was_under_way() -> None:
    async def script(host: Host) -> None:
        await host.start()
        await host.send(Kind.IMAGE, sequence=0, payload=IMAGE[:6])  # an image without its end
        await host.start(9)
        report = await host.report()
        assert (report["session"], report["taken"], report["done"]) == (9, 0, 0)
        await host.send(Kind.IMAGE_END, session=9, sequence=0, payload=IMAGE)
        assert await host.wait_for_answers(1) == [(0, sums(IMAGE))]
        assert (await host.report())["frame_error"] == 0

    with_host(script)


def test_an_image_of_the_wrong_length_is_told() -> None:
    async def script(host: Host) -> None:
        await host.start()
        await host.send(Kind.IMAGE_END, sequence=0, payload=IMAGE[:6])
        assert await host.wait_for_answers(1) == [(0, sums(IMAGE[:6] + bytes(2)))]
        assert (await host.report())["frame_error"] == 1
        await host.start(2)
        assert (await host.report())["frame_error"] == 0

    with_host(script)


def test_loads_and_names_of_tables() -> None:
    words = [0x12345678, 0x7E7D7E7D, 0xFFFFFFFF]
    load = b"".join(word.to_bytes(4, "little") for word in words)

    async def script(host: Host) -> None:
        await host.start()
        await host.send(Kind.LOAD, sequence=0, payload=load[:4])
        report = await host.report()
        assert (report["loaded"], report["tables"]) == (0, 0)
        await host.send(Kind.LOAD_END, sequence=1, payload=load[4:])
        await host.send(Kind.NAME, sequence=2, payload=(0xCAFE).to_bytes(4, "little"))
        report = await host.report()
        assert (report["loaded"], report["tables"]) == (1, 0xCAFE)
        assert host.ctx.get(host.dut.words) == sum(words) % 2**32
        await host.start(5)
        assert (await host.report())["tables"] == 0xCAFE

    with_host(script)


def test_a_build_without_tables_to_load_keeps_their_name() -> None:
    async def script(host: Host) -> None:
        await host.start()
        await host.send(Kind.LOAD_END, sequence=0, payload=bytes(4))
        await host.send(Kind.NAME, sequence=1, payload=bytes(4))
        await host.send(Kind.IMAGE_END, sequence=2, payload=IMAGE)
        await host.wait_for_answers(1)
        assert (await host.report())["tables"] == SETTINGS.tables

    with_host(script, dataclasses.replace(SETTINGS, loadable=False))


@pytest.mark.parametrize("images", [1, 7])
def test_a_measurement_counts_the_networks_own_clocks(images: int) -> None:
    """The small network takes a clock a beat and one to answer."""

    async def script(host: Host) -> None:
        await host.start()
        await host.send(Kind.MEASURE, sequence=0, payload=bytes(images))
        await host.send(Kind.IMAGE_END, sequence=1, payload=IMAGE)
        assert await host.wait_for_answers(1) == [(0, sums(IMAGE))]
        report = await host.report()
        assert report["frame_error"] == 0
        await host.start(2)
        await host.send(Kind.MEASURE, session=2, sequence=0, payload=bytes(images))
        await clock(host.ctx, 500)
        report = await host.report()
        assert report["clocks"] == images * (BEATS + 1)
        assert report["answers"] == report["stalls"] == 0

    with_host(script)


def test_clocks_lost_to_the_host_are_stalls() -> None:
    """Half an image, a pause, the other half."""

    async def script(host: Host) -> None:
        await host.start()
        await host.send(Kind.IMAGE, sequence=0, payload=IMAGE[:4])
        await clock(host.ctx, 200)
        await host.send(Kind.IMAGE_END, sequence=1, payload=IMAGE[4:])
        await host.wait_for_answers(1)
        report = await host.report()
        assert report["clocks"] - report["stalls"] == BEATS + 1
        assert report["stalls"] > 200

    with_host(script)


faults = st.sampled_from(["fine", "damage", "repeat", "skip", "garbage"])


@examples(6)
@given(st.lists(faults, min_size=2, max_size=4))
def test_frames_are_taken_in_order_whatever_lies_between(happenings: list[str]) -> None:
    """The images that come through are those that were sent well, in their order."""

    async def script(host: Host) -> None:
        await host.start()
        sequence, expected = 0, []
        for n, happening in enumerate(happenings):
            image = bytes([n] * 8)
            line = host_frame(Kind.IMAGE_END, 1, sequence, image)
            if happening == "damage":
                line = line[:7] + bytes([line[7] ^ 0x40]) + line[8:]
            elif happening == "repeat":
                line += line
            elif happening == "skip":
                line = host_frame(Kind.IMAGE_END, 1, sequence + 3, image)
            elif happening == "garbage":
                line = b"\x00\x7e\x7d\x7e" + line
            await host.send_raw(line)
            if happening in ("fine", "repeat", "garbage"):
                expected.append((sequence, sums(image)))
                sequence += 1
        await host.report()
        assert await host.wait_for_answers(len(expected)) == expected

    with_host(script)


def test_sizes_that_are_none() -> None:
    with pytest.raises(ValueError, match="2, 4, 8 slots, not 3"):
        Inbox(3)
    with pytest.raises(ValueError, match="1 to 248 bytes, not 249"):
        Player(249, 4, False, 0)
    with pytest.raises(ValueError, match="at least one byte, not 0"):
        Outbox(0)

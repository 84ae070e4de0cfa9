"""Frames, as Python makes and reads them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tabfab.boards.link import protocol
from tabfab.boards.link.framing import Decoder, encode, host_frame, pack, unpack
from tabfab.boards.link.protocol import ESCAPE, FLAG, Kind

bodies = st.binary(min_size=1, max_size=300) | st.lists(
    st.sampled_from([FLAG, ESCAPE, FLAG ^ 0x20, ESCAPE ^ 0x20, 0]), min_size=1, max_size=40
).map(bytes)


@given(st.lists(bodies, max_size=5), st.data())
def test_frames_come_back_in_whatever_pieces(frames: list[bytes], data: st.DataObject) -> None:
    line = b"".join(map(encode, frames))
    decoder, seen = Decoder(), []
    while line:
        piece = data.draw(st.integers(1, len(line)))
        seen += decoder.feed(line[:piece])
        line = line[piece:]
    assert seen == frames
    assert decoder.damaged == 0


@given(bodies)
def test_a_flag_is_nowhere_but_around_a_frame(body: bytes) -> None:
    line = encode(body)
    assert line[0] == line[-1] == FLAG
    assert FLAG not in line[1:-1]


@given(bodies, st.data())
def test_one_wrong_byte_is_noticed(body: bytes, data: st.DataObject) -> None:
    line = bytearray(encode(body))
    line[data.draw(st.integers(0, len(line) - 1))] ^= data.draw(st.integers(1, 255))
    assert body not in Decoder().feed(bytes(line))


@given(st.binary(max_size=400), bodies)
def test_after_garbage_the_next_frame_but_one_is_read(garbage: bytes, body: bytes) -> None:
    """Garbage may end in half an escape, which takes the first flag's frame along."""
    assert Decoder().feed(garbage + encode(body) * 2).count(body) >= 1


def test_a_frame_cut_within_an_escape_is_none() -> None:
    assert Decoder().feed(bytes([FLAG, 1, 2, 3, 4, ESCAPE, FLAG])) == []


def test_a_checksum_alone_is_no_frame() -> None:
    assert Decoder().feed(encode(b"")) == []


@given(
    st.integers(0, 2**16 - 1), st.integers(0, 15), st.sampled_from(Kind), st.binary(max_size=248)
)
def test_a_header_says_what_is_in_the_frame(
    session: int, sequence: int, kind: Kind, payload: bytes
) -> None:
    (body,) = Decoder().feed(host_frame(kind, session, sequence, payload))
    header, rest = body[: protocol.HEADER_BYTES], body[protocol.HEADER_BYTES :]
    assert unpack(protocol.HEADER, header) == {
        "session": session, "sequence": sequence, "kind": kind, "length": len(body),
    }  # fmt: skip
    assert rest == payload


def test_a_status_is_the_beginning_of_a_report() -> None:
    fields = {"session": 0xABCD, "taken": 1, "done": 2, "answers": 3, "rejected": 4}
    report = pack(protocol.REPORT, **fields, build=2**56 - 1)
    assert report[: protocol.STATUS_BYTES] == pack(protocol.STATUS, **fields)


def test_a_slot_holds_the_longest_frame() -> None:
    assert protocol.HEADER_BYTES + protocol.MOST_PAYLOAD <= protocol.SLOT_BYTES
    assert protocol.MOST_PAYLOAD % 4 == 0

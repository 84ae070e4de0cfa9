"""Frames in Python: what `tabfab.boards.link.gateware.framer` and `deframer` do in gateware."""

from __future__ import annotations

import re
import zlib

from amaranth.lib import data

from .protocol import CRC_BYTES, ESCAPE, ESCAPE_BIT, FLAG, HEADER, HEADER_BYTES, Kind

_ESCAPES = {byte: bytes([ESCAPE, byte ^ ESCAPE_BIT]) for byte in (ESCAPE, FLAG)}
_ESCAPED = re.compile(bytes([ESCAPE]) + b"(.?)", re.DOTALL)
_LONGEST = 1 << 20
"""Bytes without a flag that are kept: more than any answer has."""


def checksum(body: bytes) -> bytes:
    """The bytes that end a frame: zlib's CRC-32 is `tabfab.boards.link.protocol.CRC`."""
    return zlib.crc32(body).to_bytes(CRC_BYTES, "little")


def encode(body: bytes) -> bytes:
    """The bytes on the line that carry a frame: with checksum, escapes and flags."""
    frame = body + checksum(body)
    for byte, escaped in _ESCAPES.items():  # the escape itself first
        frame = frame.replace(bytes([byte]), escaped)
    return bytes([FLAG]) + frame + bytes([FLAG])


def pack(layout: data.StructLayout, **fields: int) -> bytes:
    """A layout with these fields as bytes."""
    bits: int = layout.const(fields).as_bits()
    return bits.to_bytes(layout.size // 8, "little")


def unpack(layout: data.StructLayout, body: bytes) -> dict[str, int]:
    """The fields of a layout's bytes."""
    bits = int.from_bytes(body, "little")
    return {name: bits >> field.offset & (1 << field.width) - 1 for name, field in layout}


def host_frame(kind: Kind, session: int, sequence: int = 0, payload: bytes = b"") -> bytes:
    """What a host sends, ready for the line."""
    header = pack(
        HEADER, session=session, sequence=sequence, kind=kind, length=HEADER_BYTES + len(payload)
    )
    return encode(header + payload)


class Decoder:
    """Finds the good frames in what comes over the line, in whatever pieces it comes.

    Attributes
    ----------
    damaged: pieces between flags that were no frames.
    """

    def __init__(self) -> None:
        self.damaged = 0
        self._rest = b""

    def feed(self, received: bytes) -> list[bytes]:
        """The bodies of the frames that end in `received`, without their checksums."""
        *pieces, rest = (self._rest + received).split(bytes([FLAG]))
        self._rest = rest[-_LONGEST:]
        bodies = [body_of(piece) for piece in pieces if piece]
        self.damaged += bodies.count(None)
        return [body for body in bodies if body is not None]


def body_of(piece: bytes) -> bytes | None:
    """What is in a piece between two flags; None if its checksum is wrong."""
    if _ESCAPED.findall(piece)[-1:] == [b""]:  # it ends within an escape
        return None
    frame = _ESCAPED.sub(lambda found: bytes([found[1][0] ^ ESCAPE_BIT]), piece)
    body, seen = frame[:-CRC_BYTES], frame[-CRC_BYTES:]
    return body if body and checksum(body) == seen else None

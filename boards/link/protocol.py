"""The protocol between host and board: the one definition that gateware and Python share.

Both directions carry frames as HDLC does (RFC 1662, octet-stuffed framing): each lies between two
bytes `FLAG`, which appear nowhere else, because `FLAG` and `ESCAPE` in a frame are sent as
`ESCAPE` and the byte with `ESCAPE_BIT` inverted. So whatever was lost, flipped or made up before,
the next flag starts a frame. Its last four bytes are the CRC-32 of the others; a frame whose CRC
is wrong never existed. Numbers are little-endian.

What the host sends (`HEADER` and payload):

* A frame with a sequence number is taken only if the number is that of the next frame, and if
  there is a free slot for it: reports say how many frames were taken and how many slots are free
  again, `taken` and `done`, so frame n may be sent while ``n - done < slots``, all modulo
  `SEQUENCES`. What is not taken is sent again from `taken` on (go-back-N).
* ``POLL`` and ``START`` have none. ``POLL`` asks for a `REPORT`. ``START`` begins a session with
  the number in the frame: all counters start at 0, whatever was under way is forgotten, and
  tables that were loaded stay. The board is in session 0 after its reset; hosts use others.

What the board sends carries the session's number, so that nothing of an earlier one is taken for
an answer:

* ``ANSWER``: `ANSWER_HEADER`, then one answer, as many bytes as the build's output has. `number`
  counts the session's images, modulo 256. An answer that is lost on the way is not sent again: the
  host sends the image again, under the next number.
* ``REPORT``: a `STATUS` whenever a frame arrived or a slot came free, a whole `REPORT` when it was
  asked for. A report always follows the answers that it counts.

Nothing here imports torch.
"""

from __future__ import annotations

import enum

from amaranth.lib import crc, data

VERSION = 2
"""Of the protocol; a host talks to boards of its own version only."""

FLAG = 0x7E
"""The byte before and after each frame."""
ESCAPE = 0x7D
"""The byte before one that is sent with `ESCAPE_BIT` inverted."""
ESCAPE_BIT = 0x20
"""What an escaped byte is sent with inverted."""

CRC = crc.catalog.CRC32_ISO_HDLC
"""The checksum of frames, that of Ethernet and zlib: every burst of up to 32 bits is found."""
CRC_BYTES = 4

SEQUENCES = 16
"""How many sequence numbers there are; twice as many as slots, so that all of them taken and none
of them taken can be told apart."""
SLOTS = (2, 4, 8)
"""How many frames a board may keep."""
SLOT_BYTES = 256
"""Of the board's memory for a frame: its header and payload."""
MOST_IMAGES = 100
"""Images that may be under way at once, so that their numbers modulo 256 tell them apart."""


class Kind(enum.IntEnum):
    """What a frame of the host is; bit 0 is the end of an image or a load."""

    IMAGE = 0
    """Bytes of an image: beats of ``s_axis_tdata``, the lowest byte first."""
    IMAGE_END = 1
    """The last of them: ``s_axis_tlast`` comes with the last beat."""
    LOAD = 2
    """Words for ``s_load_tdata``, four bytes each."""
    LOAD_END = 3
    """The last of them."""
    NAME = 4
    """Four bytes: what `REPORT` calls the tables that are loaded from now on."""
    MEASURE = 6
    """As many bytes as images are to be played into the network, as fast as it takes them: black
    ones, whose answers are dropped."""
    POLL = 8
    """Asks for a `REPORT`."""
    START = 9
    """Begins a session."""


UNNUMBERED = 8
"""Bit of a kind that has no sequence number."""


class Reply(enum.IntEnum):
    """What a frame of the board is."""

    ANSWER = 0x41
    REPORT = 0x52


HEADER = data.StructLayout({"session": 16, "kind": 4, "sequence": 4, "length": 8})
"""Of a host's frame; `length` counts the frame's bytes, this header too and the CRC not."""
HEADER_BYTES = HEADER.size // 8
MOST_PAYLOAD = 248
"""Bytes of a host's frame that follow its header: whole words, and within a slot."""

ANSWER_HEADER = data.StructLayout({"reply": 8, "session": 16, "number": 8})
"""Of a board's answer."""
ANSWER_BYTES = ANSWER_HEADER.size // 8

_STATUS = {
    "reply": 8,
    "session": 16,
    "done": 4,
    "taken": 4,
    "rejected": 5,
    "frame_error": 1,
    "loaded": 1,
    "idle": 1,
    "answers": 8,
}
STATUS = data.StructLayout(_STATUS)
"""The short report:

* `done`, `taken`: frames whose slots are free again, and frames taken, modulo `SEQUENCES`;
* `rejected`: frames that were not taken, modulo 32: damaged, out of order or without a free slot;
* `frame_error`: an image of this session was too short or too long;
* `loaded`: the build's output of that name; `idle`: no image is under way;
* `answers` of this session, modulo 256.
"""
STATUS_BYTES = STATUS.size // 8

REPORT = data.StructLayout(
    _STATUS
    | {
        "version": 8,
        "slots": 8,
        "clocks": 32,
        "stalls": 32,
        "clock_khz": 24,
        "tables": 32,
        "build": 56,
    }
)
"""The whole report: `STATUS`, then

* `clocks` of this session on which an image was under way, and `stalls`: those of them on which the
  network waited for the host, for an image's next beat or to give an answer, modulo 2**32; they
  mean something while no image is under way;
* `version` of the protocol, the board's `slots`, its clock;
* `tables`: name of the tables that are loaded, 0 while some of them are replaced;
* `build`: which hardware this is.

What changes is in the first half: choosing among as many bytes as a power of two is cheapest.
"""
REPORT_BYTES = REPORT.size // 8

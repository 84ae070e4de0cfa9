"""Wires that do what wires should not: drop, flip and double bytes, make some up, and come off."""

from __future__ import annotations

import time
from collections import Counter

import numpy as np
from tabfab.boards.link.line import Line, LineLostError

FAULTS = ("drop", "flip", "double", "invent", "swallow")
_BURST = 40
"""Bytes that are swallowed at most, one after another."""


class FaultyLine:
    """A line whose bytes suffer at random, in both directions.

    Parameters
    ----------
    line: that carries them.
    share: of the bytes that something happens to.
    seed: of what happens.

    Attributes
    ----------
    faults: how many of each kind there were.
    """

    def __init__(self, line: Line, share: float, seed: int = 0) -> None:
        self.line = line
        self.name = line.name
        self.share = share
        self.faults: Counter[str] = Counter()
        self._rng = np.random.default_rng(seed)
        self._off_until = 0.0
        self._gone = False

    def open(self) -> None:
        self._raise_if_off()
        self._gone = False
        self.line.open()

    def close(self) -> None:
        self.line.close()

    def write(self, sent: bytes) -> None:
        if self._off():
            return
        self.line.write(self._suffer(sent))

    def read(self, seconds: float) -> bytes:
        received = self.line.read(seconds)
        return b"" if self._off() else self._suffer(received)

    def pull(self, seconds: float, gone: bool) -> None:
        """Pull the cable and put it back; `gone` if the port goes away meanwhile."""
        self.faults["pulled"] += 1
        self._off_until = time.monotonic() + seconds
        self._gone = gone

    def _off(self) -> bool:
        off = time.monotonic() < self._off_until
        if off and self._gone:
            self.line.close()
        if self._gone:
            raise LineLostError(f"port {self.name} was lost (pulled)")
        return off

    def _raise_if_off(self) -> None:
        if time.monotonic() < self._off_until:
            raise LineLostError(f"port {self.name} is not there")

    def _suffer(self, data: bytes) -> bytes:
        """The bytes as they arrive."""
        hit = np.flatnonzero(self._rng.random(len(data)) < self.share)
        if not len(hit):
            return data
        pieces, begin = [], 0
        for place in hit.tolist():
            if place < begin:
                continue
            fault = FAULTS[int(self._rng.integers(len(FAULTS)))]
            self.faults[fault] += 1
            pieces.append(data[begin:place])
            begin = place + 1
            if fault == "flip":
                pieces.append(bytes([data[place] ^ 1 << int(self._rng.integers(8))]))
            elif fault == "double":
                pieces.append(data[place : place + 1] * 2)
            elif fault == "invent":
                pieces.append(self._rng.bytes(int(self._rng.integers(1, 6))) + data[place:begin])
            elif fault == "swallow":
                begin = place + int(self._rng.integers(1, _BURST))
        pieces.append(data[begin:])
        return b"".join(pieces)

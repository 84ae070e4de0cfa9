"""How much of an ONNX file is no weights, counted before protobuf makes objects of it.

An empty message takes two bytes in a file and a hundred in memory. Protobuf's encoding is walked
without being understood: a field is a number, a kind and a length.
"""

from __future__ import annotations

from collections.abc import Iterator

_WEIGHTS = ((7, 5, 9), (7, 1, 5, 5, 9))
"""Numbers of the fields that lead to raw numbers: graph, initializer, raw data; and graph, node,
attribute, tensor, raw data."""
_BYTES = {0: 0, 1: 8, 5: 4}
"""Length of a field's value by its kind; kind 0 is as long as it says itself."""
_LENGTH_GIVEN = 2
_MOST_FIELDS = 1 << 20
"""Parts that are walked: nodes, weights, notes and what is in them."""


def described_bytes(data: bytes) -> int:
    """Bytes of the model `data` that are not the raw numbers of its tensors.

    Raises
    ------
    ValueError: it is no message of protobuf, or has more parts than any network.
    """
    return len(data) - _Walk(data).weights((), 0, len(data))


class _Walk:
    """One pass over a file; `walked` counts the fields."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.walked = 0

    def weights(self, path: tuple[int, ...], start: int, end: int) -> int:
        """Bytes of raw numbers in the message between `start` and `end`, which `path` leads to."""
        total = 0
        for number, first, last in self._fields(start, end):
            here = (*path, number)
            if here in _WEIGHTS:
                total += last - first
            elif any(way[: len(here)] == here for way in _WEIGHTS):
                total += self.weights(here, first, last)
        return total

    def _fields(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Number, first byte and end of each field with a length between `start` and `end`."""
        while start < end:
            self.walked += 1
            if self.walked > _MOST_FIELDS:
                raise ValueError(f"it has more than {_MOST_FIELDS} parts")
            tag, start = self._varint(start, end)
            kind = tag & 7
            if kind == _LENGTH_GIVEN:
                length, start = self._varint(start, end)
                if length > end - start:
                    raise ValueError("a field is longer than the file")
                yield tag >> 3, start, start + length
                start += length
            elif kind == 0:
                _, start = self._varint(start, end)
            elif kind in _BYTES:
                start += _BYTES[kind]
            else:
                raise ValueError("it is not in protobuf's encoding")

    def _varint(self, start: int, end: int) -> tuple[int, int]:
        value = 0
        for place in range(start, min(start + 10, end)):
            byte = self.data[place]
            value |= (byte & 0x7F) << 7 * (place - start)
            if byte < 0x80:
                return value, place + 1
        raise ValueError("a number in it does not end")

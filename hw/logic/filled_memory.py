"""FilledMemory: a memory whose contents are handed on only to those who need them."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Fragment, MemoryInstance, unsigned
from amaranth.lib import memory


class FilledMemory(memory.Memory):
    """A memory with initial contents that Amaranth gets for simulation alone.

    Amaranth takes the contents of a memory through its netlist bit by bit, as objects, which for
    the tables of a network takes minutes. A platform with a `get_memory`, which is how Amaranth
    lets memories be made of something else, reads `rows` instead (`tabfab.hw.rtl.memories`).

    Parameters
    ----------
    width: bits of a row.
    rows: contents from row 0 on, as unsigned integers of `width` bits; those that are missing are
        zero.
    depth: rows in all; as many as there are contents if not given.
    attrs: attributes for synthesis.
    """

    def __init__(
        self,
        width: int,
        rows: Sequence[int],
        depth: int | None = None,
        attrs: dict[str, str | int] | None = None,
    ) -> None:
        depth = len(rows) if depth is None else depth
        if len(rows) > depth:
            raise ValueError(f"{len(rows)} rows do not fit a memory of {depth}")
        self.rows = rows
        super().__init__(shape=unsigned(width), depth=depth, init=[], attrs=attrs)

    def elaborate(self, platform: object) -> Fragment | MemoryInstance:
        if not hasattr(platform, "get_memory"):
            self.data.init = self.rows
        return super().elaborate(platform)

"""Memories of a design, whose contents go into files and not through Amaranth and Yosys.

Both represent every bit of a memory's contents as an object or more, several times over. Here they
see memories without contents, each marked with a number; what a number stands for is written beside
the Verilog.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amaranth.hdl import MemoryData, MemoryInstance, Shape
from amaranth.lib import memory

from ..logic.filled_memory import FilledMemory

_MARK = "tabfab_memory"
_RTLIL_MEMORY = re.compile(
    rf"  attribute \\{_MARK} (\d+)\n((?:  attribute .*\n)*  memory width \d+ size) 1 "
)
_RTLIL_CONTENTS = re.compile(r"  cell \$meminit_v2 .*\n(?:    .*\n)*  end\n\n")
_VERILOG_MEMORY = re.compile(
    rf"  \(\* {_MARK} = 32'd(\d+) \*\)\n((?:  \(\* .* \*\)\n)*  reg \[\d+:0\] (\S+ ?) \[\d+:0\];\n)"
)


@dataclass(frozen=True)
class Contents:
    """What a memory holds.

    Parameters
    ----------
    width, depth: bits of a row, and rows.
    rows: unsigned integers, from row 0 on; those that are missing are zero.
    """

    width: int
    depth: int
    rows: Sequence[int]

    def hexadecimal(self) -> str:
        """For `$readmemh`: one row a line, without addresses."""
        digits = -(-self.width // 4)
        missing = self.depth - len(self.rows)
        return "".join(f"{row:0{digits}x}\n" for row in self.rows) + f"{0:0{digits}x}\n" * missing


class Memories:
    """The platform of a design whose memories' contents are written beside it.

    Handed to `amaranth.back.rtlil.convert` as its platform, it gets every memory. Then
    `without_contents` gives them their size in the RTLIL, and `write` gives them their files in the
    Verilog that Yosys makes of it.
    """

    def __init__(self) -> None:
        self._contents: list[Contents] = []

    def get_memory(self, whole: memory.Memory) -> MemoryInstance:
        """What stands for a memory: one of a single row, with the mark. Amaranth calls this."""
        rows = whole.rows if isinstance(whole, FilledMemory) else list(whole.init)
        number = len(self._contents)
        self._contents.append(Contents(Shape.cast(whole.shape).width, whole.depth, rows))
        instance = MemoryInstance(
            data=MemoryData(shape=whole.shape, depth=whole.depth, init=[]),
            attrs={_MARK: number} | whole.attrs,
        )
        writes = {
            port: instance.write_port(
                domain=port.domain, addr=port.addr, data=port.data, en=port.en
            )
            for port in whole.write_ports
        }
        for port in whole.read_ports:
            instance.read_port(
                domain=port.domain, addr=port.addr, data=port.data, en=port.en,
                transparent_for=tuple(writes[write] for write in port.transparent_for),
            )  # fmt: skip
        # The ports fit the whole memory. There is no public way to have it without contents.
        instance._data = MemoryData(shape=whole.shape, depth=1, init=[])
        return instance

    def without_contents(self, rtlil: str) -> str:
        """RTLIL in which the memories have their size, and no contents.

        Raises
        ------
        RuntimeError: it is not written as Amaranth 0.5 writes it.
        """

        def sized(match: re.Match[str]) -> str:
            depth = self._contents[int(match[1])].depth
            return f"  attribute \\{_MARK} {match[1]}\n{match[2]} {depth} "

        text, memories = _RTLIL_MEMORY.subn(sized, rtlil)
        text, contents = _RTLIL_CONTENTS.subn("", text)
        self._check("Amaranth", memories)
        self._check("Amaranth", contents)
        return text

    def write(self, verilog: str, directory: Path) -> str:
        """Write ``top-N.mem`` files, numbered from 1 as the text comes to their memories.

        Returns
        -------
        The Verilog that reads them.

        Raises
        ------
        RuntimeError: it is not written as Yosys writes it.
        """
        written = 0

        def read(match: re.Match[str]) -> str:
            nonlocal written
            written += 1
            file = f"top-{written}.mem"
            (directory / file).write_text(self._contents[int(match[1])].hexadecimal())
            return f'{match[2]}  initial $readmemh("{file}", {match[3]});\n'

        text = _VERILOG_MEMORY.sub(read, verilog)
        self._check("Yosys", written)
        return text

    def _check(self, tool: str, found: int) -> None:
        """That every memory was found in what a tool wrote; without its contents none is right."""
        if found != len(self._contents):
            raise RuntimeError(
                f"{found} of {len(self._contents)} memories were found in what {tool} wrote"
            )

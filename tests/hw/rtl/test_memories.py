from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from amaranth.back import rtlil
from amaranth.hdl import Module, Signal, unsigned
from amaranth.lib import memory, wiring
from amaranth.lib.wiring import In, Out
from tabfab.hw.logic.filled_memory import FilledMemory
from tabfab.hw.rtl.memories import Contents, Memories
from tabfab.hw.rtl.verilog import VERILOG_FILE, write_component


class TwoMemories(wiring.Component):
    """A memory with contents, read at two ports, and one that is written and read at once."""

    def __init__(self, rows: Sequence[int]) -> None:
        self.rows = rows
        super().__init__({"address": In(3), "data": Out(13), "other": Out(13), "late": Out(5)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.rom = rom = FilledMemory(13, self.rows, 8, {"ram_style": "logic"})
        m.submodules.ram = ram = memory.Memory(shape=unsigned(5), depth=8, init=[1, 31])
        written = Signal(5)
        m.d.sync += written.eq(written + 1)
        put = ram.write_port()
        m.d.comb += [put.en.eq(1), put.addr.eq(written), put.data.eq(self.address)]
        for port, out in (
            (rom.read_port(), self.data),
            (rom.read_port(), self.other),
            (ram.read_port(transparent_for=[put]), self.late),
        ):
            m.d.comb += [port.addr.eq(self.address), out.eq(port.data)]
        return m


ROWS = (0, 8191, 5, 4096, 17)


def test_files_hold_the_contents_in_the_order_of_the_text(tmp_path: Path) -> None:
    write_component(TwoMemories(ROWS), "two", tmp_path)
    verilog = (tmp_path / VERILOG_FILE).read_text()
    reads = re.findall(r'initial \$readmemh\("(top-\d+\.mem)", (\w+)\);', verilog)
    assert [file for file, _ in reads] == ["top-1.mem", "top-2.mem"]
    contents = {name: (tmp_path / file).read_text().split() for file, name in reads}
    assert contents["rom"] == [f"{row:04x}" for row in (*ROWS, 0, 0, 0)]
    assert contents["ram"] == ["01", "1f", *["00"] * 6]
    assert "tabfab" not in verilog
    assert '(* ram_style = "logic" *)\n  reg [12:0] rom [7:0];\n  initial' in verilog
    assert {path.name for path in tmp_path.iterdir()} == {VERILOG_FILE, *(f for f, _ in reads)}


def test_neither_amaranth_nor_yosys_see_the_contents() -> None:
    texts = []
    for rows in (ROWS, [0] * 8):
        memories = Memories()
        text = rtlil.convert(TwoMemories(rows), platform=memories, emit_src=False)
        texts.append(memories.without_contents(str(text)))
    assert texts[0] == texts[1]
    assert "$meminit" not in texts[0]
    assert "memory width 13 size 8 \\rom" in texts[0]


def test_ports_are_those_that_amaranth_makes_itself() -> None:
    """But for mark and contents, the RTLIL is that of a design without a platform."""
    memories = Memories()
    ours = memories.without_contents(
        rtlil.convert(TwoMemories(ROWS), platform=memories, emit_src=False)
    )
    plain = rtlil.convert(TwoMemories(ROWS), emit_src=False)
    ours = re.sub(r"  attribute \\tabfab_memory \d+\n", "", ours)
    plain = re.sub(r"  cell \$meminit_v2 .*\n(?:    .*\n)*  end\n\n", "", plain)
    assert ours == plain


@pytest.mark.parametrize(
    ("width", "line"), [(1, "1\n"), (4, "1\n"), (5, "01\n"), (64, f"{1:016x}\n")]
)
def test_lines_have_a_digit_for_every_four_bits(width: int, line: str) -> None:
    assert Contents(width, 1, [1]).hexadecimal() == line


def test_tells_where_a_tool_writes_otherwise(tmp_path: Path) -> None:
    memories = Memories()
    text = rtlil.convert(TwoMemories(ROWS), platform=memories, emit_src=False)
    with pytest.raises(RuntimeError, match="0 of 2 memories were found in what Amaranth wrote"):
        memories.without_contents(text.replace("memory width", "memory  width"))
    with pytest.raises(RuntimeError, match="0 of 2 memories were found in what Yosys wrote"):
        memories.write("module two(); endmodule\n", tmp_path)

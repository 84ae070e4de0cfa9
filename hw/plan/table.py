"""What a plan comes to, layer by layer: the figures behind `tabfab plan`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ...compiler.program import Conv, Program
from ...compiler.store.records.encode_record import encode_record
from ..device.cells import Cells
from ..device.devices import Device
from ..device.family import Family
from ..engine.folding import Folding
from ..logic.demand import Demand
from ..logic.memory import Memory
from ..network.network import Network
from ..network.stage_list import LINE_BUFFER, PIXEL_BUFFER, ROW_WINDOWS
from ..nodes.catalog import layers
from ..nodes.methods.layer import Layers
from .plan import Plan, build_network
from .pricing import memories_price, memory_price, price

OTHER_PARTS = "other"


@dataclass(frozen=True)
class PlanRow:
    """One node of a program.

    Parameters
    ----------
    name: of the node.
    method: of a layer; else the node's kind.
    folding: of a layer; None for other nodes.
    clocks: per image that its busiest stage works.
    read_share: of the clocks on which a layer's tables or weights are read.
    block_rams: that its memories occupy.
    stored_bits: that are in these.
    occupied_bits: that these have.
    table_stored_bits, table_occupied_bits: the same of a layer's tables or weights alone.
    cells: what the node takes.
    parts: the same by part: the line buffer, what the layer's method calls its own
        (`LayerHardware.parts`), and all others.
    """

    name: str
    method: str
    folding: Folding | None
    clocks: int
    read_share: float | None
    block_rams: int
    stored_bits: int
    occupied_bits: int
    table_stored_bits: int
    table_occupied_bits: int
    cells: Cells
    parts: dict[str, Cells]

    def document(self) -> dict[str, object]:
        """The row as JSON values."""
        return encode_record(self, "row", {})


@dataclass(frozen=True)
class PlanTable:
    """All nodes of a plan.

    Parameters
    ----------
    rows: in program order, those without hardware of their own left out.
    total: of all rows.
    """

    rows: tuple[PlanRow, ...]
    total: Cells

    @property
    def stored_bits(self) -> int:
        """Bits that are in block RAMs."""
        return sum(row.stored_bits for row in self.rows)

    @property
    def occupied_bits(self) -> int:
        """Bits that these block RAMs have."""
        return sum(row.occupied_bits for row in self.rows)

    @property
    def table_stored_bits(self) -> int:
        """Bits of tables and weights that are in block RAMs."""
        return sum(row.table_stored_bits for row in self.rows)

    @property
    def table_occupied_bits(self) -> int:
        """Bits that these block RAMs have."""
        return sum(row.table_occupied_bits for row in self.rows)


def plan_table(program: Program, plan: Plan, device: Device) -> PlanTable:
    """The figures of `plan` on `device`."""
    network = build_network(program, plan)
    demands, folded = network.demands(), layers(program)
    rows = []
    for node in program:
        stages = [stage.name for stage in network.stages if stage.node == node.name]
        if not stages:
            continue
        own = [demands[stage] for stage in stages]
        memories = [memory for demand in own for memory in demand.memories]
        named = {LINE_BUFFER} | (folded[node.name].parts if node.name in folded else set())
        parts = _parts(node.name, stages, named, demands, device.family)
        blocks = int(memories_price(memories, device.family).block_rams)
        tables = [memory.packing for memory in memories if memory.packing is not None]
        row = PlanRow(
            name=node.name,
            method=node.method if isinstance(node, Conv) else node.kind,
            folding=plan.foldings.get(node.name),
            clocks=max(_beats(network, stages), _read_clocks(folded, plan, node.name)),
            read_share=plan.read_shares.get(node.name),
            block_rams=blocks,
            stored_bits=sum(_bits_in_blocks(memory, device.family) for memory in memories),
            occupied_bits=blocks * device.family.block_bits,
            table_stored_bits=sum(packing.stored_bits for packing in tables),
            table_occupied_bits=sum(packing.occupied_bits for packing in tables),
            cells=sum(parts.values(), Cells()),
            parts=parts,
        )
        rows.append(row)
    return PlanTable(tuple(rows), sum((row.cells for row in rows), Cells()))


def _parts(
    node: str,
    stages: Sequence[str],
    own: Collection[str],
    demands: Mapping[str, Demand],
    family: Family,
) -> dict[str, Cells]:
    """What the stages of a node take, by part: those that it calls its `own`, and all others."""
    parts: dict[str, Cells] = {}
    for stage in stages:
        part = stage.removeprefix(f"{node}.")
        if part in (ROW_WINDOWS, PIXEL_BUFFER):  # a wider and a smaller line buffer
            part = LINE_BUFFER
        part = part if part in own else OTHER_PARTS
        parts[part] = parts.get(part, Cells()) + price(demands[stage], family)
    return parts


def _read_clocks(folded: Layers, plan: Plan, name: str) -> int:
    """Clocks per image for which a layer's tables or weights are read."""
    return folded[name].bank_clocks(plan.foldings[name]) if name in folded else 0


def _beats(network: Network, stages: Sequence[str]) -> int:
    """Most beats per image of any stream at these stages: each takes a clock."""
    return max(
        link.format.beats_per_image
        for link in network.links
        if link.source.stage in stages or link.sink.stage in stages
    )


def _bits_in_blocks(memory: Memory, family: Family) -> int:
    if memory.packing is not None and memory.packing.pieces[0].style != "auto":
        return memory.packing.stored_bits
    return memory.depth * memory.width if memory_price(memory, family).block_rams else 0

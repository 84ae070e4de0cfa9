"""What the components of an assembled network are made of: they say it of themselves."""

from __future__ import annotations

from functools import singledispatch

from amaranth.hdl import Shape

from ..engine.accumulator import Accumulator
from ..engine.adder_tree import AdderTree
from ..engine.requantizer import Requantizer
from ..logic.demand import Demand
from ..logic.demand import queue as queue_demand
from ..network.network import Network
from ..nodes import component_demand as parts
from ..nodes.methods.exact.multiplier_bank import WEIGHT_BITS, MultiplierBank
from ..nodes.methods.table.encoder import Encoder
from ..nodes.methods.table.table_bank import TableBank
from ..nodes.operators.argmax import Argmax
from ..nodes.operators.max_reducer import MaxReducer
from ..nodes.operators.residual import ResidualAdder, ShiftedSum
from ..nodes.operators.slice_padder import SlicePadder
from ..stream.block_queue import BlockQueue
from ..stream.core import Chain, Core
from ..stream.elastic import Elastic
from ..stream.fork import Fork
from ..stream.lanes import Narrow, Widen
from ..stream.pipeline_register import PipelineRegister
from ..stream.queue import Queue
from ..window.border_padder import BorderPadder
from ..window.line_buffer import LineBuffer


def network_demand(network: Network) -> dict[str, Demand]:
    """What each stage of a network is made of, by its name."""
    return {stage.name: component_demand(stage.component) for stage in network.stages}


@singledispatch
def component_demand(component: object) -> Demand:
    """What a component is made of.

    Raises
    ------
    TypeError: nobody has said it of this kind of component.
    """
    raise TypeError(f"what is a {type(component).__name__} made of? tell hw/plan/network_demand.py")


def _bits(core_side: tuple[object, int]) -> int:
    """Bits of an element."""
    return Shape.cast(core_side[0]).width


@component_demand.register
def _(component: Elastic) -> Demand:
    core: Core = component.core
    width = len(component.o.p.as_value())
    gate = parts.elastic(depth=component.depth, width=width, groups=core.groups)
    return gate + component_demand(core)


@component_demand.register
def _(component: Chain) -> Demand:
    return sum((component_demand(core) for core in component.cores.values()), Demand())


@component_demand.register
def _(component: Encoder) -> Demand:
    return parts.encoder(trees=component.encoder, width=component.width, bits=component.type.bits)


@component_demand.register
def _(component: LineBuffer) -> Demand:
    return parts.line_buffer(
        geometry=component.geometry,
        width=component.shape.width * component.lanes,
        depth=component.depth,
        paddings=len({tuple(word) for word in component.padding}),
    )


@component_demand.register
def _(component: TableBank) -> Demand:
    return parts.table_bank(
        geometry=component.geometry, bits=component.bits, memories=component.memories()
    )


@component_demand.register
def _(component: MultiplierBank) -> Demand:
    return parts.multiplier_bank(
        geometry=component.geometry,
        input_bits=component.type.bits,
        weight_bits=WEIGHT_BITS,
        product_bits=_bits(component.output),
        memories=component.memories(),
    )


@component_demand.register
def _(component: AdderTree) -> Demand:
    lanes, outputs = component.lanes, component.outputs
    return parts.adder_tree(bits=_bits(component.input), lanes=lanes, outputs=outputs)


@component_demand.register
def _(component: Accumulator) -> Demand:
    blocks, outputs = component.bias.shape
    return parts.accumulator(
        width=_bits(component.output), outputs=outputs, blocks=blocks, group=component.group
    )


@component_demand.register
def _(component: PipelineRegister) -> Demand:
    return parts.pipeline_register(width=_bits(component.input) * component.input[1])


@component_demand.register
def _(component: Requantizer) -> Demand:
    return parts.requantizer(
        width=_bits(component.input),
        bits=_bits(component.output),
        shifts=[len(set(column)) for column in component.shift.T.tolist()],
        blocks=len(component.shift),
    )


@component_demand.register
def _(component: MaxReducer) -> Demand:
    bits, lanes = _bits(component.input), component.input[1]
    return parts.max_reducer(bits=bits, lanes=lanes, group=component.groups[0])


@component_demand.register
def _(component: Argmax) -> Demand:
    return parts.argmax(
        bits=_bits(component.input),
        lanes=component.input[1],
        answer=_bits(component.output),
        group=component.groups[0],
    )


@component_demand.register
def _(component: ShiftedSum) -> Demand:
    return parts.shifted_sum(width=_bits(component.output), lanes=component.lanes)


@component_demand.register
def _(component: ResidualAdder) -> Demand:
    return component_demand(component.adder)


@component_demand.register
def _(component: SlicePadder) -> Demand:
    return parts.slice_padder(
        width=Shape.cast(component.shape).width * component.lanes,
        depth=component.depth,
        size=component.size,
        beats=sum(component.beats),
    )


@component_demand.register
def _(component: BorderPadder) -> Demand:
    return parts.border_padder(
        width=component.shape.width * component.lanes,
        depth=component.depth,
        size=component.bordered,
        words=len(component.pixel),
        pixels=len({tuple(word) for word in component.pixel}),
    )


@component_demand.register
def _(component: Queue) -> Demand:
    return queue_demand(component.depth, len(component.i.p.as_value()))


@component_demand.register
def _(component: BlockQueue) -> Demand:
    return parts.block_queue(depth=component.depth, width=len(component.i.p.as_value()))


@component_demand.register
def _(component: Fork) -> Demand:
    return sum((component_demand(queue) for queue in component.queues), Demand())


@component_demand.register
def _(component: Widen) -> Demand:
    bits = _bits(component.input) * component.input[1]
    return parts.widen(narrow=bits, ratio=component.ratio, groups=component.groups)


@component_demand.register
def _(component: Narrow) -> Demand:
    return parts.narrow(
        wide=Shape.cast(component.shape).width * component.wide,
        ratio=component.wide // component.narrow,
        depth=component.depth,
        groups=component.groups,
    )

"""A layer method and an operator of this file alone, which a line in the catalog adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from amaranth.hdl import Module
from numpy.typing import NDArray
from tabfab.compiler import program as ir
from tabfab.compiler.program.operations import Cost
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.network.node_hardware import NodeHardware
from tabfab.hw.network.stage_list import OpenStream, StageList
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.nodes.catalog import HARDWARE, layer_hardware
from tabfab.hw.nodes.methods.exact.hardware import MultiplyingHardware
from tabfab.hw.plan import PlanOptions, build_network, make_plan
from tabfab.hw.rtl.verilog import write_verilog
from tabfab.hw.stream.core import Core
from tabfab.hw.stream.elastic import Elastic

from support.programs import ConvOptions, exact_conv, image_input
from support.streams import TRAFFIC, Beats, check

RNG = np.random.default_rng(2)
IMAGE = image_input(RNG, 2, 5, 4)


@dataclass(frozen=True, eq=False, kw_only=True)
class SignConv(ir.Conv):
    """A convolution whose weights are 3 or -3."""

    kind: ClassVar[str] = "sign_conv"
    method: ClassVar[str] = "sign"
    negative: NDArray[np.bool_]

    @property
    def contents(self) -> NDArray[np.int8]:
        return np.where(self.negative, -3, 3).astype(np.int8)

    def sum_bounds(self, source: ir.ActivationType) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        reach = self.contents[0].size * 3 * max(abs(source.low), source.high)
        return np.full(self.shape[0], -reach), np.full(self.shape[0], reach)

    def cost(self, source: ir.Shape) -> Cost:
        return self.convolution(source).exact()


class SignHardware(MultiplyingHardware[SignConv]):
    @property
    def weight(self) -> NDArray[np.int8]:
        return self.node.contents


@dataclass(frozen=True, eq=False, kw_only=True)
class Invert(ir.Node):
    """255 - x."""

    kind: ClassVar[str] = "invert"
    arity: ClassVar[int] = 1
    keeps_type: ClassVar[bool] = True

    def output_shape(self, sources: Sequence[ir.Node]) -> ir.Shape:
        return sources[0].shape


class Inverter(Core):
    def __init__(self, source: OpenStream) -> None:
        beat = (source.format.shape, source.format.lanes)
        super().__init__(i=beat, o=beat, latency=0)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.d.comb += [
            self.o.valid.eq(self.i.valid),
            self.o.p.last.eq(self.i.p.last),
            self.o.p.data.as_value().eq(~self.i.p.data.as_value()),
        ]
        return m


class InvertHardware(NodeHardware[Invert]):
    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        (source,) = sources
        return stages.stage("invert", Elastic(Inverter(source)), source, source.format)


def exact() -> ir.ExactConv:
    return exact_conv(RNG, "conv", IMAGE, ConvOptions(6, kernel=(3, 3), padding=(1, 1)))


def signs_of(node: ir.ExactConv) -> SignConv:
    """The layer whose weights have the signs of `node`'s."""
    shared = {f.name: getattr(node, f.name) for f in fields(ir.Conv)}
    return SignConv(**shared, negative=node.weight < 0)


def with_weights_of(node: ir.ExactConv, signs: SignConv) -> ir.ExactConv:
    shared = {f.name: getattr(node, f.name) for f in fields(ir.Conv)}
    return ir.ExactConv(**shared, weight=signs.contents)


def test_a_method_takes_its_bank_from_another_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(HARDWARE, SignConv, SignHardware)
    plain = exact()
    signs = signs_of(plain)
    written = []
    for number, node in enumerate((signs, with_weights_of(plain, signs))):
        program = ir.Program((IMAGE, node))
        plan = make_plan(program, PlanOptions(device="ecp5-25k"))
        directory = tmp_path / str(number)
        directory.mkdir()
        write_verilog(build_network(program, plan), directory)
        files = {path.name: path.read_bytes() for path in directory.iterdir()}
        written.append((plan, files))
    assert written[0] == written[1]


@pytest.mark.parametrize("traffic", TRAFFIC)
def test_an_operator_brings_its_component(monkeypatch: pytest.MonkeyPatch, traffic: str) -> None:
    monkeypatch.setitem(HARDWARE, Invert, InvertHardware)
    node = Invert(name="not", inputs=("image",), shape=IMAGE.shape, type=ir.UINT8)
    network = assemble(ir.Program((IMAGE, node)), {})
    (stage,) = network.stages
    images = RNG.integers(0, 256, (2 * 5 * 4, 2))
    inputs, outputs = Beats.of(images, 20), Beats.of(255 - images, 20)
    check(stage.component, {"i": inputs}, {"o": outputs}, TRAFFIC[traffic])


def test_a_kind_that_the_catalog_lacks_is_named() -> None:
    for node in (
        signs_of(exact()),
        Invert(name="conv", inputs=("image",), shape=IMAGE.shape, type=ir.UINT8),
    ):
        with pytest.raises(TabfabError, match=f"'{node.kind}', which hw/nodes/catalog.py"):
            assemble(ir.Program((IMAGE, node)), {})


def test_a_layer_needs_the_hardware_of_a_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HARDWARE, SignConv, InvertHardware)
    node = signs_of(exact())
    with pytest.raises(TabfabError, match="is no LayerHardware"):
        layer_hardware(ir.Program((IMAGE, node)), node)


@pytest.mark.parametrize("kind", ir.NODE_KINDS.values(), ids=ir.NODE_KINDS)
def test_every_kind_has_hardware(kind: type[ir.Node]) -> None:
    assert issubclass(HARDWARE[kind], NodeHardware)

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.engine.bank_geometry import FoldingError
from tabfab.hw.engine.folding import Folding
from tabfab.hw.network.content import Filled, Inside, Windows
from tabfab.hw.network.network import Network
from tabfab.hw.network.stage_list import NoHardwareError
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.stream.fork import Fork

from support.programs import ConvOptions, exact_conv, image_input, table_conv

RNG = np.random.default_rng(1)
IMAGE = image_input(RNG, 4, 6, 5)
SAME = ConvOptions(6, kernel=(3, 3), padding=(1, 1))


def network(*nodes: ir.Node, folding: Folding | None = None) -> Network:
    program = ir.Program((IMAGE, *nodes))
    return assemble(program, {node.name: folding or Folding(2, 3) for node in program.convs})


def stages(net: Network) -> list[str]:
    return [stage.name for stage in net.stages]


def test_a_pixel_layer_encodes_before_its_line_buffer() -> None:
    net = network(table_conv(RNG, "conv", IMAGE, SAME, layout="pixel", length=2))
    assert stages(net) == ["conv.encoder", "conv.line_buffer", "conv.engine"]
    assert net.links[1].content == Inside("conv", "codes")
    windows = net.links[2].content
    assert isinstance(windows, Windows)
    assert windows.geometry.repeats == 2


def test_a_patch_layer_encodes_behind_its_line_buffer() -> None:
    net = network(table_conv(RNG, "conv", IMAGE, SAME, layout="patch", length=9))
    assert stages(net) == [
        "conv.narrow", "conv.line_buffer", "conv.widen", "conv.encoder", "conv.widen2",
        "conv.pixel_buffer", "conv.engine",
    ]  # fmt: skip


def test_a_window_of_one_pixel_read_once_needs_no_line_buffer() -> None:
    conv = exact_conv(RNG, "conv", IMAGE, ConvOptions(3))
    assert stages(network(conv, folding=Folding(4, 3))) == ["conv.engine"]


def test_lanes_are_converted_through_their_common_divisor() -> None:
    conv = exact_conv(RNG, "conv", IMAGE, ConvOptions(3))
    net = network(conv, folding=Folding(3, 3))
    assert stages(net)[:2] == ["conv.narrow", "conv.widen"]
    assert [link.format.lanes for link in net.links] == [4, 1, 3, 3, 3][: len(net.links)]


def test_instances_are_all_different() -> None:
    a = exact_conv(RNG, "a.b", IMAGE, SAME)
    b = exact_conv(RNG, "a_b", a, SAME)
    instances = [stage.instance for stage in network(a, b).stages]
    assert len(set(instances)) == len(instances)


def test_a_node_with_several_readers_gets_a_fork() -> None:
    double = ir.Add(
        name="double", inputs=("image", "image"), shape=IMAGE.shape, type=ir.UINT8, low=0,
        high=255, left=(0, 0), shift=1,
    )  # fmt: skip
    program = ir.Program((IMAGE, double))
    for depths, expected in (({}, (2, 2)), ({"image": (5, 7)}, (5, 7))):
        net = assemble(program, {}, depths)
        (fork,) = (s.component for s in net.stages if isinstance(s.component, Fork))
        assert tuple(queue.depth for queue in fork.queues) == expected


def test_groups_are_read_one_after_another() -> None:
    conv = exact_conv(RNG, "conv", IMAGE, replace(SAME, groups=2))
    net = network(conv, folding=Folding(1, 1))
    windows = net.links[-2].content
    assert isinstance(windows, Windows)
    assert (windows.geometry.sections, windows.geometry.repeats) == (2, 3)


def test_whole_groups_are_read_side_by_side() -> None:
    depthwise = exact_conv(RNG, "conv", IMAGE, replace(SAME, channels=4, groups=4))
    net = network(depthwise, folding=Folding(2, 2))
    windows = net.links[-2].content
    assert isinstance(windows, Windows)
    assert (windows.geometry.sections, windows.geometry.repeats) == (2, 1)
    assert net.output.format.lanes == 2


def test_each_group_is_filled_up_to_whole_subspaces() -> None:
    options = ConvOptions(4, groups=2)
    plain = table_conv(RNG, "conv", IMAGE, options, length=2)  # two channels of a group
    filled = table_conv(RNG, "conv", IMAGE, options, length=3)
    for conv, groups in ((plain, 1), (filled, 2)):
        net = network(conv, folding=Folding(1, 1))
        (vectors,) = (link for link in net.links if link.sink.stage == "conv.encoder")
        assert vectors.format.groups == groups


def test_subspaces_are_read_once_for_a_few_of_their_prototypes() -> None:
    conv = table_conv(RNG, "conv", IMAGE, SAME, length=2, prototypes=8, encoder="nearest")
    knobs = {"prototypes": 4, "elements": 2}
    net = network(conv, folding=Folding(1, 1, knobs))
    (vectors,) = (link for link in net.links if link.sink.stage == "conv.encoder")
    assert isinstance(vectors.content, Windows)
    assert (vectors.content.geometry.sections, vectors.content.geometry.repeats) == (2, 2)
    assert "conv.pixel_buffer" in stages(net)
    whole = network(conv, folding=Folding(1, 1, {"prototypes": 8, "elements": 1}))
    assert "conv.pixel_buffer" not in stages(whole)


def test_elements_of_a_subspace_that_is_filled_up_may_come_one_by_one() -> None:
    conv = table_conv(RNG, "conv", IMAGE, SAME, length=3, encoder="nearest-l1")
    net = network(conv, folding=Folding(1, 1, {"prototypes": 4, "elements": 1}))
    (vectors,) = (link for link in net.links if link.sink.stage == "conv.encoder")
    assert isinstance(vectors.content, Filled)
    assert (vectors.format.elements, vectors.format.lanes) == (6, 1)


@pytest.mark.parametrize(
    ("encoder", "knobs", "message"),
    [
        ("nearest", {"prototypes": 3}, "3 of its|1 with 3 in 1"),
        ("nearest-l1", {"elements": 4}, "4 with 1 in 1"),
        ("nearest", {"encoders": 2}, "1 with 1 in 2"),
        ("tree", {"prototypes": 2}, "a 'tree' encoder, which has no knob 'prototypes'"),
    ],
)
def test_refuses_foldings_that_an_encoder_lacks(
    encoder: str, knobs: dict[str, int], message: str
) -> None:
    conv = table_conv(RNG, "conv", IMAGE, SAME, length=2, encoder=encoder)
    with pytest.raises(FoldingError, match=message):
        network(conv, folding=Folding(1, 1, knobs))


def test_a_shortcut_narrows_to_what_divides_its_channels() -> None:
    shortcut = ir.SlicePad(
        name="cut", inputs=("image",), shape=(8, 3, 3), type=ir.UINT8, step=(2, 2), channels=(2, 2)
    )
    net = network(shortcut)
    assert stages(net) == ["cut.narrow", "cut.slice_pad", "cut.queue"]
    assert net.output.format.lanes == 2


def test_padding_as_large_as_the_window_becomes_a_border() -> None:
    conv = exact_conv(RNG, "conv", IMAGE, ConvOptions(3, padding=(1, 0)))
    net = network(conv, folding=Folding(4, 3))
    assert stages(net) == ["conv.border", "conv.engine"]
    assert (net.links[1].format.height, net.links[1].format.width) == (8, 5)
    larger = exact_conv(RNG, "conv", IMAGE, ConvOptions(3, kernel=(3, 3), padding=(4, 3)))
    net = network(larger, folding=Folding(4, 3))
    assert stages(net) == ["conv.border", "conv.line_buffer", "conv.engine"]
    windows = net.links[2].content
    assert isinstance(windows, Windows)
    assert windows.geometry.padding == (2, 2)


def test_flattening_drops_the_fill_of_each_pixel() -> None:
    source = exact_conv(RNG, "conv", IMAGE, SAME)
    widened = ir.MaxPool(
        name="max", inputs=("conv",), shape=(6, 6, 5), type=source.type, kernel=(1, 1)
    )
    flat = ir.Flatten(name="flat", inputs=("max",), shape=(180, 1, 1), type=source.type)
    net = network(source, widened, flat, folding=Folding(2, 3))
    assert net.output.format.elements % net.output.format.lanes == 0


def test_refuses_a_node_that_nothing_reads() -> None:
    unread, answer = (exact_conv(RNG, name, IMAGE, ConvOptions(3)) for name in ("a", "b"))
    with pytest.raises(NoHardwareError, match="nothing reads node 'a'"):
        network(unread, answer)


@pytest.mark.parametrize("folding", [Folding(5, 3), Folding(2, 4)])
def test_refuses_a_folding_that_does_not_fit(folding: Folding) -> None:
    with pytest.raises(ValueError, match="must"):
        network(exact_conv(RNG, "conv", IMAGE, SAME), folding=folding)

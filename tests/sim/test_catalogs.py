"""A kind of node is added to the models from outside, and no kind is left out of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.compiler import program as ir
from tabfab.compiler.program.operations import Cost
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.network.content import Inside
from tabfab.hw.network.node_hardware import WithoutHardware
from tabfab.hw.nodes.catalog import HARDWARE
from tabfab.sim.models import beats, catalog, golden, parts
from tabfab.sim.models.methods.layer import finish
from tabfab.sim.mutation.extremes.aimed import aimed
from tabfab.sim.mutation.extremes.catalog import EXTREMES
from tabfab.sim.proofs.catalog import METHODS as PROOFS
from tabfab.sim.reference import catalog as reference_catalog
from tabfab.sim.reference import parts as reference_parts
from tabfab.sim.reference.model import run_reference

from support.programs import image_input

COMPUTED = {kind: cls for kind, cls in ir.NODE_KINDS.items() if cls is not ir.Input}
LAYERS: dict[str, type[ir.Conv]] = {
    kind: cls for kind, cls in COMPUTED.items() if issubclass(cls, ir.Conv)
}


@pytest.mark.parametrize(
    ("room", "kinds"),
    [(catalog.MODELS, COMPUTED), (reference_catalog.MEANINGS, COMPUTED), (EXTREMES, LAYERS)],
    ids=["golden model", "reference model", "extremes"],
)
def test_every_kind_has_its_place(room: dict[type, object], kinds: dict[str, type]) -> None:
    assert {kind for kind, cls in kinds.items() if cls not in room} == set()


def test_every_layer_method_has_proofs() -> None:
    built = [cls for cls in LAYERS.values() if not issubclass(HARDWARE[cls], WithoutHardware)]
    lacking = {cls.method for cls in built if not PROOFS.get(cls.method)}
    assert not lacking, "sim/proofs/catalog.py lacks them"


# ------------------------------------------------------------- an operator and a layer method


@dataclass(frozen=True, eq=False, kw_only=True)
class Mirror(ir.Node):
    """The image with left and right exchanged."""

    kind: ClassVar[str] = "mirror"
    arity: ClassVar[int] = 1
    keeps_type: ClassVar[bool] = True

    def output_shape(self, sources: Sequence[ir.Node]) -> ir.Shape:
        """Its input's."""
        return sources[0].shape


@dataclass(frozen=True, eq=False, kw_only=True)
class ShiftConv(ir.Conv):
    """A convolution whose weights are powers of two.

    Parameters
    ----------
    exponent: (M, C, kernel height, kernel width) int8, the powers.
    """

    kind: ClassVar[str] = "shift_conv"
    method: ClassVar[str] = "shift"
    exponent: NDArray[np.int8]

    @property
    def contents(self) -> NDArray[np.int8]:
        """`exponent`."""
        return self.exponent

    def sum_bounds(self, source: ir.ActivationType) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """All weights are positive."""
        weight = (1 << self.exponent.astype(np.int64)).sum(axis=(1, 2, 3))
        return weight * source.low, weight * source.high

    def cost(self, source: ir.Shape) -> Cost:
        """As many operations as an exact layer."""
        return self.convolution(source).exact()


def _mirrored(node: Mirror, source: parts.Source) -> parts.Activations:
    return source.values[:, :, ::-1]


def _shifted(node: ShiftConv, source: parts.Source) -> parts.Activations:
    windows = parts.windows(source.values, node, source.zero).astype(np.int64)
    terms = windows[:, :, :, None] << node.exponent.astype(np.int64)
    return finish(node, terms.sum(axis=(4, 5, 6)).astype(np.int32))


def _positive(node: ShiftConv, source: parts.Source) -> NDArray[np.int16]:
    """A stream within the layer: which channels are above zero."""
    return (source.values > 0).astype(np.int16)


def _mirrored_once_more(node: Mirror, source: reference_parts.Source) -> reference_parts.Tensor:
    return [row[::-1] for row in source.tensor]


def _shifted_once_more(node: ShiftConv, source: reference_parts.Source) -> reference_parts.Tensor:
    output = reference_parts.blank(node)
    for row, column in reference_parts.positions(node):
        for channel, exponents in enumerate(node.exponent.tolist()):
            total = 0
            for tap, place in enumerate(reference_parts.places(node, row, column)):
                down, right = divmod(tap, node.kernel[1])
                pixel = reference_parts.pixel(source.tensor, *place, source.zero)
                for value, taps in zip(pixel, exponents, strict=True):
                    total += value * 2 ** taps[down][right]
            output[row][column][channel] = reference_parts.finish(node, channel, total)
    return output


def _all_low_or_high(
    layer: ShiftConv, source: ir.ActivationType, channels: int, rng: np.random.Generator
) -> NDArray[np.int16]:
    size = (layer.shape[0], *layer.kernel, channels)
    return np.stack([np.full(size, end, np.int16) for end in (source.high, source.low)])


@pytest.fixture(scope="module", autouse=True)
def toys() -> Iterator[None]:
    """All that it takes to add both."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(catalog.MODELS, Mirror, parts.NodeModel(_mirrored))
        model = parts.NodeModel(_shifted, inside={"positive": _positive})
        patch.setitem(catalog.MODELS, ShiftConv, model)
        patch.setitem(reference_catalog.MEANINGS, Mirror, _mirrored_once_more)
        patch.setitem(reference_catalog.MEANINGS, ShiftConv, _shifted_once_more)
        patch.setitem(EXTREMES, ShiftConv, _all_low_or_high)
        yield


def shift_conv(
    rng: np.random.Generator, source: ir.Node, kernel: ir.Pair, stride: ir.Pair, padding: ir.Pair
) -> ShiftConv:
    """Random powers and biases."""
    channels, outputs = source.shape[0], int(rng.integers(1, 4))
    axes = zip(source.shape[1:], kernel, stride, padding, strict=True)
    node = ShiftConv(
        name="layer", inputs=(source.name,), shape=(outputs, *(ir.window_output(*a) for a in axes)),
        type=ir.INT8, low=-128, high=100, kernel=kernel, stride=stride, padding=padding,
        bias=rng.integers(-30_000, 30_000, outputs).astype(np.int32),
        shift=rng.integers(0, 10, outputs).astype(np.int8),
        exponent=rng.integers(0, 8, (outputs, channels, *kernel)).astype(np.int8),
    )  # fmt: skip
    return ir.with_bounds(node, source.type)


PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))


@given(
    seed=st.integers(0, 2**32 - 1), channels=st.integers(1, 3), kernel=PAIRS, stride=PAIRS,
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)), mirrored=st.booleans(),
)  # fmt: skip
def test_both_models_agree_on_kinds_that_a_test_adds(
    seed: int, channels: int, kernel: ir.Pair, stride: ir.Pair, padding: ir.Pair, mirrored: bool
) -> None:
    rng = np.random.default_rng(seed)
    nodes: list[ir.Node] = [image_input(rng, channels, 3, 4)]
    if mirrored:
        nodes.append(Mirror(name="mirror", inputs=("image",), shape=nodes[0].shape, type=ir.UINT8))
    nodes.append(shift_conv(rng, nodes[-1], kernel, stride, padding))
    nodes.append(Mirror(name="end", inputs=("layer",), shape=nodes[-1].shape, type=nodes[-1].type))
    program = ir.Program(tuple(nodes))
    images = rng.integers(0, 256, (2, 3, 4, channels)).astype(np.uint8)
    values = golden.run(program, images)
    for number, image in enumerate(images):
        for name, expected in run_reference(program, image.tolist()).items():
            assert values[name][number].tolist() == expected, name


def test_streams_within_an_added_layer_and_its_extremes_are_asked_of_it() -> None:
    rng = np.random.default_rng(0)
    image = image_input(rng, 2, 3, 4)
    program = ir.Program((image, shift_conv(rng, image, (2, 2), (1, 1), (0, 0))))
    images = rng.integers(0, 2, (2, 3, 4, 2)).astype(np.uint8)
    values = golden.run(program, images)
    carried = beats.tensor(program, values, Inside("layer", "positive"))
    np.testing.assert_array_equal(carried, images)
    assert beats.read_by(program, Inside("layer", "positive")) == ("image",)
    with pytest.raises(TabfabError, match=r"'shift_conv'.* what its stream 'codes' carries"):
        beats.tensor(program, values, Inside("layer", "codes"))
    most, least = aimed(program, "image", rng)
    assert (most == 255).all()
    assert (least == 0).all()


def test_the_rooms_name_a_kind_that_they_lack(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    image = image_input(rng, 2, 3, 4)
    layer = shift_conv(rng, image, (1, 1), (1, 1), (0, 0))
    program = ir.Program((image, layer))
    images = np.zeros((1, 3, 4, 2), np.uint8)
    for room in (catalog.MODELS, reference_catalog.MEANINGS, EXTREMES):
        monkeypatch.delitem(room, ShiftConv)
    for use, place in (
        (lambda: golden.run(program, images), "sim/models/catalog.py"),
        (lambda: run_reference(program, images[0].tolist()), "sim/reference/catalog.py"),
        (lambda: aimed(program, "image", rng), "sim/mutation/extremes/catalog.py"),
    ):
        with pytest.raises(TabfabError, match=f"'layer' is of the kind 'shift_conv'.* {place}"):
            use()

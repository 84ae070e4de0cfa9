"""Every kind of node answers every question, and one that does not is named."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray
from tabfab.compiler import program as p
from tabfab.compiler.program.cost import program_cost
from tabfab.compiler.program.nodes.conv import Bounds
from tabfab.compiler.program.operations import Cost
from tabfab.compiler.program.program_file import load_program, save_program
from tabfab.compiler.store.errors import TabfabError

from support.any_program import programs
from support.programs import ConvOptions, exact_conv, image_input

IMAGE = image_input(np.random.default_rng(6), 3, 4, 4)


def sources(program: p.Program, node: p.Node) -> list[p.Node]:
    return [program[name] for name in node.inputs]


@pytest.mark.parametrize(("kind", "cls"), p.NODE_KINDS.items())
def test_every_kind_says_what_it_is(kind: str, cls: type[p.Node]) -> None:
    assert cls.kind == kind
    assert not inspect.isabstract(cls)
    assert all(hasattr(cls, answer) for answer in cls.answers)
    fields = {field.name for field in dataclasses.fields(cls)}
    assert cls.replaceable <= fields
    assert cls.documentation <= fields
    assert not cls.replaceable & cls.documentation
    if issubclass(cls, p.Conv):
        assert "bias" in cls.replaceable


def test_methods_have_one_kind_each() -> None:
    convs = [cls for cls in p.NODE_KINDS.values() if issubclass(cls, p.Conv)]
    assert len({cls.method for cls in convs}) == len(convs)


@given(case=programs())
def test_every_node_answers_every_question(case: tuple[p.Program, NDArray[np.uint8]]) -> None:
    program, _ = case
    for node in program:
        read = sources(program, node)
        node.check(read)
        assert len(read) == node.reads >= node.arity
        assert node.output_shape(read) == node.shape
        assert node.padding_value.shape == node.shape[:1]
        assert node.padding_value.dtype == np.int16
        if node.keeps_type:
            assert node.type == read[0].type
        if isinstance(node, p.Conv):
            (source,) = read
            low, high = node.channel_bounds(source.type)
            assert low.shape == high.shape == node.shape[:1]
            assert (low <= high).all()
            assert (low.min(), high.max()) == node.accumulator
            assert any(getattr(node, name) is node.contents for name in node.replaceable)
            cost = node.cost(source.shape)
            assert cost.operations > 0
            assert cost.stored_bytes == node.contents.size


@given(case=programs())
def test_no_node_fits_what_it_does_not_read(case: tuple[p.Program, NDArray[np.uint8]]) -> None:
    """Another shape, another number of inputs, and another type where values are passed on."""
    program, _ = case
    for node in program.nodes[1:]:
        read = sources(program, node)
        with pytest.raises(p.ProgramError, match=f"takes {node.reads} inputs"):
            node.check([*read, program.input])
        channels, rows, columns = node.shape
        with pytest.raises(p.ProgramError, match=r"has shape|must be 2 to|no pixel counts"):
            dataclasses.replace(node, shape=(channels, rows + 1, columns)).check(read)
        if node.keeps_type:
            other = p.ActivationType(node.type.bits, not node.type.signed)
            with pytest.raises(p.ProgramError, match="passes values on"):
                dataclasses.replace(node, type=other).check(read)


# --------------------------------------------------------------- kinds that are not complete


def fields(**more: Any) -> dict[str, Any]:
    return {"name": "toy", "inputs": ("image",), "shape": (3, 4, 4), "type": p.UINT8, **more}


@pytest.mark.parametrize("missing", ["kind", "arity", "keeps_type"])
def test_a_node_that_does_not_say_what_it_is(missing: str) -> None:
    says = {"kind": "mute", "arity": 1, "keeps_type": True}
    del says[missing]
    mute = type("Mute", (p.Node,), {**says, "output_shape": lambda self, sources: self.shape})
    with pytest.raises(TypeError, match=rf"Mute does not say '{missing}'"):
        mute(**fields())


def test_a_node_without_an_output_shape() -> None:
    says = {"kind": "shapeless", "arity": 1, "keeps_type": True}
    with pytest.raises(TypeError, match=r"Shapeless .*output_shape"):
        type("Shapeless", (p.Node,), says)(**fields())


@pytest.mark.parametrize("missing", ["contents", "sum_bounds", "cost", "method"])
def test_a_layer_method_without_an_answer(missing: str) -> None:
    says: dict[str, Any] = {
        "kind": "mute",
        "method": "mute",
        "contents": property(lambda self: self.bias.astype(np.int8)),
        "sum_bounds": lambda self, source: (self.bias, self.bias),
        "cost": lambda self, source: self.convolution(source).exact(),
    }
    del says[missing]
    conv = exact_conv(np.random.default_rng(0), "conv", IMAGE, ConvOptions(2))
    common = {field.name: getattr(conv, field.name) for field in dataclasses.fields(p.Conv)}
    with pytest.raises(TypeError, match=rf"Mute .*{missing}"):
        type("Mute", (p.Conv,), says)(**common)


# ----------------------------------------------------------------- kinds that a test adds


@dataclass(frozen=True, eq=False, kw_only=True)
class ToyConv(p.Conv):
    """A 1x1 convolution in which every input channel has one sign for all outputs."""

    kind: ClassVar[str] = "toy_conv"
    method: ClassVar[str] = "toy"
    replaceable: ClassVar[frozenset[str]] = frozenset({"signs", "bias"})
    signs: NDArray[np.int8]

    @property
    def contents(self) -> NDArray[np.int8]:
        return self.signs

    def sum_bounds(self, source: p.ActivationType) -> Bounds:
        ends = np.sort(self.signs.astype(np.int64)[:, None] * [source.low, source.high])
        least, most = ends.sum(axis=0)
        return np.full(self.shape[0], least), np.full(self.shape[0], most)

    def cost(self, source: p.Shape) -> Cost:
        counted = self.convolution(source)
        return Cost(
            **counted.network,
            multiplications=0,
            comparisons=0,
            additions=counted.positions * source[0],
            shifts=0,
            table_bytes=0,
            stored_bytes=self.signs.size,
            tabconv=0,
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Mirror(p.Node):
    """The image, left and right exchanged."""

    kind: ClassVar[str] = "mirror"
    arity: ClassVar[int] = 1
    keeps_type: ClassVar[bool] = True

    def output_shape(self, sources: Sequence[p.Node]) -> p.Shape:
        return sources[0].shape


@pytest.fixture
def toy_program(monkeypatch: pytest.MonkeyPatch) -> p.Program:
    monkeypatch.setitem(p.NODE_KINDS, ToyConv.kind, ToyConv)
    monkeypatch.setitem(p.NODE_KINDS, Mirror.kind, Mirror)
    mirror = Mirror(**fields(name="mirror"))
    toy = ToyConv(
        **fields(inputs=("mirror",), shape=(2, 4, 4), low=0, high=255, kernel=(1, 1)),
        bias=np.array([5, -700], np.int32),
        shift=np.zeros(2, np.int8),
        signs=np.array([1, -1, 1], np.int8),
    )
    return p.Program((IMAGE, mirror, p.with_bounds(toy, mirror.type)))


def test_kinds_of_a_test_are_saved_loaded_and_counted(
    toy_program: p.Program, tmp_path: Path
) -> None:
    save_program(toy_program, tmp_path / "program")
    read = load_program(tmp_path / "program")
    toy = read["toy"]
    assert isinstance(toy, ToyConv)
    assert isinstance(read["mirror"], Mirror)
    assert toy.accumulator == (-255 - 700, 2 * 255 + 5)
    assert toy.signs.tolist() == [1, -1, 1]
    (cost,) = program_cost(read).layers
    assert (cost.method, cost.additions, cost.exact) == ("toy", 16 * 3, 16 * 6)


def test_a_room_that_lacks_a_kind_is_named(toy_program: p.Program) -> None:
    room: dict[type[p.Node], str] = {p.Conv: "any convolution", Mirror: "a mirror"}
    assert p.find(room, toy_program["mirror"], "attic/catalog.py") == "a mirror"
    message = "node 'toy' is of the kind 'toy_conv', which attic/catalog.py does not know; add"
    with pytest.raises(TabfabError, match=message):
        p.find(room, toy_program["toy"], "attic/catalog.py")

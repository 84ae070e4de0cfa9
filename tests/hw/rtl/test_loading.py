"""Loading other programs into one build."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.logic.load_port import WORD_BITS
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.hw.rtl.build import Build, write_build
from tabfab.hw.rtl.loading import LoadError, load_stream
from tabfab.hw.rtl.verilog import VERILOG_FILE

from support.programs import ConvOptions, exact_conv, image_input, table_conv

RNG = np.random.default_rng(8)
IMAGE = image_input(RNG, 2, 3, 4)
EXACT = exact_conv(RNG, "exact", IMAGE, ConvOptions(4, kernel=(3, 3), padding=(1, 1)))
PIXEL = table_conv(RNG, "pixel", EXACT, ConvOptions(6, kernel=(2, 2)), prototypes=4, length=2)
PATCH = table_conv(
    RNG, "patch", PIXEL, ConvOptions(3, kernel=(2, 1)), layout="patch", prototypes=16, length=5
)


def program(*nodes: ir.Node) -> ir.Program:
    return ir.Program((IMAGE, *nodes))


def other(seed: int) -> ir.Program:
    """Other tables, weights and biases."""
    rng = np.random.default_rng(seed)
    nodes: list[ir.Node] = []
    types = {"exact": IMAGE.type, "pixel": EXACT.type, "patch": PIXEL.type}
    for node in (EXACT, PIXEL, PATCH):
        field = "weight" if isinstance(node, ir.ExactConv) else "tables"
        contents = rng.integers(-128, 128, getattr(node, field).shape).astype(np.int8)
        bias = rng.integers(-300, 300, node.bias.shape).astype(np.int32)
        changed = replace(node, **{field: contents}, bias=bias)
        nodes.append(ir.with_bounds(changed, types[node.name]))
    return program(*nodes)


PROGRAM = program(EXACT, PIXEL, PATCH)


def build(directory: Path, **options: object) -> Build:
    plan = make_plan(PROGRAM, PlanOptions(subspaces=2, outputs=3, **options))  # type: ignore[arg-type]
    return write_build(PROGRAM, plan, directory)


@pytest.fixture(scope="module")
def loadable(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build(tmp_path_factory.mktemp("loadable") / "build", loadable=True)


def test_a_load_has_every_bit_of_every_memory_once(loadable: Build) -> None:
    ports = loadable.network.ports
    words = load_stream(loadable, other(1))
    assert len(words) == sum(len(port.bits) * port.row_words for port in ports)
    assert WORD_BITS * len(words) >= sum(port.bits.size for port in ports)
    assert not np.array_equal(words, load_stream(loadable, PROGRAM))


def test_what_can_be_loaded_is_all_that_differs(loadable: Build, tmp_path: Path) -> None:
    """A program that fits has the same Verilog and no other memories than those of its ports."""
    second = write_build(other(2), loadable.plan, tmp_path / "second")
    texts = [(b.directory / VERILOG_FILE).read_text() for b in (loadable, second)]
    assert texts[0] == texts[1]
    differing = {
        path.name
        for path in loadable.directory.glob("*.mem")
        if path.read_bytes() != (second.directory / path.name).read_bytes()
    }
    assert differing
    for name in differing:
        declared = texts[0][: texts[0].index(f'"{name}"')].rsplit("(* loadable", 1)[1]
        assert declared.count("initial $readmemh") == 1


def test_a_build_without_ports_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"no port to load tables through; .* --loadable"):
        load_stream(build(tmp_path / "build"), PROGRAM)


DIFFERENT = {
    "encoder": replace(
        PIXEL,
        encoder=replace(PIXEL.encoder, thresholds=PIXEL.encoder.thresholds + np.int16(1)),
    ),
    "shift": replace(PIXEL, shift=PIXEL.shift + np.int8(1)),
    "clamp": replace(PIXEL, high=PIXEL.high - 1),
}


@pytest.mark.parametrize("what", ["encoder", "shift", "clamp"])
def test_names_the_layer_and_what_cannot_be_loaded(loadable: Build, what: str) -> None:
    changed = ir.with_bounds(DIFFERENT[what], EXACT.type)
    with pytest.raises(LoadError, match=f"layer 'pixel' has another {what} than in"):
        load_stream(loadable, program(EXACT, changed, PATCH))


def test_names_a_layer_of_another_method(loadable: Build) -> None:
    exact = exact_conv(RNG, "pixel", EXACT, ConvOptions(6, kernel=(2, 2)))
    with pytest.raises(LoadError, match="layer 'pixel' has another method than in"):
        load_stream(loadable, program(EXACT, exact, PATCH))


def test_names_a_node_of_another_kind(loadable: Build) -> None:
    pool = ir.MaxPool(
        name="pixel", inputs=("exact",), shape=(4, 3, 4), type=EXACT.type, kernel=(1, 1)
    )
    last = ir.Flatten(name="patch", inputs=("pixel",), shape=(48, 1, 1), type=EXACT.type)
    with pytest.raises(LoadError, match="layer 'pixel' has another kind than in"):
        load_stream(loadable, program(EXACT, pool, last))


def test_refuses_another_network(loadable: Build) -> None:
    with pytest.raises(LoadError, match="other layers"):
        load_stream(loadable, program(EXACT, PIXEL))


def test_refuses_biases_beyond_the_accumulators(loadable: Build) -> None:
    changed = replace(PIXEL, bias=PIXEL.bias + np.int32(1 << 24))
    with pytest.raises(LoadError, match="wider accumulators"):
        load_stream(loadable, program(EXACT, ir.with_bounds(changed, EXACT.type), PATCH))

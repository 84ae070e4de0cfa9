"""`compile_graph` from a Graph and images to a Program that the golden model runs."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tabfab.compiler import graph as g
from tabfab.compiler.compile import Compilation, compile_graph
from tabfab.compiler.convert.convert import Converter
from tabfab.compiler.graph import float_graph
from tabfab.compiler.methods.exact import learn
from tabfab.compiler.methods.exact.learn import FloatWeights
from tabfab.compiler.methods.fitting.target import Target
from tabfab.compiler.methods.table.tables import FloatTables
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program import ExactConv, Program, TableConv, accumulator_bounds
from tabfab.compiler.store.errors import TabfabError
from tabfab.sim.models import golden

from support.graphs import GraphSketch, Images, chain, images_for, residual


def similarities(compilation: Compilation) -> list[float]:
    return [node.similarity for node in compilation.program.convs]


def check_golden(compilation: Compilation, images: Images) -> None:
    """The compiler's own execution is the golden model's, and bounds hold what they prove."""
    answers = golden.logits(compilation.program, images)
    np.testing.assert_array_equal(compilation.program_answers(images), answers)
    program = compilation.program
    for node in program.convs:
        assert node.accumulator == accumulator_bounds(node, program[node.inputs[0]].type)


# ---------------------------------------------------------------------------- what is made


def test_exact_network_is_the_float_network_but_for_rounding() -> None:
    for network in (chain(), residual()):
        images = images_for(network)
        compilation = compile_graph(network, images, CompileOptions(mask="none"))
        check_golden(compilation, images)
        assert all(isinstance(node, ExactConv) for node in compilation.program.convs)
        assert min(similarities(compilation)) > 0.999
        expected = compilation.float_answers(images)
        reached = compilation.program_answers(images) * compilation.program.output.scale
        assert np.abs(reached - expected).max() < 0.03 * np.abs(expected).max()
        np.testing.assert_array_equal(compilation.learned_answers(images), expected)


@pytest.mark.parametrize("layout", ["auto", "pixel", "patch"])
@pytest.mark.parametrize("encoder", ["tree", "nearest"])
def test_tables_approximate_the_float_network(layout: str, encoder: str) -> None:
    for network in (chain(), residual()):
        images = images_for(network, 100)
        options = CompileOptions(layout=layout, encoder=encoder)  # type: ignore[arg-type]
        compilation = compile_graph(network, images, options)
        check_golden(compilation, images[:20])
        assert all(isinstance(node, TableConv) for node in compilation.program.convs)
        assert min(similarities(compilation)) > 0.7


def test_quantization_loses_little_against_the_table_network() -> None:
    network = chain()
    images = images_for(network, 300)
    compilation = compile_graph(network, images, CompileOptions(mask=(0, 1, 1)))
    exact = compilation.float_answers(images)
    tables = compilation.learned_answers(images)
    program = compilation.program_answers(images) * compilation.program.output.scale
    assert np.square(program - exact).mean() < 1.15 * np.square(tables - exact).mean()


def test_mask_chooses_the_methods_in_order() -> None:
    network = residual()
    compilation = compile_graph(network, images_for(network), CompileOptions(mask=(0, 1, 1, 0)))
    assert [node.method for node in compilation.program.convs] == [
        "exact",
        "table",
        "table",
        "exact",
    ]
    assert [type(learned) for learned in compilation.learned.values()] == [
        FloatWeights, FloatTables, FloatTables, FloatWeights,
    ]  # fmt: skip
    check_golden(compilation, images_for(network, seed=2))


@pytest.mark.parametrize("weight_bits", [None, 8])
def test_entries_and_weights_have_bits_of_their_own(weight_bits: int | None) -> None:
    network = residual()
    options = CompileOptions(mask=(0, 1, 1, 0), table_bits=3, exact_bits=weight_bits)
    for node in compile_graph(network, images_for(network), options).program.convs:
        exact = isinstance(node, ExactConv)
        entries = node.weight if isinstance(node, ExactConv) else node.tables
        largest = int(np.abs(entries.astype(int)).max())
        assert largest > 3 if exact and weight_bits else largest <= 3


def test_layout_auto_cuts_images_and_depthwise_layers_into_patches() -> None:
    network = residual()
    program = compile_graph(network, images_for(network)).program
    tables = [node for node in program.convs if isinstance(node, TableConv)]
    assert [node.layout for node in tables] == ["patch", "patch", "pixel", "pixel"]
    assert [node.encoder.length for node in tables] == [9, 9, 4, 4]


def test_a_layer_makes_up_for_what_the_shortcut_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    network = residual()
    images = images_for(network, 200)
    expected = float_graph.run(network, torch.from_numpy(images).permute(0, 3, 1, 2))["sum"]

    def error() -> float:
        options = CompileOptions(mask=(1, 0, 1, 0), prototypes=4)
        program = compile_graph(network, images, options).program
        reached = golden.run(program, images)["sum"] * program["sum"].scale
        return float(np.square(reached - expected.permute(0, 2, 3, 1).numpy()).mean())

    together = error()
    monkeypatch.setattr(
        Converter,
        "_target",
        lambda self, layer, values: Target(values, None, layer.low, layer.high),
    )
    assert together < 0.97 * error()


def test_exact_layers_make_up_for_tables_upstream(monkeypatch: pytest.MonkeyPatch) -> None:
    network = chain()
    images = images_for(network, 300)
    unseen = images_for(network, 300, seed=9)

    def error() -> float:
        compilation = compile_graph(network, images, CompileOptions(mask=(1, 0, 0)))
        reached = compilation.program_answers(unseen) * compilation.program.output.scale
        return float(np.square(reached - compilation.float_answers(unseen)).mean())

    refitted = error()
    monkeypatch.setattr(learn, "learn_weights", lambda layer, *others: layer)
    assert refitted < 0.9 * error()


def test_argmax_and_meta() -> None:
    network = chain()
    images = images_for(network)
    options = CompileOptions(mask=(1, 0, 1), prototypes=8, argmax=True, seed=3)
    compilation = compile_graph(network, images, options)
    assert compilation.program.output.kind == "argmax"
    scored = Program(compilation.program.nodes[:-1])
    classes = golden.logits(scored, images).argmax(axis=1)
    assert (golden.logits(compilation.program, images)[:, 0] == classes).all()
    meta = compilation.program.meta
    assert meta["methods"] == ["table", "exact", "table"]
    assert (meta["prototypes"], meta["seed"]) == (8, 3)
    assert meta["calibration_images"] == len(images)


def test_of_programs_that_end_in_the_class_fewer_images_have_two() -> None:
    network = chain()
    images = images_for(network, 500)

    def ties(argmax: bool) -> int:
        compilation = compile_graph(network, images, CompileOptions(mask="none", argmax=argmax))
        nodes = compilation.program.nodes
        scores = golden.logits(Program(nodes[:-1] if argmax else nodes), images)
        largest = np.sort(scores, axis=1)[:, -2:]
        return int((largest[:, 0] == largest[:, 1]).sum())

    assert ties(argmax=True) < 0.8 * ties(argmax=False)


def test_same_seed_gives_the_same_program() -> None:
    network = chain()
    images = images_for(network)

    def arrays(program: Program) -> list[NDArray[np.generic]]:
        fields = [vars(node) for node in program]
        encoders = [vars(node.encoder) for node in program if isinstance(node, TableConv)]
        values = [value for each in fields + encoders for value in each.values()]
        return [value for value in values if isinstance(value, np.ndarray)]

    for encoder in ("tree", "nearest"):
        options = CompileOptions(encoder=encoder, seed=7)
        first, again = (arrays(compile_graph(network, images, options).program) for _ in range(2))
        for a, b in zip(first, again, strict=True):
            np.testing.assert_array_equal(a, b)


def test_progress_counts_every_step() -> None:
    steps: list[tuple[int, int, str]] = []
    network = chain()
    compile_graph(network, images_for(network), progress=lambda *step: steps.append(step))
    assert [done for done, _, _ in steps] == list(range(len(network.layers) + 2))
    assert {total for _, total, _ in steps} == {len(network.layers) + 1}
    assert "conv2" in [what for _, _, what in steps]


# ------------------------------------------------------------------------ degenerate data


@pytest.mark.parametrize("value", [0, 102, 255])
@pytest.mark.parametrize("encoder", ["tree", "nearest"])
def test_constant_images(value: int, encoder: str) -> None:
    network = residual()
    images = np.full((6, 8, 8, 3), value, np.uint8)
    compilation = compile_graph(network, images, CompileOptions(encoder=encoder))  # type: ignore[arg-type]
    check_golden(compilation, images)
    reached = compilation.program_answers(images) * compilation.program.output.scale
    expected = compilation.float_answers(images)
    assert reached == pytest.approx(expected, abs=0.03 * float(np.abs(expected).max()))


def test_one_pixel_one_channel_one_image() -> None:
    network = GraphSketch((1, 1, 1)).conv("a", 3).conv("b", 2, kernel=1, relu=False).graph()
    images = np.full((1, 1, 1, 1), 90, np.uint8)
    compilation = compile_graph(network, images)
    check_golden(compilation, np.arange(0, 256, 5, dtype=np.uint8).reshape(-1, 1, 1, 1))
    reached = compilation.program_answers(images) * compilation.program.output.scale
    assert reached == pytest.approx(compilation.float_answers(images), abs=0.05)


def test_dead_layers_stay_dead() -> None:
    network = chain()
    dead = dataclasses.replace(
        network.convs[1],
        weight=np.zeros_like(network.convs[1].weight),
        bias=np.full_like(network.convs[1].bias, -1.0),
    )
    layers = tuple(dead if layer.name == "conv2" else layer for layer in network)
    images = images_for(network)
    compilation = compile_graph(g.Graph(layers), images)
    check_golden(compilation, images)
    assert not golden.run(compilation.program, images)["conv2"].any()


def test_one_calibration_image_and_more_prototypes_than_points() -> None:
    network = chain()
    images = images_for(network, 1)
    compilation = compile_graph(network, images, CompileOptions(prototypes=256))
    check_golden(compilation, images_for(network, 20, seed=5))


# ------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize("mask", [(), (1,), (1, 0, 1, 1)])
def test_a_mask_of_another_length_lists_the_layers(mask: tuple[int, ...]) -> None:
    with pytest.raises(TabfabError, match=r"3 maskable.*1 conv1, 2 conv2, 3 linear"):
        compile_graph(chain(), images_for(chain()), CompileOptions(mask=mask))


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((0, 8, 8, 1), np.uint8), "no calibration images"),
        (np.zeros((5, 8, 8, 1), np.float32), r"uint8 images of shape \(N, 8, 8, 1\).*float32"),
        (np.zeros((5, 1, 8, 8), np.uint8), r"\(5, 1, 8, 8\)"),
        (np.zeros((8, 8, 1), np.uint8), r"\(8, 8, 1\)"),
    ],
)
def test_images_that_do_not_fit(images: Images, message: str) -> None:
    with pytest.raises(TabfabError, match=message):
        compile_graph(chain(), images)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_numbers(value: float) -> None:
    network = chain()
    network.convs[1].weight[0, 0, 0, 0] = value
    with pytest.raises(TabfabError, match=r"'conv2'.*NaN or infinite"):
        compile_graph(network, images_for(network))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"prototypes": 12}, "power of two.*12"),
        ({"prototypes": 8192}, "power of two.*8192"),
        ({"subspace_length": 0}, "at least 1 element"),
        ({"mask": (0, 2)}, "name of a method"),
        ({"mask": (0, "some")}, "name of a method"),
        ({"layout": "row"}, "'row'"),
        ({"encoder": "hash"}, "'hash'"),
        ({"table_bits": 9}, "2 to 8 bits"),
        ({"exact_bits": 1}, "2 to 8 bits"),
        ({"seed": -1}, "seed"),
    ],
)
def test_options_that_mean_nothing(settings: dict[str, object], message: str) -> None:
    with pytest.raises(TabfabError, match=message):
        CompileOptions(**settings)  # type: ignore[arg-type]


def test_a_clamp_on_a_pool_is_refused() -> None:
    network = chain()
    pool = dataclasses.replace(network["pool"], low=0.0)
    layers = tuple(pool if layer.name == "pool" else layer for layer in network)
    with pytest.raises(TabfabError, match=r"'pool'.*Clamp layer after it"):
        compile_graph(g.Graph(layers), images_for(network))

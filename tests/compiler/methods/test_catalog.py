"""A layer method that a test brings along is learned, executed, saved and trained as any other."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from tabfab.compiler.compile import Compilation, compile_graph
from tabfab.compiler.convert import execute
from tabfab.compiler.data import ImageSet
from tabfab.compiler.finetune.options import FinetuneOptions
from tabfab.compiler.finetune.run import finetune_graph
from tabfab.compiler.finetune.source import options_of_program
from tabfab.compiler.graph import Conv, Graph
from tabfab.compiler.mask.goal import MaskGoal
from tabfab.compiler.mask.search import choose_mask
from tabfab.compiler.methods.catalog import METHODS
from tabfab.compiler.methods.fitting.target import Target
from tabfab.compiler.methods.method import Arriving, Learned
from tabfab.compiler.options import CompileOptions, LayerOptions
from tabfab.compiler.program import ExactConv, Program, accumulator_bounds
from tabfab.compiler.program.cost import program_cost
from tabfab.compiler.program.program_file import load_program, save_program
from tabfab.compiler.scales.tensor_scale import TensorScale
from tabfab.compiler.store.errors import TabfabError
from tabfab.sim.models import golden

from support.graphs import chain, images_for, residual
from support.toy_method import ToyConv, ToyMethod, TrainableToyMethod, toy_method

MIXED = ("table", "toy", "toy", "exact")
"""Methods of the residual network's layers."""


@pytest.fixture
def toy() -> Iterator[None]:
    """The toy method is known."""
    with toy_method():
        yield


@pytest.fixture(scope="module")
def mixed() -> Compilation:
    """A residual network of layers of three methods."""
    with toy_method():
        options = CompileOptions(mask=MIXED, prototypes=8)
        return compile_graph(residual(), images_for(residual(), 60), options)


def with_products(program: Program) -> Program:
    """`program` with an exact layer of the same weights in the place of each toy layer."""
    nodes = []
    for node in program:
        if isinstance(node, ToyConv):
            fields = {item.name: getattr(node, item.name) for item in dataclasses.fields(node)}
            node = ExactConv(**fields)
        nodes.append(node)
    return dataclasses.replace(program, nodes=tuple(nodes))


@pytest.mark.usefixtures("toy")
def test_it_computes_what_its_weights_say(mixed: Compilation) -> None:
    program, images = mixed.program, images_for(residual(), seed=3)
    assert [node.method for node in program.convs] == list(MIXED)
    assert program.meta["methods"] == list(MIXED)
    for node in program.convs:
        assert node.accumulator == accumulator_bounds(node, program[node.inputs[0]].type)
        assert node.similarity > 0.6
    expected = golden.logits(with_products(program), images)
    np.testing.assert_array_equal(mixed.program_answers(images), expected)


@pytest.mark.usefixtures("toy")
def test_its_planned_cost_is_the_programs(mixed: Compilation) -> None:
    options = CompileOptions(mask="toy")
    costs = program_cost(mixed.program).layers
    for layer, cost in list(zip(residual().convs, costs, strict=True))[1:3]:
        planned = METHODS["toy"].planned_cost(residual(), layer, options)
        assert vars(planned).items() <= vars(cost).items()
        assert planned.multiplications == 0 < planned.additions


@pytest.mark.usefixtures("toy")
def test_one_name_stands_for_all_layers() -> None:
    program = compile_graph(chain(), images_for(chain()), CompileOptions(mask="toy")).program
    assert all(isinstance(node, ToyConv) for node in program.convs)


@pytest.mark.usefixtures("toy")
def test_layers_behind_it_make_up_for_it() -> None:
    network, images, unseen = chain(), images_for(chain(), 200), images_for(chain(), 200, seed=9)

    def error(refit: bool) -> float:
        options = CompileOptions(mask=("toy", "exact", "exact"), refit=refit)
        compilation = compile_graph(network, images, options)
        reached = compilation.program_answers(unseen) * compilation.program.output.scale
        return float(np.square(reached - compilation.float_answers(unseen)).mean())

    assert error(refit=True) < 0.9 * error(refit=False)


@pytest.mark.usefixtures("toy")
def test_it_is_saved_and_loaded(mixed: Compilation, tmp_path: Path) -> None:
    save_program(mixed.program, tmp_path / "program")
    again, images = load_program(tmp_path / "program"), images_for(residual(), seed=4)
    np.testing.assert_array_equal(
        execute.run(again, images).reshape(len(images), -1), mixed.program_answers(images)
    )
    assert options_of_program(again) == CompileOptions(mask=MIXED, prototypes=8)


# ------------------------------------------------------------------------------- settings


@dataclasses.dataclass(frozen=True, kw_only=True)
class PickyOptions(LayerOptions):
    """Settings that only the toy has."""

    times: int = 1


class PickyToyMethod(ToyMethod):
    """Takes so many times the float layer's weights."""

    options = PickyOptions

    def learn(
        self,
        layer: Conv,
        arriving: Arriving,
        target: Target,
        scale: TensorScale,
        options: PickyOptions,
    ) -> Learned:
        weight = (layer.weight * options.times).astype(np.float32)
        other = dataclasses.replace(layer, weight=weight)
        return super().learn(other, arriving, target, scale, options)


def test_its_layers_may_have_settings_that_no_other_has() -> None:
    network, images = chain(), images_for(chain(), 20)
    with toy_method(PickyToyMethod()):

        def first(times: int) -> ToyConv:
            own = {"conv1": PickyOptions(times=times)}
            options = CompileOptions(mask=("toy", "exact", "exact"), layers=own)
            program = compile_graph(network, images, options).program
            assert program.meta["layers"]["conv1"]["times"] == times  # type: ignore[index]
            (layer, *_) = program.convs
            assert isinstance(layer, ToyConv)
            return layer

        one, negative = first(1), first(-1)
        np.testing.assert_array_equal(one.weight, -negative.weight)
        with pytest.raises(TabfabError, match=r"'conv2' has no settings of .*Picky"):
            compile_graph(network, images, CompileOptions(mask=("table", "toy", "exact")))


# ----------------------------------------------------------------------------- fine-tuning


def labelled(network: Graph) -> ImageSet:
    """Images with any labels."""
    images = images_for(network, 60)
    return ImageSet(images, np.arange(60) % 2, ("no", "yes"), "labelled")


QUICK = FinetuneOptions(steps_per_layer=3, joint_steps=4, batch=8, precision="float32")


@pytest.mark.usefixtures("toy")
def test_without_a_form_that_can_be_trained_fine_tuning_refuses_it_by_name() -> None:
    network = chain()
    options = CompileOptions(mask=("exact", "toy", "exact"))
    with pytest.raises(TabfabError, match=r"'conv2'.*'toy', which cannot be fine-"):
        finetune_graph(network, labelled(network), options, QUICK, 40)


class FaithfulToyMethod(TrainableToyMethod):
    """Says that its layers leave nothing to make up for."""

    approximates = False


@pytest.mark.parametrize(
    ("method", "steps_per_layer"),
    [(TrainableToyMethod, 0), (TrainableToyMethod, 3), (FaithfulToyMethod, 3)],
)
def test_with_one_it_is_fine_tuned(method: type[ToyMethod], steps_per_layer: int) -> None:
    network = residual()
    images = images_for(network, seed=5)
    tuning = dataclasses.replace(QUICK, steps_per_layer=steps_per_layer)
    with toy_method(method()):
        options = CompileOptions(mask=MIXED, prototypes=8)
        result = finetune_graph(network, labelled(network), options, tuning, 40)
        before = compile_graph(network, labelled(network).images[:40], options).program
        reached = execute.run(result.program, images).reshape(len(images), -1)
    assert [node.method for node in result.program.convs] == list(MIXED)
    pairs = zip(result.program.convs, before.convs, strict=True)
    assert not any(np.array_equal(after.contents, was.contents) for after, was in pairs)
    student = result.student
    with torch.no_grad():
        answers = student(student.images(images, torch.float32)).numpy()
    np.testing.assert_array_equal(np.rint(answers / result.program.output.scale), reached)


# ---------------------------------------------------------------------------------- errors


def test_a_name_that_no_method_has() -> None:
    with pytest.raises(
        TabfabError, match=r"name of a method \(table, exact, dyadic, haste\).*'toy' is none"
    ):
        CompileOptions(mask=("table", "toy"))
    with pytest.raises(TabfabError, match=r"'all' is none of these"):
        CompileOptions(mask=("all", "exact"))


def test_a_node_whose_method_is_unknown(mixed: Compilation) -> None:
    with pytest.raises(TabfabError, match=r"'depthwise'.*'toy', which compiler/methods/catalog.py"):
        execute.run(mixed.program, images_for(residual(), 2))


@pytest.mark.usefixtures("toy")
def test_an_automatic_mask_refuses_it_by_name() -> None:
    network = chain()
    options = CompileOptions(mask=("exact", "toy", "exact"))
    goal = MaskGoal(operations=0.1)
    with pytest.raises(TabfabError, match=r"'conv2' is to be computed by 'toy'"):
        choose_mask(network, images_for(network), labelled(network), options, goal)

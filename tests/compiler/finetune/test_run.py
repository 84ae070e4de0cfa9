"""Fine-tuning from a float network to a program."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.convert import execute
from tabfab.compiler.data import ImageSet, load
from tabfab.compiler.finetune.options import FinetuneOptions
from tabfab.compiler.finetune.run import Finetuned, finetune_graph
from tabfab.compiler.finetune.student.assemble import assemble
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.graph import Graph
from tabfab.compiler.methods.table.training.form import TrainedTables
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program import Program, TableConv, TreeEncoder
from tabfab.compiler.store.errors import TabfabError
from tabfab.sim.models import golden
from torch import Tensor, nn

COARSE = CompileOptions(mask=(0, 1, 1), subspace_length=4, prototypes=4)
NO_STEPS = FinetuneOptions(steps_per_layer=0, joint_steps=0)


def right(program: Program, images: ImageSet) -> float:
    return float((golden.logits(program, images.images).argmax(1) == images.labels).mean())


def student_integers(result: Finetuned, images: ImageSet) -> np.ndarray:
    """What the trained network answers, in steps of the program's output."""
    with torch.no_grad():
        answers = result.student(torch.from_numpy(images.images).permute(0, 3, 1, 2).float())
    return np.rint(answers.numpy() / result.program.output.scale)


LONG = pytest.mark.slow("what is tuned for fewer steps has the same form")


@pytest.fixture(scope="module", params=[(8, 60), pytest.param((24, 300), marks=LONG)])
def steps(request: pytest.FixtureRequest) -> FinetuneOptions:
    steps_per_layer, joint_steps = request.param
    return FinetuneOptions(
        steps_per_layer, joint_steps, batch=64, learning_rate=1e-3, train_thresholds=True
    )


@pytest.fixture(scope="module")
def tuned(network: Graph, digits: ImageSet, steps: FinetuneOptions) -> Finetuned:
    fine = CompileOptions(mask=(0, 1, 1), subspace_length=2)
    return finetune_graph(network, digits, fine, steps, 500)


def test_training_makes_up_for_coarse_tables(network: Graph, digits: ImageSet) -> None:
    test = load("digits", "test")
    compiled = compile_graph(network, digits.images[:500], COARSE).program
    steps = FinetuneOptions(steps_per_layer=40, joint_steps=300, batch=64, learning_rate=4e-3)
    tuned = finetune_graph(network, digits, COARSE, steps, 500)
    assert right(tuned.program, test) > right(compiled, test) + 0.02


def test_the_program_answers_as_the_trained_network(tuned: Finetuned, digits: ImageSet) -> None:
    for images in (load("digits", "test"), digits):
        program = golden.logits(tuned.program, images.images)
        np.testing.assert_array_equal(student_integers(tuned, images), program)


def test_training_knows_of_few_bits(network: Graph, digits: ImageSet) -> None:
    test = load("digits", "test")
    steps = FinetuneOptions(steps_per_layer=0, joint_steps=200, batch=64, learning_rate=1e-3)
    narrow, wide = (
        finetune_graph(network, digits, CompileOptions(mask=(1, 1, 1), table_bits=bits), steps, 500)
        for bits in (2, 8)
    )
    for layer in wide.program.convs:
        form = wide.student.conv(layer.name).form
        assert isinstance(form, TrainedTables)
        form.bits = 2
        with torch.no_grad():
            form.weight.mul_(1)  # so that integers are made anew
    rounded_afterwards = assemble(wide.student, argmax=False)
    assert right(narrow.program, test) > right(rounded_afterwards, test) + 0.02


def test_thresholds_are_trained_and_on_the_grid(tuned: Finetuned, network: Graph) -> None:
    moved = 0
    for node in tuned.program.convs:
        if isinstance(node, TableConv):
            assert isinstance(node.encoder, TreeEncoder)
            form = tuned.student.conv(node.name).form
            assert isinstance(form, TrainedTables)
            lookup = form.lookup
            assert node.encoder is lookup.encoder  # what is trained is what the program compares
            assert node.encoder.thresholds.dtype == np.int16
            kind = tuned.student.conv(node.name).scaled.source.type
            assert node.encoder.thresholds.min() >= kind.low
            assert node.encoder.thresholds.max() <= kind.high
            moved += int(lookup.encoder.thresholds.size)
    assert moved


def thresholds(program: Program) -> list[np.ndarray]:
    """Those of all table layers, which have trees."""
    encoders = [node.encoder for node in program.convs if isinstance(node, TableConv)]
    return [encoder.thresholds for encoder in encoders if isinstance(encoder, TreeEncoder)]


def test_thresholds_move_only_if_asked_to(network: Graph, few: ImageSet) -> None:
    def tuned(joint_steps: int, moves: bool) -> list[np.ndarray]:
        steps = FinetuneOptions(2, joint_steps, batch=16, train_thresholds=moves)
        return thresholds(finetune_graph(network, few, COARSE, steps, 100).program)

    learned, still, moved = tuned(1, True), tuned(72, False), tuned(72, True)
    assert len(learned) == 2
    for before, after in zip(learned, still, strict=True):
        np.testing.assert_array_equal(before, after)
    assert any((before != after).any() for before, after in zip(learned, moved, strict=True))


@pytest.mark.parametrize("encoder", ["tree", "nearest"])
def test_without_steps_it_is_a_conversion(network: Graph, few: ImageSet, encoder: str) -> None:
    options = CompileOptions(mask=(1, 1, 1), subspace_length=3, encoder=encoder)  # type: ignore[arg-type]
    result = finetune_graph(network, few, options, NO_STEPS, 200)
    assert [node.method for node in result.program.convs] == ["table"] * 3
    assert all(node.similarity > 0.7 for node in result.program.convs)
    np.testing.assert_array_equal(
        execute.run(result.program, few.images).reshape(len(few), -1),
        golden.logits(result.program, few.images),
    )


class Residual(nn.Module):
    """Every kind of layer: depthwise, strides, both pools, a projection and a residual sum."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 6, 3, padding=1)
        self.depthwise = nn.Conv2d(6, 6, 3, padding=1, groups=6)
        self.project = nn.Conv2d(6, 6, 1)
        self.down = nn.Conv2d(6, 10, 3, stride=2, padding=1)
        self.linear = nn.Linear(10, 4)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, 8, 8) to (N, 4)."""
        x = self.stem(x).relu()
        x = (self.project(self.depthwise(x).relu()) + x).relu()
        x = nn.functional.max_pool2d(self.down(x).relu(), 2)
        return self.linear(nn.functional.adaptive_avg_pool2d(x, 1).flatten(1))


@pytest.mark.parametrize("mask", [(0, 0, 0, 0, 0), (1, 1, 1, 1, 1), (0, 1, 0, 1, 0)])
def test_student_and_program_compute_the_same(mask: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    graph = import_graph(Residual().eval(), (3, 8, 8))
    random = np.random.default_rng(0)
    coarse = random.integers(0, 256, (60, 4, 4, 3)).repeat(2, axis=1).repeat(2, axis=2)
    images = ImageSet(
        coarse.astype(np.uint8), random.integers(0, 4, 60), ("a", "b", "c", "d"), "noise"
    )
    options = CompileOptions(mask=mask, subspace_length=4)
    tuning = FinetuneOptions(steps_per_layer=2, joint_steps=4, batch=8, augment=True)
    result = finetune_graph(graph, images, options, tuning)
    program = golden.logits(result.program, images.images)
    np.testing.assert_array_equal(student_integers(result, images), program)


def test_without_steps_per_layer_it_starts_from_the_compiled_tables(
    network: Graph, few: ImageSet
) -> None:
    options = CompileOptions(mask=(0, 1, 0), subspace_length=2)
    started = finetune_graph(network, few, options, NO_STEPS, 200).program
    compiled = compile_graph(network, few.images, options).program
    for one, other in zip(started.convs, compiled.convs, strict=True):
        assert one.similarity == pytest.approx(other.similarity, abs=0.01)
    assert (
        golden.logits(started, few.images).argmax(1)
        == golden.logits(compiled, few.images).argmax(1)
    ).mean() > 0.97


def test_the_best_state_is_kept(network: Graph, digits: ImageSet) -> None:
    def tuned(joint_steps: int, learning_rate: float) -> Program:
        steps = FinetuneOptions(0, joint_steps, batch=16, learning_rate=learning_rate)
        return finetune_graph(network, digits, COARSE, steps, 200).program

    start, wrecked, better = tuned(1, 1e-12), tuned(40, 1.0), tuned(40, 1e-3)
    assert same(start, wrecked)
    assert not same(start, better)


def test_options_are_kept_with_the_program(tuned: Finetuned, steps: FinetuneOptions) -> None:
    meta = tuned.program.meta
    assert meta["methods"] == ["exact", "table", "table"]
    assert meta["subspace_length"] == 2
    assert isinstance(meta["finetune"], dict)
    assert meta["finetune"]["joint_steps"] == steps.joint_steps


def test_progress_tells_every_step(network: Graph, few: ImageSet) -> None:
    steps: list[tuple[int, int, str]] = []
    options = FinetuneOptions(steps_per_layer=2, joint_steps=3, batch=8)
    finetune_graph(network, few, COARSE, options, 50, progress=lambda *step: steps.append(step))
    assert [done for done, _, _ in steps] == [1, 2, 3, 4, 5, 6, 7]
    assert {total for _, total, _ in steps} == {7}
    phases, losses = zip(*(what.split(", loss ") for _, _, what in steps), strict=True)
    assert phases == ("features.2.0",) * 2 + ("classifier",) * 2 + ("all layers",) * 3
    assert all(np.isfinite(float(loss)) for loss in losses)


def test_labels_may_take_part(network: Graph, few: ImageSet) -> None:
    options = FinetuneOptions(3, 0, batch=8, learning_rate=0.01, label_weight=1.0)
    with_labels = finetune_graph(network, few, COARSE, options, 50).program
    wrong = dataclasses.replace(few, targets=np.zeros_like(few.labels))
    assert not same(with_labels, finetune_graph(network, wrong, COARSE, options, 50).program)
    without = dataclasses.replace(options, label_weight=0.0)
    first, second = (
        finetune_graph(network, images, COARSE, without, 50).program for images in (few, wrong)
    )
    assert same(first, second)


def same(first: Program, second: Program) -> bool:
    return all(
        np.array_equal(a.tables, b.tables)
        for a, b in zip(first.convs, second.convs, strict=True)
        if isinstance(a, TableConv) and isinstance(b, TableConv)
    )


def test_divergence_says_what_to_do(network: Graph, few: ImageSet) -> None:
    options = FinetuneOptions(steps_per_layer=1, joint_steps=60, batch=8, learning_rate=1e30)
    with pytest.raises(TabfabError, match="use a learning rate below"):
        finetune_graph(network, few, COARSE, options, 50)


def test_images_of_another_shape_are_refused(network: Graph, few: ImageSet) -> None:
    wrong = dataclasses.replace(few, images=few.images[:, :7])
    with pytest.raises(TabfabError, match="takes uint8 images"):
        finetune_graph(network, wrong, COARSE, NO_STEPS)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"joint_steps": -1}, "must not be negative"),
        ({"batch": 1}, "at least 2 images"),
        ({"learning_rate": 0.0}, "above zero"),
        ({"temperature": 0.0}, "above zero"),
        ({"label_weight": 1.5}, r"0\.\.1"),
        ({"precision": "int4"}, "'int4'"),
        ({"seed": -1}, "seed"),
    ],
)
def test_options_that_mean_nothing(settings: dict[str, object], message: str) -> None:
    with pytest.raises(TabfabError, match=message):
        FinetuneOptions(**settings)  # type: ignore[arg-type]


def test_no_such_device(network: Graph, few: ImageSet) -> None:
    with pytest.raises(TabfabError, match="cannot train on device 'abacus'"):
        finetune_graph(network, few, COARSE, FinetuneOptions(device="abacus"))


def test_on_a_gpu(network: Graph, few: ImageSet) -> None:
    if not torch.cuda.is_available():
        pytest.skip("needs a GPU that torch sees")
    options = FinetuneOptions(steps_per_layer=4, joint_steps=8, batch=8, device="cuda")
    result = finetune_graph(network, few, COARSE, options, 50)
    assert all(node.similarity > 0.5 for node in result.program.convs)

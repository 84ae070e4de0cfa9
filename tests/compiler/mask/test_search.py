"""Searched masks on tiny networks, against counting and against trying everything."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tabfab.compiler import graph as g
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.data import ImageSet
from tabfab.compiler.frontend.taps import drop_dead_taps
from tabfab.compiler.graph import Graph, float_graph
from tabfab.compiler.mask import losses as losses_module
from tabfab.compiler.mask import sizes as sizes_module
from tabfab.compiler.mask.goal import MaskGoal
from tabfab.compiler.mask.losses import measure_layers
from tabfab.compiler.mask.search import MaskChoice, Ranking, choose_mask
from tabfab.compiler.methods.catalog import METHODS
from tabfab.compiler.methods.method import Learned
from tabfab.compiler.options import CompileOptions, LayerOptions
from tabfab.compiler.program import TableConv
from tabfab.compiler.program.cost import program_cost
from tabfab.compiler.store.errors import TabfabError
from tabfab.sim.models import golden

from support.graphs import GraphSketch, chain, images_for, labelled, residual

COARSE = CompileOptions(prototypes=2, subspace_length=4)
"""Tables bad enough for answers to change."""


def balanced(network: Graph) -> Graph:
    """`network` with its last bias such that it answers now this and now that."""
    answers = float_graph.answers(network, images_for(network)).numpy()
    last = network.convs[-1]
    weight = last.weight / answers.std(axis=0).reshape(-1, 1, 1, 1)
    bias = -((answers - last.bias).mean(axis=0) / answers.std(axis=0)).astype(np.float32)
    changed = dataclasses.replace(last, weight=weight, bias=bias)
    return Graph(tuple(changed if layer is last else layer for layer in network))


def search(
    network: Graph, goal: MaskGoal, ranking: Ranking = "loss", options: CompileOptions = COARSE
) -> MaskChoice:
    return choose_mask(network, images_for(network), labelled(network, 200), options, goal, ranking)


def compiled_accuracy(network: Graph, options: CompileOptions, held_out: ImageSet) -> float:
    program = compile_graph(network, images_for(network), options).program
    answers = golden.logits(program, held_out.images).argmax(axis=1)
    return float((answers == held_out.labels).mean())


# ---------------------------------------------------------------------------------- goals


def test_similarity_converts_the_layers_above_the_threshold() -> None:
    network = residual()
    program = compile_graph(network, images_for(network), COARSE).program
    similarities = {node.name: node.similarity for node in program.convs}
    middle = sorted(similarities.values())[2]
    choice = search(network, MaskGoal(similarity=middle))
    assert choice.options.mask == tuple(
        "table" if value >= middle else "exact" for value in similarities.values()
    )
    assert choice.scores == similarities


@pytest.mark.parametrize("ranking", ["similarity", "loss"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.7])
def test_operations_are_removed_and_the_program_agrees(share: float, ranking: Ranking) -> None:
    network = residual()
    choice = search(network, MaskGoal(operations=share), ranking)
    program = compile_graph(network, images_for(network), choice.options).program
    cost = program_cost(program)
    assert choice.removed == pytest.approx(1 - cost.operations_program / cost.operations_exact)
    assert choice.stored == cost.stored_bytes
    assert choice.removed >= share


@pytest.mark.parametrize("ranking", ["similarity", "loss"])
def test_operations_are_removed_as_the_paper_counts(ranking: Ranking) -> None:
    network = residual()
    short = dataclasses.replace(COARSE, subspace_length=1)
    costs = [METHODS["table"].planned_cost(network, layer, short) for layer in network.convs]
    exact = sum(cost.exact for cost in costs)
    most = 1 - sum(cost.operations for cost in costs) / exact
    most_as_tabconv = 1 - sum(cost.tabconv for cost in costs) / exact
    assert most_as_tabconv > most + 0.05
    share = (most + most_as_tabconv) / 2
    with pytest.raises(TabfabError, match="no mask removes"):
        search(network, MaskGoal(operations=share), ranking, short)
    choice = search(network, MaskGoal(operations=share, as_tabconv=True), ranking, short)
    program = compile_graph(network, images_for(network), choice.options).program
    cost = program_cost(program)
    assert choice.removed == pytest.approx(1 - cost.operations_tabconv / cost.operations_exact)
    assert choice.removed >= share


def test_operations_are_removed_at_the_least_loss() -> None:
    network = residual()
    choice = search(network, MaskGoal(operations=0.4))
    names = [layer.name for layer in network.convs]
    costs = [
        [METHODS[name].planned_cost(network, layer, COARSE) for name in ("exact", "table")]
        for layer in network.convs
    ]
    enough = [
        sum(score for score, entry in zip(choice.scores.values(), mask, strict=True) if entry)
        for mask in itertools.product((0, 1), repeat=len(names))
        if sum(cost[entry].operations for cost, entry in zip(costs, mask, strict=True))
        <= 0.6 * sum(cost[0].exact for cost in costs)
    ]
    assert isinstance(choice.options.mask, tuple)
    converted = zip(choice.scores.values(), choice.options.mask, strict=True)
    assert sum(score for score, entry in converted if entry == "table") == pytest.approx(
        min(enough)
    )
    assert not choice.options.layers


def test_operations_keep_the_least_similar_exact() -> None:
    network = residual()
    choice = search(network, MaskGoal(operations=0.3), "similarity")
    assert isinstance(choice.options.mask, tuple)
    exact = [
        score
        for score, entry in zip(choice.scores.values(), choice.options.mask, strict=True)
        if entry == "exact"
    ]
    assert exact
    assert sorted(choice.scores.values())[: len(exact)] == sorted(exact)


@pytest.mark.parametrize("ranking", ["similarity", "loss"])
def test_accuracy_is_reached_with_the_fewest_exact_layers(ranking: Ranking) -> None:
    network = balanced(residual())
    held_out = labelled(network, 200)
    names = [layer.name for layer in network.convs]
    choice = search(network, MaskGoal(accuracy=0.9), ranking)
    assert compiled_accuracy(network, choice.options, held_out) >= 0.9
    assert isinstance(choice.options.mask, tuple)
    entries = zip(names, choice.options.mask, strict=True)
    kept = [name for name, entry in entries if entry == "exact"]
    assert kept  # otherwise nothing was asked for
    # One layer less is too few, whatever layer of those kept it is that the order puts last.
    fewer = [
        dataclasses.replace(COARSE, mask=tuple(int(n not in kept or n == name) for n in names))
        for name in kept
    ]
    assert min(compiled_accuracy(network, options, held_out) for options in fewer) < 0.9


def test_bytes_are_spent_as_well_as_any_choice_of_sizes_could(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few = ((8, 4), (4, 4), (2, 8))
    monkeypatch.setattr(sizes_module, "SIZES", few)
    network = chain()
    images, held_out = images_for(network), labelled(network, 200)
    base = CompileOptions()
    choice = choose_mask(network, images, held_out, base, MaskGoal(stored=1.5, relative=True))
    sizes = [LayerOptions(subspace_length=length, prototypes=rows) for length, rows in few]
    names = [layer.name for layer in network.convs]
    measured = measure_layers(
        network, images, held_out.images, "table", dict.fromkeys(names, sizes)
    )

    def cost(options: dict[str, LayerOptions]) -> tuple[int, float]:
        costs = [
            METHODS["table"].planned_cost(network, layer, options[layer.name])
            for layer in network.convs
        ]
        total = sum(measured[name][sizes.index(options[name])].loss for name in names)
        return sum(each.stored_bytes for each in costs), total

    allowed = 1.5 * sum(layer.weight.size for layer in network.convs)
    tried = [
        cost(dict(zip(names, chosen, strict=True)))
        for chosen in itertools.product(sizes, repeat=len(names))
    ]
    best = min(loss for stored, loss in tried if stored <= allowed)
    stored, loss = cost({name: choice.options.of(name) for name in names})
    assert stored == choice.stored <= allowed
    assert loss == pytest.approx(best)


def test_bytes_and_operations_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes_module, "SIZES", ((8, 16), (4, 16)))
    network = residual()
    goal = MaskGoal(operations=0.6, stored=2.5, relative=True)
    choice = search(network, goal, options=CompileOptions())
    program = compile_graph(network, images_for(network), choice.options).program
    cost = program_cost(program)
    assert cost.stored_bytes <= 2.5 * cost.weight_bytes
    assert 1 - cost.operations_program / cost.operations_exact >= 0.6
    lengths = {node.encoder.length for node in program.convs if isinstance(node, TableConv)}
    assert lengths <= {4, 8, 9}


@pytest.mark.parametrize("ranking", ["similarity", "loss"])
def test_dropped_taps_count_as_removed(ranking: Ranking) -> None:
    sketch = GraphSketch((1, 4, 4)).conv("first", 4).pool(g.MaxPool, "pool", 4)
    network = drop_dead_taps(sketch.conv("last", 8, relu=False).graph())
    full = network.convs[-1].full_kernel
    assert full == (3, 3)
    share = 8 * (9 - 1) * 4 / (16 * 4 * 9 + 8 * 9 * 4)  # of 3x3 taps one ever sees the image
    choice = search(network, MaskGoal(operations=share - 0.01), ranking)
    assert choice.options.mask == ("exact", "exact")
    assert choice.removed == pytest.approx(share)
    assert choice.stored == 4 * 9 + 8 * 4


# --------------------------------------------------------------------------------- losses


def test_loss_is_the_divergence_of_the_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    network, held_out = chain(), labelled(chain(), 200)
    learned: list[Learned] = []
    learn = losses_module.Converter.learn

    def remember(*arguments: object) -> Learned:
        learned.append(learn(*arguments))  # type: ignore[arg-type]
        return learned[-1]

    monkeypatch.setattr(losses_module.Converter, "learn", remember)
    images = images_for(network)
    measured = measure_layers(network, images, held_out.images, "table", {"conv2": [COARSE]})
    losses = {name: [each.loss for each in some] for name, some in measured.items()}

    def probabilities(instead: dict[str, Learned]) -> NDArray[np.float64]:
        answers = float_graph.answers(network, held_out.images, instead).double()
        return torch.softmax(answers, dim=1).numpy()

    p, q = probabilities({}), probabilities({"conv2": learned[0]})
    assert losses == {"conv2": [pytest.approx((p * np.log(p / q)).sum(axis=1).mean())]}
    assert losses["conv2"][0] > 0


# --------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("goal", "message"),
    [
        (MaskGoal(operations=0.99), r"removes 99.0%.*every layer as tables removes \d\d\.\d%"),
        (MaskGoal(stored=100), r"100 bytes cannot hold.*the smallest tables tried take [\d,]+"),
        (MaskGoal(operations=0.7, stored=100), r"remove 70.0%.*at least [\d,]+ bytes"),
    ],
)
def test_what_cannot_be_reached_says_what_can(goal: MaskGoal, message: str) -> None:
    with pytest.raises(TabfabError, match=message):
        search(residual(), goal)


def test_accuracy_that_even_exact_layers_miss() -> None:
    network = balanced(residual())
    held_out = labelled(network, 200)
    options = dataclasses.replace(COARSE, table_bits=2)
    with pytest.raises(TabfabError, match=r"keeps 100.0%.*keeps \d\d\.\d% on 200 training"):
        choose_mask(network, images_for(network), held_out, options, MaskGoal(accuracy=1.0))

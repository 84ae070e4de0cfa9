"""Masks of haste layers searched by operations, against trying everything."""

from __future__ import annotations

import itertools

import pytest
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.mask import merging
from tabfab.compiler.mask.goal import MaskGoal, parse_goal
from tabfab.compiler.mask.losses import measure_layers
from tabfab.compiler.mask.search import choose_mask
from tabfab.compiler.methods.catalog import METHODS
from tabfab.compiler.options import CompileOptions, LayerOptions
from tabfab.compiler.program.cost import program_cost
from tabfab.compiler.store.errors import TabfabError

from support.graphs import images_for, labelled, residual

FEW = ((1, 4), (2, 2), (4, 4))
OPTIONS = CompileOptions(refit=False, first_layer=1)


@pytest.mark.parametrize("share", [0.02, 0.1])
def test_operations_are_removed_where_that_loses_least(
    monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    monkeypatch.setattr(merging, "MERGES", FEW)
    network = residual()
    images, held_out = images_for(network), labelled(network)
    goal = MaskGoal(operations=share, method="haste")
    choice = choose_mask(network, images, held_out, OPTIONS, goal)
    tried = [
        LayerOptions(hyperplanes=planes, patch=patch, refit=False, first_layer=1)
        for planes, patch in FEW
    ]
    convs = [conv for conv in network.convs if METHODS["haste"].takes(network, conv, OPTIONS)]
    names = [conv.name for conv in convs]
    measured = measure_layers(
        network, images, held_out.images, "haste", dict.fromkeys(names, tried)
    )
    exact = {
        conv.name: METHODS["exact"].planned_cost(network, conv, OPTIONS).operations
        for conv in network.convs
    }
    ways = {
        name: [(0.0, exact[name]), *((way.loss, way.cost.operations) for way in measured[name])]
        for name in names
    }
    rest = sum(exact.values()) - sum(exact[name] for name in names)
    allowed = (1 - share) * sum(exact.values()) - rest
    totals = [
        (sum(way[0] for way in some), sum(way[1] for way in some))
        for some in itertools.product(*ways.values())
    ]
    least = min(loss for loss, operations in totals if operations <= allowed)
    methods = choice.options.methods(network)
    merged = [name for name, method in methods.items() if method == "haste"]
    assert set(merged) <= set(names)
    assert merged
    lost = sum(measured[name][tried.index(choice.options.of(name))].loss for name in merged)
    assert lost == pytest.approx(least)
    assert choice.removed >= share
    program = compile_graph(network, images, choice.options).program
    cost = program_cost(program)
    # Layers behind others that merge get other activations than when they were measured.
    removed = 1 - cost.operations_program / cost.operations_exact
    assert removed == pytest.approx(choice.removed, abs=0.05)
    assert choice.stored == cost.stored_bytes


def test_a_layer_with_settings_of_its_own_keeps_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MERGES", FEW)
    network = residual()
    own = LayerOptions(hyperplanes=1, patch=3, refit=False)
    name = network.convs[1].name
    options = CompileOptions(refit=False, layers={name: own})
    goal = MaskGoal(operations=0.02, method="haste")
    choice = choose_mask(network, images_for(network), labelled(network), options, goal)
    assert choice.options.of(name) == own


def test_weights_are_refitted_once_the_layers_are_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MERGES", FEW)
    network = residual()
    goal = MaskGoal(operations=0.1, method="haste")
    chosen = [
        choose_mask(
            network, images_for(network), labelled(network),
            CompileOptions(refit=refit, first_layer=1), goal,
        )
        for refit in (False, True)
    ]  # fmt: skip
    assert chosen[0].scores == chosen[1].scores
    assert chosen[0].options.mask == chosen[1].options.mask
    assert all(own.refit for own in chosen[1].options.layers.values())


def test_more_than_all_layers_can_remove_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MERGES", FEW)
    network = residual()
    goal = MaskGoal(operations=0.95, method="haste")
    with pytest.raises(TabfabError, match=r"no haste layers remove 95.0% .* at most \d+\.\d%; ask"):
        choose_mask(network, images_for(network), labelled(network), OPTIONS, goal)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("auto:operations=0.3,method=dyadic", "by the method table or haste, not 'dyadic'"),
        ("auto:bytes=2x,method=haste", "method=haste goes with operations alone"),
        ("auto:tabconv=0.3,method=haste", "method=haste goes with operations alone"),
        ("auto:method=haste", "takes one of similarity, operations"),
        ("auto:operations=0.3,method=haste,method=table", "or it comes twice"),
    ],
)
def test_goals_that_no_method_has(text: str, words: str) -> None:
    with pytest.raises(TabfabError, match=words):
        parse_goal(text)


def test_the_method_is_part_of_the_goal() -> None:
    goal = parse_goal("auto:operations=0.3,method=haste")
    assert goal == MaskGoal(operations=0.3, method="haste")
    assert goal.methods == ("haste", "exact")
    assert parse_goal("auto:operations=0.3,method=table") == parse_goal("auto:operations=0.3")

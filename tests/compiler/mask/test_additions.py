"""Masks searched by additions, against trying everything."""

from __future__ import annotations

import itertools

import pytest
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.mask import additions as additions_module
from tabfab.compiler.mask.goal import MaskGoal
from tabfab.compiler.mask.losses import measure_layers
from tabfab.compiler.mask.search import choose_mask
from tabfab.compiler.methods.catalog import METHODS
from tabfab.compiler.options import CompileOptions, LayerOptions
from tabfab.compiler.program.cost import program_cost
from tabfab.compiler.store.errors import TabfabError

from support.graphs import chain, images_for, labelled

FEW = ((1, 0.5), (1, 1.0), (2, 1.5))


@pytest.mark.parametrize("share", [0.6, 0.9, 1.2])
def test_additions_are_spent_as_well_as_any_choice_could(
    monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    monkeypatch.setattr(additions_module, "TERMS", FEW)
    network = chain()
    images, held_out = images_for(network), labelled(network)
    goal = MaskGoal(additions=share, relative=True)
    choice = choose_mask(network, images, held_out, CompileOptions(), goal)
    tried = [LayerOptions(terms=terms, additions=additions) for terms, additions in FEW]
    names = [layer.name for layer in network.convs]
    measured = measure_layers(
        network, images, held_out.images, "dyadic", dict.fromkeys(names, tried)
    )

    def spent(options: dict[str, LayerOptions]) -> int:
        return sum(
            METHODS["dyadic"].planned_cost(network, layer, options[layer.name]).additions
            for layer in network.convs
        )

    def lost(options: dict[str, LayerOptions]) -> float:
        return sum(measured[name][tried.index(options[name])].loss for name in names)

    products = sum(layer.weight.size * layer.shape[1] * layer.shape[2] for layer in network.convs)
    every = [
        dict(zip(names, chosen, strict=True))
        for chosen in itertools.product(tried, repeat=len(names))
    ]
    chosen = {name: choice.options.of(name) for name in names}
    assert choice.options.mask == "dyadic"
    assert spent(chosen) <= share * products
    least = min(lost(options) for options in every if spent(options) <= share * products)
    assert lost(chosen) == pytest.approx(least)
    assert sum(choice.scores.values()) == pytest.approx(least)
    program = compile_graph(network, images, choice.options).program
    assert program_cost(program).additions <= share * products
    assert choice.stored == program_cost(program).stored_bytes


def test_a_layer_with_settings_of_its_own_keeps_them() -> None:
    network = chain()
    own = LayerOptions(terms=3, finest_shift=5)
    choice = choose_mask(
        network,
        images_for(network),
        labelled(network),
        CompileOptions(layers={"conv2": own}),
        MaskGoal(additions=3.0, relative=True),
    )
    assert choice.options.of("conv2") == own


def test_too_few_additions_are_refused_before_anything_is_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("losses were measured")

    monkeypatch.setattr("tabfab.compiler.mask.trials.measure_layers", refuse)
    network = chain()
    with pytest.raises(TabfabError, match="100 additions are too few for this network"):
        choose_mask(
            network,
            images_for(network),
            labelled(network),
            CompileOptions(),
            MaskGoal(additions=100.0),
        )

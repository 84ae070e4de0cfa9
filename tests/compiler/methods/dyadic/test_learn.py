"""Dyadic layers, learned and executed."""

from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.methods.dyadic import learn
from tabfab.compiler.options import CompileOptions, LayerOptions
from tabfab.compiler.program import DyadicConv
from tabfab.compiler.program.cost import program_cost
from tabfab.compiler.store.errors import TabfabError
from tabfab.sim.models import golden

from support.graphs import chain, images_for, residual

NETWORKS = {"chain": chain, "residual": residual}


@pytest.mark.parametrize("distance", ["output", "moments", "weights"])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_integers_are_those_of_the_golden_model(name: str, distance: str) -> None:
    network = NETWORKS[name]()
    images = images_for(network)
    options = CompileOptions(mask="dyadic", terms=2, distance=distance)
    compilation = compile_graph(network, images, options)
    program = compilation.program
    assert all(isinstance(node, DyadicConv) for node in program.convs)
    assert program.meta["methods"] == ["dyadic"] * len(program.convs)
    expected = golden.run(program, images)[program.output.name]
    found = compilation.program_answers(images)
    assert (found == expected.reshape(len(images), -1)).all()
    for node in program.convs:
        assert isinstance(node, DyadicConv)
        assert node.similarity > 0.97


def test_values_for_the_output_serve_it_better_than_the_nearest_ones() -> None:
    network = chain()
    images = images_for(network, 200)
    errors = {}
    for distance in ("output", "weights"):
        options = CompileOptions(mask="dyadic", finest_shift=3, distance=distance)
        compilation = compile_graph(network, images[:100], options)
        scale = compilation.program.output.scale
        left = scale * compilation.program_answers(images[100:]) - compilation.float_answers(
            images[100:]
        )
        errors[distance] = float((left**2).mean())
    assert errors["output"] < errors["weights"] / 2


def test_no_image_is_looked_at_for_the_distance_of_the_weights(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("an image was looked at")

    network = chain()
    options = CompileOptions(mask="dyadic", distance="weights")
    monkeypatch.setattr(learn, "_moments", refuse)
    monkeypatch.setattr(learn, "learn_weights", refuse)
    compile_graph(network, images_for(network, 1), options)
    with pytest.raises(AssertionError, match="was looked at"):
        compile_graph(network, images_for(network, 1), CompileOptions(mask="dyadic"))


@pytest.mark.parametrize("distance", ["output", "moments", "weights"])
@pytest.mark.parametrize("additions", [0.0, 0.5, 1.25])
def test_a_budget_of_additions_is_kept(distance: str, additions: float) -> None:
    network = chain()
    options = CompileOptions(mask="dyadic", terms=2, additions=additions, distance=distance)
    program = compile_graph(network, images_for(network), options).program
    for node in program.convs:
        assert isinstance(node, DyadicConv)
        weights = node.terms[0].size
        assert np.count_nonzero(node.terms) <= additions * weights
        assert np.count_nonzero(node.terms) >= 0.7 * additions * weights


@pytest.mark.parametrize("distance", ["output", "weights"])
def test_a_budget_of_each_filter_is_kept(distance: str) -> None:
    network = residual()  # with a depthwise layer
    options = CompileOptions(
        mask="dyadic", terms=2, additions=1.25, additions_over="filter", distance=distance
    )
    program = compile_graph(network, images_for(network), options).program
    for node in program.convs:
        assert isinstance(node, DyadicConv)
        spent = np.count_nonzero(node.terms, axis=(0, 2, 3, 4))
        assert (spent <= int(1.25 * node.terms[0, 0].size)).all()
        assert spent.mean() >= 0.8 * 1.25 * node.terms[0, 0].size


def test_a_layer_may_have_one_scale() -> None:
    network = chain()
    shifts = {}
    for alpha in ("filter", "layer"):
        options = CompileOptions(mask="dyadic", distance="weights", alpha=alpha)
        program = compile_graph(network, images_for(network), options).program
        shifts[alpha] = [np.unique(node.shift) for node in program.convs]
    assert all(len(each) == 1 for each in shifts["layer"])
    assert any(len(each) > 1 for each in shifts["filter"])


@pytest.mark.parametrize("distance", ["output", "weights"])
@pytest.mark.parametrize("terms", [1, 2])
def test_a_filters_factor_in_quarters_brings_it_nearer(distance: str, terms: int) -> None:
    network, errors, counted = chain(), {}, {}
    images = images_for(network, 200)
    for alpha in ("filter", "quarters"):
        options = CompileOptions(mask="dyadic", distance=distance, terms=terms, alpha=alpha)
        compilation = compile_graph(network, images, options)
        program = compilation.program
        reached = compilation.program_answers(images) * program.output.scale
        errors[alpha] = np.square(reached - compilation.float_answers(images)).mean()
        counted[alpha] = program_cost(program)
        values = golden.run(program, images[:20])[program.output.name].reshape(20, -1)
        np.testing.assert_array_equal(values, compilation.program_answers(images[:20]))
    assert errors["quarters"] < errors["filter"]
    alphas = [node.alpha for node in program.convs if isinstance(node, DyadicConv)]
    assert len(alphas) == 3
    assert {4, 5, 6, 7} >= set(np.concatenate(alphas).tolist()) > {4}
    for node, cost in zip(program.convs, counted["quarters"].layers, strict=True):
        assert isinstance(node, DyadicConv)
        factors = np.count_nonzero(node.alpha != 4)
        positions = node.shape[1] * node.shape[2]
        assert cost.additions == positions * (np.count_nonzero(node.terms) + factors)


def test_what_is_counted() -> None:
    network = chain()
    options = CompileOptions(mask=("exact", "dyadic", "dyadic"), terms=2)
    program = compile_graph(network, images_for(network), options).program
    cost = program_cost(program)
    dyadic = [node for node in program.convs if isinstance(node, DyadicConv)]
    positions = [node.shape[1] * node.shape[2] for node in dyadic]
    terms = [np.count_nonzero(node.terms) for node in dyadic]
    shifted = [np.count_nonzero(np.abs(node.terms) > 1) for node in dyadic]
    assert cost.additions == sum(np.multiply(positions, terms))
    assert cost.shifts == sum(np.multiply(positions, shifted)) < cost.additions
    assert cost.multiplications == cost.layers[0].exact
    assert cost.operations_program == cost.multiplications + cost.additions


def test_one_layer_may_have_other_settings() -> None:
    network = chain()
    options = CompileOptions(
        mask=("exact", "dyadic", "dyadic"), layers={"linear": LayerOptions(terms=3, finest_shift=4)}
    )
    program = compile_graph(network, images_for(network), options).program
    conv2, linear = program["conv2"], program["linear"]
    assert isinstance(conv2, DyadicConv)
    assert isinstance(linear, DyadicConv)
    assert (len(conv2.terms), conv2.finest_shift) == (1, 6)
    assert (len(linear.terms), linear.finest_shift) == (3, 4)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"terms": 0}, "1 to 4 terms, not 0"),
        ({"terms": 5}, "1 to 4 terms, not 5"),
        ({"finest_shift": 13}, "0 to 12, not 13"),
        ({"additions": -0.5}, "-0.5 additions for each weight cannot be met"),
        ({"additions": float("nan")}, "nan additions for each weight cannot be met"),
        ({"distance": "manhattan"}, "not 'manhattan'"),
        ({"alpha": "network"}, "or a filter's in 'quarters', not of a 'network'"),
        ({"additions": 1.0, "additions_over": "weight"}, "not over a 'weight'"),
        ({"additions_over": "network"}, "need a budget, such as --additions 1.4"),
    ],
)
def test_impossible_settings_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(TabfabError, match=message):
        CompileOptions(mask="dyadic", **settings)

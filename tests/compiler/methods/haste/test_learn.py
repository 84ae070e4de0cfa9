"""Haste layers: what is drawn, what is refitted, and that no image is needed for the first."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.data import ImageSet
from tabfab.compiler.finetune.options import FinetuneOptions
from tabfab.compiler.finetune.run import finetune_graph
from tabfab.compiler.finetune.source import options_of_program
from tabfab.compiler.graph import Conv, Graph
from tabfab.compiler.methods.catalog import METHODS
from tabfab.compiler.methods.haste.execute import merged_sums
from tabfab.compiler.options import CompileOptions, LayerOptions
from tabfab.compiler.program import HasteConv, Program
from tabfab.compiler.program.cost import program_cost
from tabfab.compiler.recipes import RECIPES
from tabfab.compiler.store.errors import TabfabError
from tabfab.sim.models import golden
from tabfab.sim.models.methods.haste import buckets
from tabfab.sim.models.parts import Source

from support.graphs import chain, images_for, residual

ALL = CompileOptions(mask=("haste",) * 4, refit=False)


def merging(program: Program) -> list[HasteConv]:
    return [node for node in program if isinstance(node, HasteConv)]


def error(options: CompileOptions, network: Graph) -> float:
    """Mean squared error of the answers on images that nothing was learned from."""
    compilation = compile_graph(network, images_for(network, 100), options)
    unseen = images_for(network, 100, seed=9)
    reached = compilation.program_answers(unseen) * compilation.program.output.scale
    return float(np.square(reached - compilation.float_answers(unseen)).mean())


@pytest.mark.parametrize("network", [chain, residual])
@pytest.mark.parametrize("refit", [False, True])
def test_the_program_is_the_golden_models(network: Any, refit: bool) -> None:
    graph = network()
    options = CompileOptions(mask=("haste",) * len(graph.convs), hyperplanes=3, refit=refit)
    compilation = compile_graph(graph, images_for(graph), options)
    images = images_for(graph, 30, seed=4)
    answers = compilation.program_answers(images)
    np.testing.assert_array_equal(answers, golden.logits(compilation.program, images))
    # Its float form loses about the same, and only rounding is between them.
    learned = compilation.learned_answers(images)
    reached = answers * compilation.program.output.scale
    whole = np.square(learned - compilation.float_answers(images)).mean()
    assert np.square(reached - learned).mean() < 0.3 * whole + 1e-3 * np.square(learned).mean()


def test_with_many_hyperplanes_nothing_is_lost() -> None:
    network = residual()
    most = CompileOptions(mask=("haste", "haste", "haste", "exact"), patch=4, refit=False)
    exact = error(CompileOptions(mask="none"), network)
    assert error(dataclasses.replace(most, hyperplanes=32), network) < 2 * exact
    assert error(dataclasses.replace(most, hyperplanes=1), network) > 5 * exact


def test_without_a_refit_no_image_changes_weights_or_hyperplanes() -> None:
    network = chain()
    options = dataclasses.replace(RECIPES["haste"], mask=("haste", "haste", "exact"))
    one, other = (
        compile_graph(network, images_for(network, 40, seed), options).program for seed in (1, 2)
    )
    for first, second in zip(merging(one), merging(other), strict=True):
        np.testing.assert_array_equal(first.hyperplanes, second.hyperplanes)
        # Other scales of activations are other units, in which the weights are the same.
        entries = [node.weight.reshape(len(node.weight), -1) for node in (first, second)]
        for a, b in zip(*entries, strict=True):
            assert abs(a / abs(a).max() - b / abs(b).max()).max() < 0.05


def test_a_refit_makes_up_for_what_is_merged() -> None:
    network = residual()
    options = dataclasses.replace(ALL, hyperplanes=2)
    assert error(dataclasses.replace(options, refit=True), network) < 0.7 * error(options, network)


def test_hyperplanes_come_from_the_seed() -> None:
    network = chain()

    def planes(**changes: Any) -> list[np.ndarray]:
        options = CompileOptions(mask=("haste",) * 3, refit=False, **changes)
        program = compile_graph(network, images_for(network, 20), options).program
        return [node.hyperplanes for node in merging(program)]

    one = planes()
    assert all((a == b).all() for a, b in zip(one, planes(), strict=True))
    assert any((a != b).any() for a, b in zip(one, planes(seed=1), strict=True))
    shares = [(each == 0).mean() for each in planes(hyperplane_zeros=0.5, hyperplanes=32)]
    assert shares[0] == pytest.approx(0.5, abs=0.05)


def test_a_mask_of_one_name_leaves_the_first_layer_and_single_pixels_exact() -> None:
    network = chain()
    methods = CompileOptions(mask="haste").methods(network)
    assert list(methods.values()) == ["exact", "haste", "exact"]
    whole = CompileOptions(mask="haste", first_layer=1).methods(network)
    assert list(whole.values()) == ["haste", "haste", "exact"]
    assert "haste" not in CompileOptions(mask="haste", first_layer=9).methods(network).values()
    named = CompileOptions(mask=("haste",) * 3).methods(network)
    assert set(named.values()) == {"haste"}


def test_its_planned_cost_is_the_most_that_it_can_be() -> None:
    network = residual()
    options = dataclasses.replace(ALL, hyperplanes=3)
    program = compile_graph(network, images_for(network, 20), options).program
    for layer, cost in zip(network.convs, program_cost(program).layers, strict=True):
        planned = METHODS["haste"].planned_cost(network, layer, options)
        assert planned.comparisons == cost.comparisons > 0
        assert planned.multiplications >= cost.multiplications
        assert (planned.exact, planned.stored_bytes) == (cost.exact, cost.stored_bytes)


def test_buckets_are_counted_over_the_calibration_images() -> None:
    network = chain()
    images = images_for(network, 30)
    options = CompileOptions(mask=("haste",) * 3, refit=False, hyperplanes=2)
    program = compile_graph(network, images, options).program
    first = program.convs[0]
    assert isinstance(first, HasteConv)
    numbers = buckets(first, Source(images.astype(np.int16), program.padding_value("image")))
    per_group = numbers.reshape(*numbers.shape[:3], first.groups, -1)
    counted = (per_group.max(axis=-1) + 1).sum(axis=0).transpose(2, 0, 1)
    assert first.counted == 30
    np.testing.assert_array_equal(first.buckets, counted)


def test_wide_sums_have_fewer_bits_behind_the_point() -> None:
    network = chain()
    conv = network["conv2"]
    assert isinstance(conv, Conv)
    options = CompileOptions(mask=("exact", "haste", "exact"), fraction_bits=6, refit=False)
    node = compile_graph(network, images_for(network, 20), options).program["conv2"]
    assert isinstance(node, HasteConv)
    assert node.fraction_bits == 6
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tabfab.compiler.program.bounds._WIDEST", 1 << 20)
        patch.setattr("tabfab.compiler.scales.quantize.MAX_BIAS", 1 << 14)
        node = compile_graph(network, images_for(network, 20), options).program["conv2"]
    assert isinstance(node, HasteConv)
    assert node.fraction_bits < 6


def test_large_sums_are_exact_in_parts() -> None:
    rng = np.random.default_rng(0)
    network = chain()
    options = CompileOptions(mask=("exact", "haste", "exact"), fraction_bits=6, refit=False)
    node = compile_graph(network, images_for(network, 20), options).program["conv2"]
    assert isinstance(node, HasteConv)
    loud = dataclasses.replace(node, weight=np.full_like(node.weight, 127))
    channels = node.weight.shape[1] * node.groups
    size = (2, node.shape[1], node.shape[2], channels)
    x = torch.from_numpy(rng.integers(0, 256, size).astype(np.int16))
    zero = np.zeros(channels, np.int16)
    once = merged_sums(loud, x, zero).double()
    double = dataclasses.replace(node, weight=np.full_like(node.weight, 1))
    np.testing.assert_array_equal(once, 127 * merged_sums(double, x, zero).double())


def test_it_cannot_be_fine_tuned() -> None:
    network = chain()
    images = images_for(network, 30)
    labelled = ImageSet(images, np.arange(30) % 2, ("no", "yes"), "labelled")
    options = CompileOptions(mask=("exact", "haste", "exact"))
    with pytest.raises(TabfabError, match=r"'conv2' is computed by the method 'haste', which cann"):
        finetune_graph(network, labelled, options, FinetuneOptions(), 20)


def test_a_program_says_how_it_was_made() -> None:
    network = chain()
    options = CompileOptions(
        mask=("exact", "haste", "exact"), hyperplanes=5,
        layers={"conv2": LayerOptions(hyperplanes=4, patch=2)},
    )  # fmt: skip
    program = compile_graph(network, images_for(network, 20), options).program
    assert options_of_program(program) == options
    node = program["conv2"]
    assert isinstance(node, HasteConv)
    assert len(node.hyperplanes) == 4
    assert node.patch == (2, 2)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"hyperplanes": 0}, "1 to 32 hyperplanes, not 0"),
        ({"hyperplanes": 33}, "1 to 32 hyperplanes, not 33"),
        ({"patch": 0}, "1 to 64 positions along each side, not 0"),
        ({"hyperplane_zeros": 1.0}, "below 1, not 1, such as"),
        ({"hyperplane_zeros": -0.1}, "below 1, not -0.1"),
        ({"hyperplanes_from": "images"}, "'random' entries or of 'weights', not of 'images'"),
        ({"fraction_bits": 7}, "0 to 6 bits behind the point, not 7"),
        ({"first_layer": 0}, "counted from 1, so the first one to merge cannot be 0"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(TabfabError, match=words):
        CompileOptions(mask="haste", **settings)

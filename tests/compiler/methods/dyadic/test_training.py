"""Fine-tuning networks with dyadic layers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.convert import execute
from tabfab.compiler.data import ImageSet
from tabfab.compiler.finetune.options import FinetuneOptions
from tabfab.compiler.finetune.run import finetune_graph
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program import DyadicConv

from support.graphs import images_for, residual

MIXED = CompileOptions(mask=("table", "dyadic", "dyadic", "exact"), prototypes=8)


@pytest.mark.parametrize(
    ("steps_per_layer", "alpha"), [(0, "filter"), (3, "filter"), (3, "quarters")]
)
def test_the_program_is_the_network_that_was_trained(steps_per_layer: int, alpha: str) -> None:
    settings = dataclasses.replace(MIXED, alpha=alpha)
    network = residual()
    images, unseen = images_for(network, 60), images_for(network, seed=5)
    labelled = ImageSet(images, np.arange(60) % 2, ("no", "yes"), "labelled")
    tuning = FinetuneOptions(
        steps_per_layer=steps_per_layer, joint_steps=6, batch=8, precision="float32",
        learning_rate=3e-2,
    )  # fmt: skip
    result = finetune_graph(network, labelled, settings, tuning, 40)
    before = compile_graph(network, images[:40], settings).program
    changed = 0
    for was, after in zip(before.convs, result.program.convs, strict=True):
        assert was.method == after.method
        if isinstance(was, DyadicConv) and isinstance(after, DyadicConv):
            assert was.finest_shift == after.finest_shift
            assert (after.alpha is not None) == (alpha == "quarters")
            changed += int(np.count_nonzero(was.terms != after.terms))
    assert changed > 0
    with torch.no_grad():
        answers = result.student(result.student.images(unseen, torch.float32)).numpy()
    reached = execute.run(result.program, unseen).reshape(len(unseen), -1)
    np.testing.assert_array_equal(np.rint(answers / result.program.output.scale), reached)


@pytest.mark.parametrize("over", ["filter", "layer", "network"])
def test_training_keeps_the_budget(over: str) -> None:
    network = residual()
    labelled = ImageSet(images_for(network, 60), np.arange(60) % 2, ("no", "yes"), "labelled")
    options = CompileOptions(mask="dyadic", terms=2, additions=0.8, additions_over=over)
    tuning = FinetuneOptions(
        steps_per_layer=0, joint_steps=4, batch=8, precision="float32", learning_rate=3e-2
    )
    program = finetune_graph(network, labelled, options, tuning, 40).program
    spent = weights = 0
    for node in program.convs:
        assert isinstance(node, DyadicConv)
        of_filter = np.count_nonzero(node.terms, axis=(0, 2, 3, 4))
        if over == "filter":
            assert (of_filter <= 0.8 * node.terms[0, 0].size).all()
        if over == "layer":
            assert of_filter.sum() <= 0.8 * node.terms[0].size
        spent += of_filter.sum()
        weights += node.terms[0].size
    assert 0.5 * weights <= spent <= 0.8 * weights

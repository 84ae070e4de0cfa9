"""A layer under training that is converted computes what was learned for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from tabfab.compiler.finetune.student.convert import convert
from tabfab.compiler.finetune.student.student import Student
from tabfab.compiler.graph import Graph
from tabfab.compiler.methods.catalog import METHODS
from tabfab.compiler.methods.method import Learned
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.scales.calibrate import calibrate

from support.graphs import chain, images_for
from support.toy_method import TrainableToyMethod, toy_method


@pytest.fixture(autouse=True)
def toy() -> Iterator[None]:
    """The toy method is known, in the variant that can be trained."""
    with toy_method(TrainableToyMethod()):
        yield


def with_fractional_zero(network: Graph) -> Graph:
    """`network` with an input normalization whose zero is half an integer away from any."""
    mean = np.full_like(network.input.mean, 99.5 / 255)
    first = dataclasses.replace(network.input, mean=mean)
    return Graph((first, *network.layers[1:]))


@pytest.mark.parametrize("method", ["table", "dyadic", "toy"])
@pytest.mark.parametrize("name", ["conv1", "conv2"])
def test_it_has_the_integers_that_were_learned(
    method: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, options = with_fractional_zero(chain()), CompileOptions(mask=method, prototypes=4)
    images = images_for(network)
    scales = calibrate(network, images)
    learned: list[Learned] = []
    learn = METHODS[method].learn

    def remember(*arguments: object) -> Learned:
        learned.append(learn(*arguments))  # type: ignore[arg-type]
        return learned[-1]

    monkeypatch.setattr(METHODS[method], "learn", remember)
    student = Student(network, scales, options)
    assert student.to_convert == ["conv1", "conv2", "linear"]
    conv = student.conv(name)
    convert(conv, student.activations(images, conv.scaled.layer.inputs[0]), method, options)
    expected, node = learned[0].node(conv.scaled.scale), conv.form.node()
    for field in ("contents", "bias", "shift"):
        reached = getattr(node, field).astype(np.int64)
        np.testing.assert_allclose(reached, getattr(expected, field), rtol=0, atol=1)

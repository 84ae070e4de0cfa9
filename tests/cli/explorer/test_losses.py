"""Predicted figures: sums of single layers' changes, bettered by what was compiled."""

from __future__ import annotations

import numpy as np
import pytest
from tabfab.cli.explorer.choices import Choice, default_choice
from tabfab.cli.explorer.losses import Baseline, Losses
from tabfab.compiler.data import ImageSet
from tabfab.compiler.mask.tries import Tried
from tabfab.compiler.options import LayerOptions
from tabfab.compiler.program.operations import Cost
from tabfab.compiler.tasks import find_task

from support.graphs import chain, labelled

EXACT, TABLE = (default_choice(method, LayerOptions()) for method in ("exact", "table"))
COST = Cost(0, 0, 0, 0, 0, 0, 0, 0, 0)


def change(images: ImageSet, share: float) -> Tried:
    """What makes so many of the answers wrong."""
    changed = np.zeros((len(images), 5), np.float32)
    for number in range(int(share * len(images))):
        label = int(images.targets[number])  # type: ignore[index]
        changed[number, (label + 1) % 5] = 4
    return Tried(0.1, COST, changed)


@pytest.fixture
def losses() -> Losses:
    """Of a network that is right about every image, by 2."""
    graph = chain()
    images = labelled(graph, 100)
    answers = 2.0 * np.eye(5)[images.targets]
    made = Losses(graph, images, find_task("classes"), dict.fromkeys(mask(), EXACT))
    made.set_baseline(Baseline(answers, answers))
    made.add("conv1", TABLE, change(images, 0.3))
    made.add("conv2", TABLE, change(images, 0.1))
    return made


def mask(**changes: Choice) -> dict[str, Choice]:
    return {layer.name: changes.get(layer.name, EXACT) for layer in chain().convs}


def test_single_layers_lose_what_was_measured(losses: Losses) -> None:
    assert losses.lost("conv1", EXACT) == 0
    assert losses.lost("conv1", TABLE) == pytest.approx(0.3)
    assert losses.lost("linear", TABLE) is None
    assert losses.predict(mask()).figure == 1
    assert losses.predict(mask(conv2=TABLE)).figure == pytest.approx(0.9)


def test_what_is_not_measured_is_named(losses: Losses) -> None:
    predicted = losses.predict(mask(conv1=TABLE, linear=TABLE))
    assert predicted.figure is None
    assert predicted.unknown == ("linear",)
    losses.refuse("linear", TABLE, "it cannot be")
    assert losses.knows("linear", TABLE)
    assert losses.lost("linear", TABLE) is None


def test_what_was_compiled_betters_the_prediction(losses: Losses) -> None:
    both = mask(conv1=TABLE, conv2=TABLE)
    alone = (0.7 + 0.7 * 0.9) / 2  # the same images are wrong twice, or others
    assert losses.predict(both).figure == pytest.approx(alone)
    losses.learn([(both, 0.95)])
    assert losses.predict(both).figure == pytest.approx(0.95, abs=0.005)
    near = losses.predict(mask(conv1=TABLE)).figure
    assert near is not None
    assert 0.72 < near < 0.95
    losses.learn([(both, 0.95), (mask(), 1.0)])
    assert losses.predict(both).figure == pytest.approx(0.95, abs=0.005), "what is far counts less"

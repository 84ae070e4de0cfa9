"""Which state of a training is kept."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tabfab.compiler.data import ImageSet
from tabfab.compiler.finetune.judge import Judge, set_aside


def images(count: int) -> ImageSet:
    pixels = np.arange(count, dtype=np.uint8).reshape(count, 1, 1, 1)
    return ImageSet(pixels, np.zeros(count, np.int64), ("a", "b"), "numbered")


@pytest.mark.parametrize("count", [1, 9, 10, 35])
def test_no_image_both_judges_and_trains(count: int) -> None:
    judged, others = set_aside(images(count), 3)
    assert (0 if judged is None else len(judged)) == count // 10
    parts = [others.images] if judged is None else [others.images, judged.images]
    assert sorted(np.concatenate(parts).reshape(-1)) == list(range(count))


def test_keeps_the_best_even_when_it_changes_later() -> None:
    judge = Judge()
    weight = torch.zeros(2)
    for loss, value in ((3.0, 1.0), (1.0, 2.0), (2.0, 3.0)):
        weight.fill_(value)
        judge.consider(loss, {"weight": weight})
    assert judge.loss == 1.0
    assert judge.state["weight"].tolist() == [2.0, 2.0]


def test_goes_on_from_its_tensors() -> None:
    judge, again = Judge(), Judge()
    judge.consider(0.1, {"weight": torch.ones(1)})
    again.restore(judge.tensors())
    again.consider(0.1, {"weight": torch.zeros(1)})
    assert again.state["weight"].tolist() == [1.0]
    again.restore(Judge().tensors())
    again.consider(5.0, {"weight": torch.zeros(1)})
    assert again.loss == 5.0

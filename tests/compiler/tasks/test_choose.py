"""Tasks that nobody names."""

from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.tasks import choose_task

IMAGE = (1, 8, 8)
REALS = np.array([0.5, 3.0], np.float32)


@pytest.mark.parametrize(
    ("output", "targets", "name"),
    [
        ((10, 1, 1), np.array([0, 9]), "classes"),
        ((10, 1, 1), np.array([0, 9], np.float32), "classes"),
        ((3, 1, 1), np.eye(3, dtype=np.float32), "classes"),
        ((10, 1, 1), None, "classes"),
        ((1, 1, 1), np.array([0, 1]), "binary"),
        ((1, 1, 1), np.array([0, 1], np.float32), "binary"),
        ((3, 1, 1), np.array([[0, 1, 1]]), "binary"),
        ((1, 1, 1), REALS, "regression"),
        ((1, 1, 1), np.array([2, 3], np.float32), "regression"),
        ((1, 1, 1), None, "regression"),
        ((2, 1, 1), np.ones((5, 2), np.float32) / 3, "regression"),
        ((1, 8, 8), np.array([0, 9]), "map"),
        ((1, 8, 8), None, "map"),
        ((5, 8, 8), None, "segmentation"),
        ((5, 8, 8), np.zeros((2, 8, 8), np.int64), "segmentation"),
        ((1, 8, 8), np.zeros((2, 8, 8), np.int64), "segmentation"),
        ((5, 8, 8), np.zeros((2, 8, 8, 5), np.float32), "map"),
        ((1, 8, 8), np.full((2, 8, 8), 0.5, np.float32), "map"),
        ((18, 4, 4), np.array([0, 9]), "map"),
    ],
)
def test_it_is_told_by_shape_and_targets(output, targets, name) -> None:
    choice = choose_task(output, IMAGE, targets)
    assert choice.task.name == name
    told = choice.sentence
    assert ("say so with --task" in told and choice.task.meaning in told) or name == "classes"


def test_what_is_asked_for_is_done_without_a_word() -> None:
    choice = choose_task((10, 1, 1), IMAGE, np.array([0, 9]), "embedding", "softmax")
    assert (choice.task.name, choice.task.ending, choice.sentence) == ("embedding", "softmax", "")
    with pytest.raises(TabfabError, match="--task map takes a map of values, but"):
        choose_task((10, 1, 1), IMAGE, None, "map")

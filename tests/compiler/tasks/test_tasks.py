"""What answers mean: which decisions they are, and what a data set has to say of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.tasks import ENDINGS, TASKS, find_task

ROW, ONE, MAP, MASK = (3, 1, 1), (1, 1, 1), (3, 4, 5), (1, 4, 5)
FITS = {
    "classes": (ROW,),
    "binary": (ROW, ONE),
    "regression": (ROW, ONE),
    "segmentation": (MAP, MASK),
    "map": (MAP, MASK),
    "embedding": (ROW,),
}


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("output", [ROW, ONE, MAP, MASK])
def test_a_task_that_the_output_contradicts_is_refused_with_another(name, output) -> None:
    task = find_task(name)
    if output in FITS[name]:
        task.check(output)
        return
    with pytest.raises(TabfabError, match=f"--task {name} takes .* use --task ") as refused:
        task.check(output)
    instead = str(refused.value).rpartition("use --task ")[2].replace(",", " ").split()[0]
    assert output in FITS[instead]


@given(st.lists(st.integers(-128, 127), min_size=1))
def test_one_output_tells_classes_apart_by_its_sign(values) -> None:
    answers = np.array(values, np.int16).reshape(-1, 1, 1, 1)
    assert find_task("binary").decide(answers)[:, 0].tolist() == [int(v > 0) for v in values]


def test_the_first_of_the_largest_scores_counts() -> None:
    answers = np.array([[1, 3, 3], [0, -1, -1]]).reshape(2, 1, 1, 3)
    assert find_task("classes").decide(answers).tolist() == [1, 0]


def test_pixels_have_classes_by_score_or_sign() -> None:
    scores = np.array([[[[1, 2], [5, 2]]]])
    assert find_task("segmentation").decide(scores).tolist() == [[[1, 0]]]
    assert find_task("segmentation").decide(scores[..., :1] - 3).tolist() == [[[0, 1]]]


@pytest.mark.parametrize("ending", ["", *ENDINGS])
def test_values_are_compared_as_the_network_ended(ending) -> None:
    import torch

    answers = np.random.default_rng(0).normal(size=(4, 2, 3, 5))
    decided = find_task("map", ending).decide(answers)
    tensor = torch.from_numpy(answers)
    expected = {
        "": lambda: tensor,
        "sigmoid": lambda: torch.sigmoid(tensor),
        "log_sigmoid": lambda: torch.nn.functional.logsigmoid(tensor),
        "softmax": lambda: tensor.softmax(-1),
        "log_softmax": lambda: tensor.log_softmax(-1),
    }[ending]()
    np.testing.assert_allclose(decided, expected.numpy(), rtol=1e-9)


def test_scores_are_compared_without_the_ending() -> None:
    answers = np.array([-1000.0, 1000.0]).reshape(2, 1, 1, 1)
    assert find_task("binary", "sigmoid").decide(answers)[:, 0].tolist() == [0, 1]


def test_unknown_names_list_those_there_are() -> None:
    with pytest.raises(TabfabError, match=r"no task 'detect'.*classes, a score.*embedding, "):
        find_task("detect")
    with pytest.raises(TabfabError, match="said to end in 'tanh', which is none of sigmoid"):
        find_task("regression", "tanh").decide(np.zeros((1, 1, 1, 1)))


ROWS = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]], np.float32)
PIXELS = np.zeros((2, 4, 5), np.int64)


@pytest.mark.parametrize(
    ("name", "output", "targets", "shape"),
    [
        ("classes", ROW, np.array([0, 2]), (2,)),
        ("classes", ROW, np.array([0, 2], np.float32), (2,)),
        ("classes", ROW, ROWS, (2,)),
        ("classes", ROW, ROWS + 1, None),
        ("classes", ROW, ROWS / 2, None),
        ("binary", ONE, np.array([0, 1]), (2, 1)),
        ("binary", ONE, np.array([[0.0], [1.0]], np.float32), (2, 1)),
        ("binary", ROW, ROWS, (2, 3)),
        ("binary", ROW, np.array([0, 2]), None),
        ("binary", ONE, np.array([0.5, 1], np.float32), None),
        ("regression", ONE, np.array([0.5, -1], np.float32), (2, 1)),
        ("regression", ONE, np.array([3, 7]), (2, 1)),
        ("regression", ROW, ROWS / 2, (2, 3)),
        ("regression", ROW, np.array([3, 7]), None),
        ("segmentation", MAP, PIXELS, (2, 4, 5)),
        ("segmentation", MASK, PIXELS[..., None].astype(np.float32), (2, 4, 5)),
        ("segmentation", MAP, np.array([0, 2]), None),
        ("segmentation", MAP, PIXELS + np.float32(0.5), None),
        ("map", MASK, PIXELS.astype(np.float32), (2, 4, 5, 1)),
        ("map", MAP, np.zeros((2, 4, 5, 3), np.float32), (2, 4, 5, 3)),
        ("map", MAP, np.array([0, 2]), None),
        ("embedding", ROW, ROWS / 2, (2, 3)),
        ("embedding", ROW, np.array([0, 2]), None),
    ],
)
def test_what_a_data_set_says(name, output, targets, shape) -> None:
    task = find_task(name)
    truth = task.truth(targets, output)
    assert (truth if truth is None else truth.shape) == shape
    if truth is not None:
        answers = np.zeros((2, *output[1:], output[0]))
        assert task.decide(answers).shape == shape
        assert task.decide(answers).dtype == truth.dtype
        assert task.quality(truth, truth, output) in (0.0, 1.0)  # 0: a constant has no variance


@pytest.mark.parametrize(
    ("name", "output", "targets", "message"),
    [
        ("classes", ROW, np.array([0, 3]), "class number 3, but the network has 3 outputs"),
        ("binary", ONE, np.array([0, 9]), "class number 9.*say --task regression"),
        ("binary", ROW, ROWS[:, :2], "2 labels for an image, but the network has 3"),
        ("regression", ROW, ROWS[:, :2], "2 targets for an image, but the network has 3"),
        ("segmentation", MAP, PIXELS[:, :2], "maps of 2x5 labels.*a map of 3x4x5"),
        ("segmentation", MAP, PIXELS + 3, "class number 3, but the network tells 3 classes"),
        ("map", MAP, np.zeros((2, 3, 4, 5), np.float32), "maps of 3x4x5.*channels last"),
        ("embedding", ROW, ROWS[:, :2], "vectors of 2 numbers, but the network has 3"),
    ],
)
def test_targets_of_another_network_are_refused(name, output, targets, message) -> None:
    with pytest.raises(TabfabError, match=message):
        find_task(name).truth(targets, output)

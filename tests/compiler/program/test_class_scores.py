"""Which class an answer stands for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.graph.class_scores import class_scores
from tabfab.compiler.program.class_scores import class_count, classes_of
from tabfab.compiler.store.errors import TabfabError


@given(st.lists(st.integers(-128, 127), min_size=1))
def test_one_output_tells_classes_apart_by_its_sign(values) -> None:
    answers = np.array(values, np.int16).reshape(-1, 1)
    assert classes_of(answers).tolist() == [int(value > 0) for value in values]


def test_several_outputs_are_scores_and_the_first_of_the_largest_counts() -> None:
    assert classes_of(np.array([[1, 3, 3], [0, -1, -1]])).tolist() == [1, 0]


def test_torch_sees_the_same_classes_and_the_loss_of_one_logit() -> None:
    answers = torch.tensor([[-2.0], [0.5], [3.0]])
    labels = torch.tensor([0, 1, 0])
    scores = class_scores(answers)
    assert scores.argmax(1).tolist() == classes_of(answers.numpy()).tolist()
    expected = torch.nn.functional.binary_cross_entropy_with_logits(
        answers.squeeze(1), labels.float()
    )
    assert torch.nn.functional.cross_entropy(scores, labels).item() == pytest.approx(
        expected.item()
    )
    assert class_scores(scores) is scores


def test_maps_have_no_class() -> None:
    assert [class_count((count, 1, 1), "it") for count in (1, 2, 10)] == [2, 2, 10]
    with pytest.raises(TabfabError, match=r"it compares class numbers.*map of 1x8x8"):
        class_count((1, 8, 8), "it")

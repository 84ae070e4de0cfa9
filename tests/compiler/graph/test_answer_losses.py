"""Distances of answers in torch."""

from __future__ import annotations

import pytest
import torch
from tabfab.compiler.graph.answer_losses import _ENDINGS, ANSWER_LOSSES, TaskLoss, two_scores
from tabfab.compiler.tasks import ENDINGS, TASKS, find_task
from torch.nn import functional

OUTPUTS = {"segmentation": (3, 4, 5), "map": (3, 4, 5)}


def test_every_task_and_every_ending_has_one() -> None:
    assert set(ANSWER_LOSSES) == set(TASKS)
    assert set(_ENDINGS) == {"", *ENDINGS}


@pytest.mark.parametrize("name", TASKS)
def test_it_is_zero_where_answers_are_equal_and_falls_on_the_way_there(name: str) -> None:
    channels, height, width = OUTPUTS.get(name, (3, 1, 1))
    loss = TaskLoss(find_task(name), channels)
    generator = torch.Generator().manual_seed(0)
    wanted, start = torch.randn(2, 8, channels * height * width, generator=generator)
    ways = [loss.distance(torch.lerp(start, wanted, at), wanted, 2.0) for at in (0, 0.5, 0.9, 1)]
    assert ways[-1].item() == pytest.approx(0, abs=1e-6)
    assert ways == sorted(ways, reverse=True)


@pytest.mark.parametrize("name", TASKS)
def test_targets_are_reached_where_answers_are_right(name: str) -> None:
    channels, height, width = OUTPUTS.get(name, (3, 1, 1))
    task, generator = find_task(name), torch.Generator().manual_seed(0)
    right, wrong = 20 * torch.randn(2, 8, channels * height * width, generator=generator)
    truth = torch.from_numpy(task.decide(right.reshape(8, height, width, channels).numpy()))
    loss = TaskLoss(task, channels)
    assert loss.to_targets(right, truth) < 0.2 < loss.to_targets(wrong, truth)


def test_one_logit_has_the_loss_that_torch_trains_it_with() -> None:
    answers, labels = torch.tensor([[-2.0], [0.5], [3.0]]), torch.tensor([[0], [1], [0]])
    loss = TaskLoss(find_task("binary"), 1).to_targets(answers, labels)
    expected = functional.binary_cross_entropy_with_logits(answers, labels.float())
    assert loss.item() == pytest.approx(expected.item())
    assert two_scores(answers).argmax(-1).tolist() == [[0], [1], [1]]


def test_values_meet_their_targets_behind_the_ending() -> None:
    answers = torch.tensor([[-2.0], [0.5], [3.0]])
    loss = TaskLoss(find_task("regression", "sigmoid"), 1)
    assert loss.to_targets(answers, answers.sigmoid().double()).item() == pytest.approx(0)
    scores = TaskLoss(find_task("binary", "sigmoid"), 1)
    plain = TaskLoss(find_task("binary"), 1)
    labels = torch.tensor([[0], [1], [0]])
    assert scores.to_targets(answers, labels) == plain.to_targets(answers, labels)

"""Networks whose answers are no classes, through the command: figures that fit, by their names."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tabfab.cli.options import TASK_HELP
from tabfab.compiler.data import load
from tabfab.compiler.frontend.model_file import save_model
from tabfab.compiler.tasks import TASKS, find_task
from torch import nn

from support.manifests import rewrite

Make = Callable[[], nn.Module]
IMAGES = load("digits", "train").images[:400]
LABELS = load("digits", "train").labels[:400]
PIXELS = IMAGES[..., 0] / 255


def features(*rest: nn.Module) -> nn.Module:
    return nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), *rest)


def of_row(outputs: int, *ending: nn.Module) -> nn.Module:
    return features(nn.Flatten(), nn.Linear(256, outputs), *ending)


@dataclass(frozen=True)
class Case:
    """A network for a task, and what its data set says.

    Parameters
    ----------
    make: the network.
    targets: of the images; None if nothing is said.
    task: that should be found.
    """

    make: Make
    targets: NDArray[np.generic] | None
    task: str


CASES = {
    "one value": Case(lambda: of_row(1), PIXELS.mean((1, 2)), "regression"),
    "values behind a sigmoid": Case(
        lambda: of_row(2, nn.Sigmoid()),
        np.stack([PIXELS[:, :4].mean((1, 2)), PIXELS[:, 4:].mean((1, 2))], axis=1),
        "regression",
    ),
    "several labels": Case(
        lambda: of_row(2), np.stack([LABELS > 4, LABELS % 2 == 0], axis=1), "binary"
    ),
    "autoencoder": Case(
        lambda: features(nn.Conv2d(4, 1, 3, padding=1), nn.Sigmoid()), PIXELS, "map"
    ),
    "autoencoder without targets": Case(
        lambda: features(nn.Conv2d(4, 1, 3, padding=1)), LABELS, "map"
    ),
    "segmentation": Case(
        lambda: features(nn.Conv2d(4, 3, 1)),
        np.digitize(PIXELS, [0.3, 0.7]),
        "segmentation",
    ),
    "mask": Case(lambda: features(nn.Conv2d(4, 1, 1)), PIXELS > 0.5, "segmentation"),
    "head of a detector": Case(
        lambda: features(nn.MaxPool2d(2), nn.Conv2d(4, 18, 1)), LABELS, "map"
    ),
    "embedding": Case(lambda: of_row(8), None, "embedding"),
}


def trained(case: Case) -> nn.Module:
    """The network, after some steps towards its targets where it has some."""
    torch.manual_seed(0)
    network = case.make()
    x = torch.from_numpy(IMAGES.transpose(0, 3, 1, 2).copy()).float() / 255
    task = find_task(case.task)
    optimizer = torch.optim.Adam(network.parameters(), 1e-2)
    for _ in range(200 if case.task == "regression" else 60):
        answers = network(x)
        if case.targets is None or (case.targets.ndim == 1 and case.task == "map"):
            loss = nn.functional.mse_loss(answers, torch.full_like(answers, 0.1))
        elif task.name in ("regression", "map"):
            wanted = torch.from_numpy(case.targets).float().reshape(answers.shape)
            loss = nn.functional.mse_loss(answers, wanted)
        elif answers.shape[1] == 3:
            loss = nn.functional.cross_entropy(answers, torch.from_numpy(case.targets))
        else:
            wanted = torch.from_numpy(case.targets).float().reshape(answers.shape)
            loss = nn.functional.binary_cross_entropy_with_logits(answers, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return network.eval()


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Callable[[str], tuple[Path, Path, nn.Module]]:
    """A case's saved network, its data set and the network."""
    known: dict[str, tuple[Path, Path, nn.Module]] = {}

    def make(name: str) -> tuple[Path, Path, nn.Module]:
        if name not in known:
            directory = tmp_path_factory.mktemp("task")
            network = trained(CASES[name])
            outputs = network(torch.zeros(1, 1, 8, 8)).shape[1]
            save_model(network, (1, 8, 8), directory / "m.pt2", tuple(map(str, range(outputs))))
            targets = CASES[name].targets
            said = {} if targets is None else {"targets": targets}
            np.savez(directory / "own.npz", images=IMAGES, **said)
            known[name] = directory / "m.pt2", directory / "own.npz", network
        return known[name]

    return make


@pytest.mark.parametrize("name", CASES)
def test_figures_fit_what_the_answers_mean(tabfab, made, tmp_path: Path, name: str) -> None:
    case, (model, data, network) = CASES[name], made(name)
    asked = ("--task", "embedding") if case.task == "embedding" else ()
    program = tmp_path / "program"
    outcome = tabfab("compile", model, "--data", data, "--mask", "none", *asked, "-o", program)
    assert outcome.status == 0, outcome.err
    task = find_task(case.task)
    assert (f"taken as {task.meaning}" in outcome.out) == (not asked)
    outcome = tabfab("evaluate", program)
    assert outcome.status == 0, outcome.err
    assert "% of 80 images" not in outcome.out or case.task == "binary"
    figures = json.loads(tabfab("evaluate", program, "--json").out)
    assert (figures["task"], figures["images"]) == (case.task, 80)
    # Against torch, by other means.
    test = load(str(data), "test")
    with torch.no_grad():
        x = torch.from_numpy(test.images.transpose(0, 3, 1, 2).copy()).float() / 255
        answers = network(x).numpy()
    told = {key for key in figures if key.endswith("_float") and figures[key] is not None}
    if case.targets is None or (case.targets.ndim == 1 and case.task == "map"):
        assert not told
        assert "compared with its float network alone" in outcome.out
    elif case.task in ("regression", "map"):
        error = answers - test.targets.reshape(answers.shape)
        assert figures["mean_squared_error_float"] == pytest.approx((error**2).mean(), rel=1e-3)
        assert figures["mean_absolute_error_float"] == pytest.approx(abs(error).mean(), rel=1e-3)
        correlation = np.corrcoef(answers.ravel(), test.targets.ravel())[0, 1]
        assert figures["correlation_float"] == pytest.approx(correlation, abs=1e-4)
        assert figures["correlation_program"] == pytest.approx(correlation, abs=0.05)
        assert "R²" in outcome.out
    else:
        decided = answers.argmax(1) if answers.shape[1] == 3 else answers > 0
        right = (decided == test.targets.reshape(decided.shape)).mean()
        assert figures["accuracy_float"] == pytest.approx(right, abs=1e-6)
        assert figures["accuracy_program"] == pytest.approx(right, abs=0.03)
    agreement = {
        "embedding": "cosine_similarity_between",
        "regression": "correlation_between",
        "map": "correlation_between",
    }.get(case.task, "agreement")
    assert figures[agreement] > 0.95


@pytest.mark.parametrize("name", ["one value", "segmentation", "autoencoder"])
def test_masks_are_searched_by_what_the_answers_mean(tabfab, made, tmp_path, name) -> None:
    model, data, _ = made(name)
    own = ("--mask", "auto:accuracy=0.9", "--prototypes", 4, "--calibration-images", 200)
    outcome = tabfab("compile", model, "--data", data, *own, "-o", tmp_path / "p")
    assert outcome.status == 0, outcome.err


@pytest.mark.parametrize("name", ["one value", "several labels", "autoencoder", "embedding"])
def test_training_goes_towards_what_the_answers_mean(tabfab, made, tmp_path, name) -> None:
    model, data, _ = made(name)
    task = ("--task", CASES[name].task)
    few = ("--steps-per-layer", 5, "--joint-steps", 40, "--calibration-images", 200)
    share = () if name == "embedding" else ("--label-weight", 0.5)
    to = tmp_path / "p"
    outcome = tabfab("finetune", model, "--data", data, *task, *few, *share, "-o", to)
    assert outcome.status == 0, outcome.err
    figures = json.loads(tabfab("evaluate", to, "--json").out)
    assert figures["task"] == CASES[name].task
    close = {"several labels": "agreement", "embedding": "cosine_similarity_between"}
    assert figures[close.get(name, "correlation_between")] > 0.7


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("autoencoder", ("--task", "classes"), "use --task segmentation"),
        ("one value", ("--task", "map"), "use --task regression"),
        ("one value", ("--task", "guess"), "there is no task 'guess'"),
        ("one value", ("--argmax",), "--argmax ends the program"),
        ("several labels", ("--argmax",), "leave --argmax away"),
        ("segmentation", ("--argmax",), "--argmax ends the program"),
        ("several labels", ("--task", "classes", "--data", "digits"), "class number 9"),
    ],
)
def test_contradictions(refusal, made, tmp_path, name, options, message) -> None:
    model, data, _ = made(name)
    data = () if "--data" in options else ("--data", data)
    assert message in refusal("compile", model, *data, *options, "-o", tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_nothing_is_kept_of_a_network_that_knows_nothing(refusal, made, tmp_path) -> None:
    model = made("one value")[0]
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "own.npz", images=IMAGES, targets=1e3 + rng.normal(size=len(IMAGES)))
    search = ("--mask", "auto:accuracy=0.9", "--calibration-images", 200)
    message = refusal("compile", model, "--data", tmp_path / "own.npz", *search)
    assert "own r2 is not above zero" in message


def test_what_needs_classes_says_so(refusal, made, tmp_path: Path) -> None:
    model, data, _ = made("one value")
    message = refusal("train", "--data", data, "--epochs", 1, "-o", tmp_path / "m.pt2")
    assert "but a class number for each image is needed here" in message
    images = made("embedding")[1]
    message = refusal("train", "--data", images, "--epochs", 1, "-o", tmp_path / "m.pt2")
    assert "has no labels, but a class number" in message
    share = ("--label-weight", 0.5, "--steps-per-layer", 1, "--joint-steps", 0)
    message = refusal("finetune", model, "--data", images, *share, "-o", tmp_path / "p")
    assert "has no targets for --task regression" in message
    assert not list(tmp_path.iterdir())


def test_other_contradictions(refusal, tabfab, made, program: Path, tmp_path: Path) -> None:
    model, data, _ = made("one value")
    own = tmp_path / "p"
    assert tabfab("compile", model, "--data", data, "--mask", "none", "-o", own).status == 0
    assert "a confusion matrix is of classes" in refusal("evaluate", own, "--confusion")
    assert "use --task binary" in refusal("evaluate", own, "--task", "segmentation")
    scores = ("evaluate", program, "--task", "regression")
    assert "compared with its float network alone" in tabfab(*scores).out
    rewrite(own / "program.json", lambda document: document["meta"].update(task=["map"]))
    assert "which are no names" in refusal("evaluate", own)
    rewrite(own / "program.json", lambda document: document["meta"].update(task="detect"))
    assert "no task 'detect'" in refusal("evaluate", own)


def test_a_class_number_is_no_value(refusal, tabfab, model: Path, tmp_path: Path) -> None:
    few = ("--mask", "none", "--calibration-images", 50, "--argmax")
    assert tabfab("compile", model, *few, "-o", tmp_path / "p").status == 0
    message = refusal("evaluate", tmp_path / "p", "--task", "embedding")
    assert "compile it without --argmax" in message
    figures = json.loads(tabfab("evaluate", tmp_path / "p", "--json").out)
    assert figures["accuracy_program"] > 0.7


def test_help_names_every_task(tabfab) -> None:
    assert all(name in TASK_HELP for name in TASKS)
    for verb in ("compile", "finetune", "evaluate", "run"):
        assert "--task" in tabfab(verb, "--help").out, verb

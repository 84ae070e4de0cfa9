"""`tabfab train`, and what every verb does about data sets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest


def test_saves_a_model_that_classifies(model: Path) -> None:
    from tabfab.compiler.data import load
    from tabfab.compiler.frontend import float_model
    from tabfab.compiler.frontend.model_file import load_model

    test = load("digits", "test")
    answers = float_model.logits(load_model(model), test.images).argmax(1)
    assert (answers == test.labels).mean() > 0.8


def test_prints_the_accuracy(tabfab, tmp_path: Path) -> None:
    path = tmp_path / "new" / "model.pt2"
    outcome = tabfab("train", "--epochs", 1, "-o", path)
    assert outcome.status == 0
    assert path.is_file()
    assert "% of 500 test images of digits right" in outcome.out


def test_same_seed_gives_the_same_answer(tabfab, tmp_path: Path) -> None:
    lines = {
        tabfab("train", "--epochs", 1, "--seed", 3, "-o", tmp_path / "model.pt2").out
        for _ in range(2)
    }
    assert len(lines) == 1


def test_own_data(tabfab, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "own.npz"
    np.savez(
        path, images=rng.integers(0, 256, (40, 8, 8, 3), np.uint8), labels=rng.integers(0, 3, 40)
    )
    outcome = tabfab("train", "--data", path, "--epochs", 1, "-o", tmp_path / "model.pt2")
    assert outcome.status == 0
    assert "of 8 test images" in outcome.out


def test_checkpoint_instead_of_training(tabfab, tmp_path: Path) -> None:
    import torch
    from tabfab.compiler.networks import NetworkSettings, build

    module = build("digits-cnn", NetworkSettings(1, (8, 8), 10, (0.5,), (0.25,)))
    torch.save({"state_dict": module.state_dict()}, tmp_path / "weights.th")
    outcome = tabfab(
        "train", "--weights", tmp_path / "weights.th", "--mean", "0.3", "--std", "0.4",
        "-o", tmp_path / "model.pt2",
    )  # fmt: skip
    assert outcome.status == 0
    assert (tmp_path / "model.pt2").is_file()


def test_training_on_from_a_checkpoint(tabfab, tmp_path: Path) -> None:
    import torch
    from tabfab.compiler.networks import NetworkSettings, build

    module = build("digits-cnn", NetworkSettings(1, (8, 8), 10, (0.5,), (0.25,)))
    torch.save(module.state_dict(), tmp_path / "weights.th")
    common = ("train", "--weights", tmp_path / "weights.th", "-o", tmp_path / "model.pt2")
    untrained = tabfab(*common).out
    outcome = tabfab(*common, "--epochs", 1)
    assert outcome.status == 0
    assert outcome.out != untrained
    assert {path.name for path in tmp_path.iterdir()} == {"weights.th", "model.pt2"}


def test_a_killed_training_resumes(tabfab, tmp_path: Path, monkeypatch) -> None:
    from tabfab.compiler.train import training

    model = tmp_path / "model.pt2"
    arguments = ("train", "--epochs", 3, "-o", model)
    whole = tabfab(*arguments).out
    model.unlink()
    one_epoch = training._epoch

    def killed(options, trainer, number, images, labels):
        if number == 3:
            raise KeyboardInterrupt
        return one_epoch(options, trainer, number, images, labels)

    monkeypatch.setattr(training, "_epoch", killed)
    assert tabfab(*arguments).status != 0
    assert [path.name for path in tmp_path.iterdir()] == ["model.pt2.checkpoint"]
    numbers = []

    def counted(options, trainer, number, images, labels):
        numbers.append(number)
        return one_epoch(options, trainer, number, images, labels)

    monkeypatch.setattr(training, "_epoch", counted)
    assert tabfab(*arguments).out == whole
    assert numbers == [3]
    assert [path.name for path in tmp_path.iterdir()] == ["model.pt2"]


def test_missing_data_set_names_its_files(refusal, tmp_path: Path) -> None:
    message = refusal(
        "train", "--data", "mnist", "--data-dir", tmp_path, "-o", tmp_path / "model.pt2"
    )
    assert "train-images-idx3-ubyte" in message
    assert str(tmp_path) in message
    assert "--download" in message
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--network", "perceptron"], "digits-cnn"),
        (["--data", "imagenet"], "cifar10"),
        (["--data", "nowhere.npz"], "nowhere.npz"),
        (["--learning-rate", "-1"], "learning rate"),
        (["--weights", "nowhere.th"], "nowhere.th"),
    ],
)
def test_bad_input(refusal, tmp_path: Path, arguments: list[str], words: str) -> None:
    assert words in refusal("train", *arguments, "-o", tmp_path / "model.pt2")
    assert not list(tmp_path.iterdir())


def test_bad_normalization(refusal, tmp_path: Path) -> None:
    (tmp_path / "weights.th").write_bytes(b"no checkpoint")
    common = ("train", "--weights", tmp_path / "weights.th", "-o", tmp_path / "model.pt2")
    assert "one per channel" in refusal(*common, "--mean", "blue")
    assert "not a checkpoint" in refusal(*common)


def test_output_must_be_a_file(refusal, tmp_path: Path) -> None:
    assert "is a directory" in refusal("train", "-o", tmp_path)


def test_unknown_device(refusal, tmp_path: Path) -> None:
    refusal("train", "--device", "abacus", "-o", tmp_path / "model.pt2")


def test_pixels_and_values_are_judged_as_such(tabfab, refusal, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "own.npz"
    images = rng.integers(0, 256, (40, 8, 8), np.uint8)
    np.savez(path, images=images, labels=(images > 127).astype(np.int64))
    common = ("--data", path, "--epochs", 1, "-o", tmp_path / "model.pt2")
    assert "% of the pixels of 8 test images" in tabfab("train", "--network", "u-net", *common).out
    said = tabfab("train", "--network", "autoencoder", *common).out
    assert "8 test images of" in said
    assert "reproduced with R²" in said
    assert "scattered-digits" in refusal(
        "train", "--network", "u-net", "--epochs", 1, "-o", tmp_path / "model.pt2"
    )

"""A test set in a file of its own, wherever images are tested on."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from tabfab.cli.data_sets import check_alike
from tabfab.compiler.data import ImageSet, load
from tabfab.compiler.data.image_set import DataError
from tabfab.compiler.program.program_file import load_program


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where train.npz, all of whose labels are right, and test.npz, all of whose are not, lie."""
    digits = load("digits", "test")
    wrong = (digits.labels + 1) % 10
    np.savez(tmp_path / "train.npz", images=digits.images[:300], labels=digits.labels[:300])
    np.savez(tmp_path / "test.npz", images=digits.images[300:], labels=wrong[300:])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("files")
def test_nothing_is_set_aside_of_either_file() -> None:
    assert len(load("train.npz", "train")) == 240
    assert len(load("train.npz", "train", whole=True)) == 300
    assert len(load("test.npz", "test", whole=True)) == 200
    np.savez("both.npz", **np.load("train.npz"), images_test=np.zeros((7, 8, 8), np.uint8),
             labels_test=np.zeros(7, int))  # fmt: skip
    assert len(load("both.npz", "train", whole=True)) == 300
    assert len(load("both.npz", "test", whole=True)) == 7


def test_a_program_is_tested_on_what_it_was_compiled_for(
    tabfab, refusal, model: Path, files: Path
) -> None:
    few = ("--mask", "none", "--calibration-images", 1000)
    data = ("--data", "train.npz", "--test-data", "test.npz")
    assert tabfab("compile", model, *data, *few, "-o", "program").status == 0
    meta = load_program(Path("program")).meta
    assert (meta["data"], meta["test_data"]) == ("../train.npz", "../test.npz")
    assert meta["calibration_images"] == 300

    def figures(*arguments: object) -> tuple[int, float]:
        outcome = tabfab("evaluate", *arguments, "--json")
        assert outcome.status == 0, outcome
        told = json.loads(outcome.out)
        return told["images"], told["accuracy_program"]

    os.chdir(files.parent)  # the program knows where they lie
    program = files / "program"
    images, right = figures(program)
    assert images == 200
    assert right < 0.2
    images, right = figures(program, "--data", files / "train.npz")
    assert images == 60
    assert right > 0.8
    assert figures(program, "--data", "digits")[0] == 500
    assert figures(program, "--test-data", files / "train.npz")[0] == 300
    (files / "test.npz").unlink()
    assert "test.npz; give its place with --data" in refusal("evaluate", program)


@pytest.mark.usefixtures("files")
def test_other_verbs_take_a_test_set(tabfab, refusal, build: Path) -> None:
    data = ("--data", "train.npz", "--test-data", "test.npz")
    outcome = tabfab("train", *data, "--epochs", 1, "-o", "model.pt2")
    assert "of 200 test images of test.npz right" in outcome.out + outcome.err
    steps = ("--joint-steps", 2, "--steps-per-layer", 2)
    outcome = tabfab(
        "finetune", "model.pt2", *data, "--calibration-images", 50, *steps, "-o", "tuned",
    )  # fmt: skip
    assert outcome.status == 0, outcome
    assert "of 200 images right" in outcome.out + outcome.err
    assert load_program(Path("tuned")).meta["test_data"] == "../test.npz"
    assert load_program(Path("tuned")).meta["methods"] == ["exact", "table", "table"]
    assert "no data set file gone.npz" in refusal("simulate", build, "--test-data", "gone.npz")
    assert "no data set file gone.npz" in refusal(
        "run", build, "--port", "sim", "--test-data", "gone.npz"
    )


@pytest.mark.usefixtures("files")
def test_a_test_set_of_other_images_is_refused_at_once(refusal, model: Path) -> None:
    np.savez("large.npz", images=np.zeros((5, 9, 8), np.uint8), labels=np.arange(5))
    for verb in (("compile", model), ("finetune", model), ("train",)):
        message = refusal(*verb, "--data", "train.npz", "--test-data", "large.npz", "-o", "out")
        assert "large.npz are of 9 x 8 pixels with 1 channels, and the training" in message
    assert not Path("out").exists()


def test_a_test_set_of_other_targets_is_refused() -> None:
    images = np.zeros((4, 8, 8, 1), np.uint8)
    labels, values = np.zeros(4, np.int64), np.zeros((4, 3), np.float32)
    train = ImageSet(images, labels, ("a", "b"), "one")
    check_alike(train, ImageSet(images, labels + 1, ("a", "b"), "other"))
    for other, what in ((values, "values of 3 each"), (None, "no labels")):
        classes = ()
        with pytest.raises(DataError, match=rf"other have {what}, and .* one have a label each"):
            check_alike(train, ImageSet(images, other, classes, "other"))

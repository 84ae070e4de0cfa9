"""Networks as people save them, through the command: compiled, evaluated, or refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from tabfab.compiler.data import load
from torch import nn

from support.pt2 import save

QUICK = ("--mask", "none", "--calibration-images", 50)


class Digits(nn.Module):
    """A classifier of digits for what `scale` makes of pixels, which it is trained with.

    Parameters
    ----------
    scale: of pixels in 0..255.
    own: what the network itself does first.
    end: what it does last.
    """

    def __init__(
        self,
        scale: Callable[[torch.Tensor], torch.Tensor],
        own: Callable[[torch.Tensor], torch.Tensor] = lambda x: x,
        end: Callable[[torch.Tensor], torch.Tensor] = lambda y: y,
    ) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.own, self.end = own, end
        self.conv, self.last = nn.Conv2d(1, 8, 3, padding=1), nn.Linear(128, 10)
        train, test = load("digits", "train"), load("digits", "test")
        x, tested = (
            scale(torch.from_numpy(data.images.transpose(0, 3, 1, 2).copy()))
            for data in (train, test)
        )
        self.conv.weight.data /= self.own(x).abs().max()
        optimizer = torch.optim.Adam(self.parameters(), 1e-2)
        for _ in range(60):
            optimizer.zero_grad()
            answers = self.scores(x)
            nn.functional.cross_entropy(answers, torch.from_numpy(train.labels)).backward()
            optimizer.step()
        self.eval()
        right = self.scores(tested).argmax(1).numpy() == test.labels
        self.accuracy = float(right.mean())

    def scores(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.max_pool2d(self.conv(self.own(x)).relu(), 2)
        return self.last(y.flatten(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.end(self.scores(x))


def check_accuracy(tabfab, module: Digits, model: Path, *options: object) -> str:
    """Compile and evaluate `model`; returns what the compilation said."""
    program = model.with_name("program")
    compiled = tabfab("compile", model, *QUICK, *options, "-o", program)
    assert compiled.status == 0, compiled
    report = json.loads(tabfab("evaluate", program, "--json").out)
    assert report["accuracy_float"] == pytest.approx(module.accuracy, abs=0.005)
    assert report["accuracy_program"] == pytest.approx(module.accuracy, abs=0.03)
    return compiled.out


def test_pixels_as_whole_numbers(tabfab, tmp_path: Path) -> None:
    module = Digits(lambda x: x, own=lambda x: x.float() / 255)
    model = save(module, tmp_path / "model.pt2", torch.uint8)
    assert "note" not in check_accuracy(tabfab, module, model)


def test_pixels_in_another_range(tabfab, refusal, tmp_path: Path) -> None:
    module = Digits(lambda x: x.float())
    model = save(module, tmp_path / "model.pt2")
    message = refusal("compile", model, *QUICK, "-o", tmp_path / "program")
    assert "add --input-std 1/255" in message
    assert "note" not in check_accuracy(tabfab, module, model, "--input-std", "1/255")
    finetuned = tabfab(
        "finetune", model, "--mask", "none", "--input-std", "1/255", "--joint-steps", 0,
        "--calibration-images", 50, "-o", tmp_path / "finetuned",
    )  # fmt: skip
    assert finetuned.status == 0
    again = tabfab(
        "finetune", tmp_path / "program", "--joint-steps", 0, "--calibration-images", 50,
        "-o", tmp_path / "again",
    )  # fmt: skip
    assert again.out.splitlines()[-2:-1] == finetuned.out.splitlines()[-2:-1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--input-std", "1/0"), "--input-std '1/0' is not a list of numbers"),
        (("--input-mean", "0.5,x"), "--input-mean '0.5,x' is not a list of numbers"),
        (("--input-mean", "nan"), "--input-mean 'nan' is not a list of numbers"),
        (("--input-std", "0"), "no std zero"),
        (("--input-mean", "0.1,0.2"), "--input-mean has 2 numbers"),
    ],
)
def test_pixels_that_make_no_sense(
    refusal, model: Path, tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    for verb in ("compile", "finetune"):
        assert message in refusal(verb, model, *options, "-o", tmp_path / "program")


def test_a_program_knows_its_pixels(refusal, program: Path, tmp_path: Path) -> None:
    message = refusal("finetune", program, "--input-std", "1/255", "-o", tmp_path / "finetuned")
    assert "leave --input-mean and --input-std away" in message


def test_what_is_left_out_is_told(tabfab, tmp_path: Path) -> None:
    module = Digits(lambda x: x.float() / 255, end=lambda y: torch.softmax(y, 1))
    model = save(module, tmp_path / "model.pt2")
    said = check_accuracy(tabfab, module, model)
    assert "note: softmax at the end" in said


def test_labels_past_the_outputs(refusal, model: Path, tmp_path: Path) -> None:
    images = np.zeros((50, 8, 8), np.uint8)
    np.savez(tmp_path / "own.npz", images=images, labels=np.arange(50) % 12)
    data = ("--data", tmp_path / "own.npz")
    for verb in ("compile", "finetune"):
        message = refusal(verb, model, *data, "-o", tmp_path / "program")
        assert "class number 11, but the network has 10 outputs" in message

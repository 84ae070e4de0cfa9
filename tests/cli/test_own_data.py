"""A user's own data, through the commands: folders of images, arrays and tables."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.linear_model import LogisticRegression
from tabfab.compiler.data import load
from torch import nn

from support.pt2 import save

QUICK = ("--mask", "none", "--calibration-images", 50)
DIGITS = load("digits", "train")


class Linear(nn.Module):
    """Scikit-learn's logistic regression of digits for what `inputs` are.

    Parameters
    ----------
    inputs: (N, 64), of the training images.
    """

    def __init__(self, inputs: np.ndarray) -> None:
        super().__init__()
        trained = LogisticRegression(max_iter=300).fit(inputs, DIGITS.labels)
        self.last = nn.Linear(64, 10)
        self.last.weight.data = torch.from_numpy(trained.coef_).float()
        self.last.bias.data = torch.from_numpy(trained.intercept_).float()
        self.accuracy = float(trained.score(inputs, DIGITS.labels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(x.flatten(1))


def flat(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype(np.float64)


def figures(tabfab, program: Path, *options: object) -> dict[str, float]:
    result = tabfab("evaluate", program, *options, "--json")
    assert result.status == 0, result
    return json.loads(result.out)


def compiled(tabfab, model: Path, data: str, program: Path) -> str:
    result = tabfab("compile", model, "--data", data, *QUICK, "-o", program)
    assert result.status == 0, result
    return result.out


def test_a_folder_of_images(tabfab, tmp_path: Path) -> None:
    for number in range(300):
        folder = tmp_path / "photos" / f"digit {DIGITS.labels[number]}"
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(DIGITS.images[number, ..., 0]).save(folder / f"{number}.png")
    module = Linear(flat(DIGITS.images) / 255)
    model, program = save(module, tmp_path / "model.pt2"), tmp_path / "program"
    compiled(tabfab, model, str(tmp_path / "photos"), program)
    report = figures(tabfab, program)  # finds the folder again
    assert report["images"] == 60
    assert report["accuracy_float"] > 0.92
    assert report["accuracy_program"] > 0.92


def test_floating_point_images_are_what_the_network_takes(tabfab, tmp_path: Path) -> None:
    """Numbers of -2 to 2 go to the network as such, though pixels have 8 bits."""
    np.save(tmp_path / "images.npy", (DIGITS.images[..., 0] / 255 * 4 - 2).astype(np.float32))
    np.save(tmp_path / "labels.npy", DIGITS.labels)
    module = Linear(flat(DIGITS.images) / 255 * 4 - 2)
    model, program = save(module, tmp_path / "model.pt2"), tmp_path / "program"
    data = f"{tmp_path / 'images.npy'}:range=-2..2"
    assert "note" not in compiled(tabfab, model, data, program)
    report = figures(tabfab, program)
    assert report["accuracy_float"] > 0.95
    assert report["accuracy_program"] > 0.93
    other = f"{tmp_path / 'images.npy'}:range=-4..4"
    refused = tabfab("evaluate", program, "--data", other)
    assert "have another range than those that the program was made with" in refused.err


def test_images_without_labels_are_enough(tabfab, tmp_path: Path) -> None:
    np.save(tmp_path / "some.npy", DIGITS.images[:100].astype(np.uint16) * 257)
    model = save(Linear(flat(DIGITS.images) / 255), tmp_path / "model.pt2")
    data = f"{tmp_path / 'some.npy'}:range=0..65535"
    out = compiled(tabfab, model, data, tmp_path / "program")
    assert "answered like the float network" in out
    report = figures(tabfab, tmp_path / "program", "--data", "digits")
    assert report["accuracy_program"] > 0.9


def test_a_table_of_features(tabfab, tmp_path: Path) -> None:
    """Columns of very different ranges, each with its own 256 steps."""
    random = np.random.default_rng(0)
    scale, offset = np.array([1.0, 100.0, 0.01]), np.array([0.0, 50.0, 3.0])
    features = random.normal(size=(400, 3))
    kinds = (features @ np.array([[1, 0], [0, 1], [1, -1]])).argmax(axis=1)
    columns = features * scale + offset
    rows = [",".join([*map(str, row), "ab"[k]]) for row, k in zip(columns, kinds, strict=True)]
    (tmp_path / "flows.csv").write_text("\n".join(["x,y,z,kind", *rows]))
    trained = LogisticRegression(max_iter=500).fit(features, kinds)

    class Flows(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.last = nn.Conv2d(3, 2, 1)
            weight = np.concatenate([-trained.coef_, trained.coef_]) / scale
            bias = np.array([-1, 1]) * trained.intercept_ - weight @ offset
            self.last.weight.data = torch.from_numpy(weight).float()[:, :, None, None]
            self.last.bias.data = torch.from_numpy(bias).float()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.last(x).flatten(1)

    exported = torch.export.export(Flows().eval(), (torch.zeros(1, 3, 1, 1),))
    torch.export.save(exported, tmp_path / "model.pt2")
    data = f"{tmp_path / 'flows.csv'}:range=columns"
    compiled(tabfab, tmp_path / "model.pt2", data, tmp_path / "program")
    report = figures(tabfab, tmp_path / "program")
    assert report["images"] == 80
    assert report["accuracy_float"] > 0.95
    assert report["accuracy_program"] > 0.93


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("nowhere.npy", "no data set file nowhere.npy"),
        ("nowhere", "there is no data set 'nowhere'"),
        (".", "holds no images"),
    ],
)
def test_data_that_is_missing(
    data: str, message: str, tabfab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = tabfab("compile", "model.pt2", "--data", data, "-o", "program")
    assert result.status == 1
    assert message in result.err


def test_test_data_with_other_classes(tabfab, tmp_path: Path) -> None:
    for name, kinds in (("a", "xy"), ("b", "xz")):
        rows = "\n".join(f"{n},{kinds[n % 2]}" for n in range(20))
        (tmp_path / f"{name}.csv").write_text(rows)
    train, test = (f"{tmp_path / name}.csv:range=0..20" for name in "ab")
    model = save(Linear(flat(DIGITS.images) / 255), tmp_path / "model.pt2")
    result = tabfab(
        "compile", model, "--data", train, "--test-data", test, *QUICK, "-o", tmp_path / "program"
    )
    assert "b.csv:range=0..20 are x, z, and those of" in result.err

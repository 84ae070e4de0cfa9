"""`tabfab evaluate`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler.data import load
from tabfab.compiler.graph import float_file
from tabfab.compiler.graph.float_file import has_graph
from tabfab.compiler.program.program_file import (
    FLOAT_MODEL,
    MANIFEST,
    TENSORS,
    load_program,
    save_program,
)

from support.manifests import rewrite, rewrite_file


def test_both_accuracies_and_their_agreement(tabfab, program: Path) -> None:
    outcome = tabfab("evaluate", program)
    assert outcome.status == 0
    assert "500 images right" in outcome.out
    report = json.loads(tabfab("evaluate", program, "--json").out)
    assert report["images"] == 500
    assert report["accuracy_float"] > 0.8
    assert report["accuracy_program"] > report["accuracy_float"] - 0.1
    assert report["agreement"] > 0.9
    counts = report["operations"]
    assert counts["comparisons"] > 0
    assert f"for an image   {counts['multiplications']:,} multiplications, " in outcome.out
    assert counts["shifts"] == 0  # of no table layer
    confusion = np.array(report["confusion"])
    assert confusion.sum() == 500
    assert np.trace(confusion) == pytest.approx(500 * report["accuracy_program"])


def test_some_images(tabfab, program: Path) -> None:
    assert json.loads(tabfab("evaluate", program, "--json", "--images", 30).out)["images"] == 30


def test_confusion_matrix_and_plot(tabfab, program: Path, tmp_path: Path) -> None:
    path = tmp_path / "plots" / "confusion.png"
    outcome = tabfab("evaluate", program, "--images", 50, "--confusion", "--plot", path)
    assert outcome.status == 0
    assert "true class" in outcome.out
    assert path.read_bytes().startswith(b"\x89PNG")


def test_plot_of_an_unknown_format(refusal, program: Path, tmp_path: Path) -> None:
    assert ".png" in refusal("evaluate", program, "--images", 5, "--plot", tmp_path / "x.doc")
    assert not list(tmp_path.iterdir())


def test_without_a_float_model(tabfab, program: Path, tmp_path: Path) -> None:
    save_program(load_program(program), tmp_path / "program")
    assert not has_graph(tmp_path / "program")
    report = json.loads(tabfab("evaluate", tmp_path / "program", "--json").out)
    assert report["accuracy_float"] is None
    assert report["agreement"] is None
    assert "float" not in tabfab("evaluate", tmp_path / "program").out


def test_images_of_another_shape(refusal, program: Path, tmp_path: Path) -> None:
    np.savez(tmp_path / "own.npz", images=np.zeros((10, 9, 8), np.uint8), labels=np.arange(10) % 2)
    message = refusal("evaluate", program, "--data", tmp_path / "own.npz")
    assert "(N, 8, 8, 1)" in message


def test_more_classes_than_the_data_has(refusal, program: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (50, 8, 8), np.uint8)
    np.savez(tmp_path / "own.npz", images=images, labels=np.arange(50) % 2)
    assert "2 classes" in refusal("evaluate", program, "--data", tmp_path / "own.npz")


@pytest.mark.parametrize("name", [float_file.MANIFEST, float_file.TENSORS])
def test_damaged_float_network(refusal, program: Path, tmp_path: Path, name: str) -> None:
    damaged = shutil.copytree(program, tmp_path / "damaged")
    (damaged / name).write_bytes(b"nothing")
    assert name in refusal("evaluate", damaged)


def test_an_earlier_program_that_keeps_what_torch_saved(
    tabfab, program: Path, model: Path, tmp_path: Path
) -> None:
    old = shutil.copytree(program, tmp_path / "old")
    for name in (float_file.MANIFEST, float_file.TENSORS):
        (old / name).unlink()
    rewrite(old / MANIFEST, lambda document: document["files"].clear())
    rewrite_file(old / MANIFEST, TENSORS, (program / TENSORS).read_bytes())
    rewrite_file(old / MANIFEST, FLOAT_MODEL, model.read_bytes())
    reports = [json.loads(tabfab("evaluate", path, "--json").out) for path in (old, program)]
    assert reports[0] == reports[1]


def test_labels_past_the_outputs(refusal, program: Path, tmp_path: Path) -> None:
    images = np.zeros((50, 8, 8), np.uint8)
    np.savez(tmp_path / "own.npz", images=images, labels=np.arange(50) % 12)
    message = refusal("evaluate", program, "--data", tmp_path / "own.npz")
    assert "class number 11, but the network has 10 outputs" in message


def test_a_program_finds_its_own_data_from_anywhere(
    tabfab, refusal, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = load("digits", "test")
    (tmp_path / "here").mkdir()
    np.savez(tmp_path / "here" / "my.npz", images=data.images, labels=data.labels)
    monkeypatch.chdir(tmp_path / "here")
    few = ("--mask", "none", "--calibration-images", 50)
    assert tabfab("compile", model, "--data", "my.npz", *few, "-o", "program").status == 0
    monkeypatch.chdir(tmp_path)
    assert tabfab("evaluate", "here/program", "--images", 10).status == 0
    (tmp_path / "here" / "my.npz").unlink()
    assert "here/my.npz; give its place with --data" in refusal("evaluate", "here/program")

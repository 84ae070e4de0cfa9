"""Programs are compared with their float networks on images that taught them nothing."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from tabfab.cli.held_out import held_out
from tabfab.compiler.data import ImageSet, load

FEW = ("--calibration-images", 200, "--prototypes", 4)


def numbered(count: int) -> ImageSet:
    """Images, each of which is its number."""
    images = np.arange(count, dtype=np.uint8).reshape(-1, 1, 1, 1)
    return ImageSet(images, None, (), "numbers")


@pytest.mark.parametrize(("searched", "count"), [(0, 30), (20, 30), (20, 500)])
def test_they_are_none_of_those_learned_or_searched_with(searched: int, count: int) -> None:
    train = numbered(100)
    chosen = held_out(train, 40, searched, count, seed=3)
    assert chosen is not None
    assert len(chosen) == min(count, 60 - searched)
    used = {*train.sample(40, 3).images.flat}
    if searched:
        used |= {*train.rest(40, 3).sample(searched, 3).images.flat}
    assert not used & {*chosen.images.flat}


@pytest.mark.parametrize(
    ("learned", "searched", "count"), [(100, 0, 5), (40, 60, 5), (40, 0, 0), (200, 0, 5)]
)
def test_there_may_be_none(learned: int, searched: int, count: int) -> None:
    assert held_out(numbered(100), learned, searched, count, seed=0) is None


def test_a_poor_program_is_told_what_would_keep_more(tabfab, model: Path, tmp_path: Path) -> None:
    outcome = tabfab("compile", model, "--mask", "all", *FEW, "-o", tmp_path / "program")
    assert outcome.status == 0
    line = re.search(
        r"held out       of 500 training images (\S+)% answered like the float network; "
        r"(\S+)% right \(float (\S+)%\)", outcome.out,
    )  # fmt: skip
    assert line, outcome.out
    alike, right, best = map(float, line.groups())
    assert 0 < right < 0.98 * best <= 98
    assert 0 < alike < 100
    assert f"keeps {right / best:.1%} of that" in outcome.out
    for option in ("--mask all-but-first", "--subspace-length 2", "--tree-levels 7", "finetune"):
        assert option in outcome.out


def test_only_what_is_left_to_do_is_told(tabfab, model: Path, tmp_path: Path) -> None:
    outcome = tabfab(
        "compile", model, "--mask", "all-but-first", "--subspace-length", 2, "--prototypes", 2,
        "--held-out-images", 100, "--calibration-images", 100, "-o", tmp_path / "program",
    )  # fmt: skip
    assert "of 100 training images" in outcome.out
    told = outcome.out[outcome.out.index("held out") :]
    assert "--tree-levels 7" in told
    assert "--mask" not in told
    assert "--subspace-length" not in told


def test_an_exact_program_keeps_everything(tabfab, model: Path, tmp_path: Path) -> None:
    outcome = tabfab("compile", model, "--mask", "none", "-o", tmp_path / "program")
    assert "held out       of 297 training images" in outcome.out
    assert "would keep more" not in outcome.out


def test_it_may_be_left_out_or_impossible(tabfab, model: Path, tmp_path: Path) -> None:
    few = ("--mask", "none", "-o", tmp_path / "program")
    outcome = tabfab("compile", model, *few, "--held-out-images", 0)
    assert outcome.status == 0
    assert "held out" not in outcome.out
    outcome = tabfab("compile", model, *few, "--calibration-images", 5000)
    assert outcome.status == 0
    assert "no training images are left to compare" in outcome.out


def test_without_labels_answers_are_compared(
    tabfab, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez("plain.npz", images=load("digits", "train").images)
    outcome = tabfab("compile", model, "--data", "plain.npz", *FEW, "-o", "program")
    assert outcome.status == 0, outcome
    line = re.search(r"held out       of \d+ training images (\S+)%? .*$", outcome.out, re.M)
    assert line, outcome.out
    assert " right (float" not in line[0]

"""`tabfab report` of trials of a sweep."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def trials(swept: Path) -> dict[Path, dict]:
    """The trials that did not fail, with what they say."""
    found = {path: json.loads((path / "trial.json").read_text())
             for path in sorted((swept / "trials").iterdir())}  # fmt: skip
    return {path: trial for path, trial in found.items() if not trial["failure"]}


def test_trials_side_by_side(tabfab, trials, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert tabfab("report", *trials, "-o", page).status == 0
    text = page.read_text()
    for section in ("accuracy", "plan", "timeline"):
        assert f'<section id="{section}"' in text
    for path, trial in trials.items():
        assert str(path) in text
        assert f"{100 * trial['figures']['accuracy']:.2f} %" in text
        assert f">{trial['figures']['clocks']:,}" in text


def test_a_sweep_has_to_be_told_which(refusal, swept: Path, tmp_path: Path) -> None:
    assert "is a sweep" in refusal("report", swept, "-o", tmp_path / "page.html")


def test_a_trial_that_failed(refusal, swept: Path, tmp_path: Path) -> None:
    failed = next(
        path
        for path in sorted((swept / "trials").iterdir())
        if json.loads((path / "trial.json").read_text())["failure"]
    )
    assert "kept no program" in refusal("report", failed, "-o", tmp_path / "page.html")

"""`bench/tabconv.py`: cells are kept and resumed; figures are what they say."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import tabconv
import tabconv_cells
from tabconv_cells import CELLS, PUBLISHED, Settings
from tabconv_report import draw_frontier, markdown, removed, storage
from tabfab.cli.app import app
from typer.testing import CliRunner

RESULT = {
    "accuracy_float": 0.8,
    "accuracy_program": 0.76,
    "test_images": 500,
    "seconds_compiling": 12.4,
    "gigabytes_compiling": 0.5,
    "total": {
        "operations_exact": 1000,
        "operations_program": 250,
        "operations_tabconv": 100,
        "table_bytes": 300,
        "stored_bytes": 350,
        "weight_bytes": 200,
    },
}


def settings_in(directory: Path, **others: Any) -> Settings:
    usual = {"images": None, "calibration_images": 1000, "note": "", "seed": 0}
    return Settings(results=directory, models=directory, **(usual | others))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def test_every_published_figure_has_both_recipes_beside_it() -> None:
    for network, data in PUBLISHED:
        assert {f"{network}-{data}-tabconv", f"{network}-{data}-tabfab"} <= set(CELLS)


def test_shares_and_storage() -> None:
    assert removed(RESULT) == pytest.approx(0.75)
    assert removed(RESULT, "operations_tabconv") == pytest.approx(0.9)
    assert storage(RESULT) == pytest.approx(350 / 200)


def test_table_says_what_was_not_run(settings: Settings) -> None:
    (settings.results / "lenet-mnist-tabfab.json").write_text(json.dumps(RESULT))
    *_, ran, missing = markdown(["lenet-mnist-tabfab", "nin-mnist-tabconv"], settings).splitlines()
    for figure in ("lenet, mnist", "80.00%", "95.0%", "75.0%", "90.0%", "1.75x", "500", "12 s"):
        assert f"| {figure} |" in ran
    assert "not run" in missing
    assert "98.9%" in missing


def test_frontier_draws_what_was_run(settings: Settings, tmp_path: Path) -> None:
    picture = tmp_path / "frontier.png"
    assert draw_frontier("lenet", "mnist", settings, picture) == 0
    assert not picture.exists()
    for name in ("lenet-mnist-tabfab", "lenet-mnist-tabfab-loss-0.3", "nin-mnist-tabfab"):
        (settings.results / f"{name}.json").write_text(json.dumps(RESULT))
    assert draw_frontier("lenet", "mnist", settings, picture) == 2
    assert picture.read_bytes().startswith(b"\x89PNG")


def run(monkeypatch: pytest.MonkeyPatch, directory: Path, *arguments: str) -> None:
    common = ("--results", str(directory), "--models", str(directory))
    monkeypatch.setattr(sys, "argv", ["tabconv.py", *arguments, *common])
    tabconv.main()


def test_a_cell_with_a_result_is_not_run_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lenet-mnist-tabfab.json").write_text(json.dumps(RESULT))
    monkeypatch.setattr(tabconv, "run_cell", lambda *_: pytest.fail("it ran"))
    run(monkeypatch, tmp_path, "--cell", "lenet-mnist-tabfab")
    assert "95.0%" in capsys.readouterr().out


def test_an_unknown_cell_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no cell 'lenet'; --list"):
        run(monkeypatch, tmp_path, "--cell", "lenet")


def in_this_process(command: list[str]) -> tabconv_cells._Outcome:
    """What `_run` does, without loading torch once for each command."""
    outcome = CliRunner().invoke(app, command[1:])
    assert outcome.exit_code == 0, outcome
    return tabconv_cells._Outcome(outcome.stdout, 1.0, 0.5)


def test_commands_are_measured() -> None:
    outcome = tabconv_cells._run(["tabfab", "--version"])
    assert outcome.text.startswith("tabfab ")
    assert outcome.seconds > 0
    assert 0.01 < outcome.gigabytes < 2


def test_a_refused_command_ends_the_run() -> None:
    with pytest.raises(SystemExit, match="tabfab info nowhere failed"):
        tabconv_cells._run(["tabfab", "info", "nowhere"])


@pytest.mark.parametrize("steps", [0, 2])
def test_a_cell_from_training_to_its_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, steps: int
) -> None:
    monkeypatch.setattr(tabconv_cells, "_run", in_this_process)
    cell = dataclasses.replace(
        CELLS["digits-cnn-digits-tabfab"],
        mask="0,1,1",
        options=("--prototypes", "4"),
        tuning=("--steps-per-layer", str(steps), "--joint-steps", "0") if steps else (),
    )
    model = tmp_path / "digits-cnn-digits.pt2"
    in_this_process(["tabfab", "train", "--data", "digits", "--epochs", "1", "-o", str(model)])
    settings = settings_in(tmp_path, images=100, calibration_images=50, note="a note", seed=3)
    result = tabconv_cells.run_cell(cell, settings)
    assert result == settings.result(cell.name)
    assert (result["test_images"], result["calibration_images"], result["seed"]) == (100, 50, 3)
    assert (result["methods"], result["note"]) == (["exact", "table", "table"], "a note")
    assert [layer["prototypes"] for layer in result["layers"]] == [None, 4, 4]
    assert result["seconds_training"] is None  # the model was there
    assert (result["seconds_compiling"], result["gigabytes_compiling"]) == (1.0, 0.5)
    verb = "finetune" if steps else "compile"
    assert result["commands"][0].startswith(f"tabfab {verb} ")
    assert str(tmp_path / "tmp") not in " ".join(result["commands"])

"""What the shell completes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from tabfab.cli import completion
from tabfab.compiler.program.program_file import load_program


def test_devices_boards_and_data_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert completion.devices("ecp5-8") == ["ecp5-85k"]
    assert "ulx3s-85f" in completion.boards("ulx3s")
    assert completion.data_sets("mn") == ["mnist"]
    (tmp_path / "own.npz").touch()
    (tmp_path / "notes.txt").touch()
    (tmp_path / "photos").mkdir()
    inside = completion.data_sets(f"{tmp_path}/")
    assert inside == [f"{tmp_path}/own.npz", f"{tmp_path}/photos/"]
    assert completion.data_sets(f"{tmp_path}/nowhere/") == []


def names(path: Path, start: str = "") -> list[str]:
    return completion.layers(SimpleNamespace(params={"program": path, "fps": None}), start)


def test_layers_of_a_program_and_of_a_model(program: Path, model: Path, tmp_path: Path) -> None:
    layers = [node.name for node in load_program(program).convs]
    assert names(program) == layers
    assert names(program, layers[0]) == [layers[0]]
    assert set(layers) <= set(names(model))
    assert names(tmp_path / "nothing") == names(tmp_path) == []


def test_the_shell_gets_them() -> None:
    """By the protocol that ``--install-completion`` installs."""
    done = subprocess.run(
        [Path(sys.executable).with_name("tabfab")],
        env={**os.environ, "_TABFAB_COMPLETE": "complete_bash",
             "COMP_WORDS": "tabfab plan program/ --device ecp5-2", "COMP_CWORD": "4"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["ecp5-25k"]

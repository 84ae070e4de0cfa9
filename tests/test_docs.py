"""The documentation's tables of files are what the files say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("page", ["docs/files.py", "docs/onnx.py", "docs/operators.py"])
def test_tables_are_what_they_are_made_from(page: str) -> None:
    command = [sys.executable, page]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr

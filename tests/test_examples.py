"""The worked example of the README runs as printed there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs" / "examples" / "own_module.py"


@pytest.mark.slow("tests/cli/test_hardware.py simulates a network")
def test_example_simulates_without_a_mismatch() -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLE)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("0 wrong values, 0 wrong clocks\n")


def test_readme_prints_the_example() -> None:
    code = EXAMPLE.read_text().split('"""\n', 1)[1].strip()
    assert code in (ROOT / "README.md").read_text()

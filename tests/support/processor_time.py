"""A pytest plugin that tells which tests take the most processor time.

``--durations`` measures clocks on the wall, which say little where tests run side by side or the
machine has other work. ``--processor-times N`` measures what each test made the processors do,
processes that it started and waited for included, and lists the N most expensive phases: `call`
is the test itself, `setup` and `teardown` are its fixtures.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

_ATTRIBUTE = "processor_seconds"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option; that of pytest's own is ``--durations``."""
    parser.getgroup("reporting").addoption(
        "--processor-times",
        type=int,
        metavar="N",
        help="list the N phases of tests that took the most processor time, processes included",
    )


def _used() -> float:
    """Processor seconds of this process and of those that it has waited for."""
    return sum(os.times()[:4])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def _measured(item: pytest.Item) -> Iterator[None]:
    before = _used()
    try:
        return (yield)
    finally:
        item.stash[_SECONDS] = _used() - before


_SECONDS = pytest.StashKey[float]()
pytest_runtest_setup = pytest_runtest_call = pytest_runtest_teardown = _measured


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """The report takes the seconds along, also from xdist's workers."""
    report = yield
    setattr(report, _ATTRIBUTE, item.stash.get(_SECONDS, 0.0))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The list."""
    wanted = terminalreporter.config.getoption("processor_times")
    if wanted is None:
        return
    phases = [
        (getattr(report, _ATTRIBUTE), report.when, report.nodeid)
        for reports in terminalreporter.stats.values()
        for report in reports
        if hasattr(report, _ATTRIBUTE)
    ]
    total = sum(seconds for seconds, _, _ in phases)
    terminalreporter.section(f"{total:.1f} s of processor time, most of it for")
    for seconds, when, nodeid in sorted(phases, reverse=True)[:wanted]:
        terminalreporter.write_line(f"{seconds:7.2f} s {when:<8} {nodeid}")

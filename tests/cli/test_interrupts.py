"""Ctrl-C during imports, which turn it into other errors."""

from __future__ import annotations

import importlib
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tabfab.cli.interrupts import interrupt_between_imports

_MODULE = """
import signal

class Named:
    def __set_name__(self, owner, name):
        signal.raise_signal(signal.SIGINT)

class Owner:
    named = Named()

whole = True
"""


@pytest.fixture(autouse=True)
def usual_handlers() -> Iterator[None]:
    """What Python starts with, whatever the tests before have left."""
    interrupts = signal.signal(signal.SIGINT, signal.default_int_handler)
    ends = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGINT, interrupts)
    signal.signal(signal.SIGTERM, ends)


def test_an_interrupt_waits_for_the_end_of_an_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "interrupted_import.py").write_text(_MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    interrupt_between_imports()
    importlib.import_module("interrupted_import")
    with pytest.raises(KeyboardInterrupt):
        time.sleep(10)
    assert sys.modules.pop("interrupted_import").whole


def test_an_interrupt_waits_for_the_end_of_a_destructor() -> None:
    class Signals:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGTERM)

    def forget(some: list[Signals]) -> None:
        some.clear()  # which loses what is raised in it
        time.sleep(10)

    interrupt_between_imports()
    with pytest.raises(SystemExit):
        forget([Signals()])


def test_an_interrupt_elsewhere_is_raised_at_once() -> None:
    interrupt_between_imports()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_sigterm_unwinds_too() -> None:
    interrupt_between_imports()
    with pytest.raises(SystemExit) as ended:
        signal.raise_signal(signal.SIGTERM)
    assert ended.value.code == 143


def test_where_interrupts_are_ignored_they_stay_so() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    interrupt_between_imports()
    signal.raise_signal(signal.SIGINT)

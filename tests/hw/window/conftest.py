from __future__ import annotations

import pytest

from support.memories import SpitefulMemory


@pytest.fixture(autouse=True)
def spiteful_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is read where it is just written would be seen."""
    monkeypatch.setattr("tabfab.hw.window.ring.ring_memory", SpitefulMemory)

from __future__ import annotations

import pytest

from support.memories import SpitefulMemory


@pytest.fixture(autouse=True)
def spiteful_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is read where it is just written would be seen."""
    for module in ("ring", "pixel_buffer", "reorderer"):
        monkeypatch.setattr(f"tabfab.hw.window.{module}.ring_memory", SpitefulMemory)

from __future__ import annotations

import pytest

from support.memories import SpitefulMemory

ROOM = "tabfab.hw.nodes.methods.haste"


@pytest.fixture(autouse=True)
def spiteful_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is read where it is just written would be seen."""
    for module in ("bucket_sums", "channel_codes", "merger", "patch_rows"):
        monkeypatch.setattr(f"{ROOM}.{module}.ring_memory", SpitefulMemory)
    monkeypatch.setattr(f"{ROOM}.bucket_numbers._memory", SpitefulMemory)

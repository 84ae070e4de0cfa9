"""A sweep of the digits network that takes seconds."""

from __future__ import annotations

import shutil
from pathlib import Path

SWEEP = """
model = "model.pt2"
data = "digits"
constraints = ["luts<=20000"]

[compile]
prototypes = [4, 8, 12]
calibration-images = 100

[plan]
device = ["ecp5-25k", "ecp5-85k"]
subspaces = 1

[needs]
memory = 1.0
"""
"""Six trials, two of which fail: 12 prototypes are no power of two."""


def write_sweep(folder: Path, model: Path, text: str = SWEEP) -> Path:
    """A sweep.toml beside its model."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(model, folder / "model.pt2")
    (folder / "sweep.toml").write_text(text)
    return folder / "sweep.toml"

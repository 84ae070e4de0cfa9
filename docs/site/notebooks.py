"""The notebooks as pages: their text and code, without what they print."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def pages() -> dict[str, Callable[[], str]]:
    """What makes the page of each notebook, by its place."""
    found = sorted(NOTEBOOKS.glob("*.ipynb"))
    return {f"notebooks/{path.stem}.md": partial(_page, path) for path in found}


def _page(path: Path) -> str:
    parts = []
    for cell in json.loads(path.read_text())["cells"]:
        text = "".join(cell["source"])
        parts.append(text if cell["cell_type"] == "markdown" else f"```python\n{text}\n```")
    parts.insert(1, f"*The notebook: [{path.name}]({path.name}). The tests run it.*")
    return "\n\n".join(parts) + "\n"

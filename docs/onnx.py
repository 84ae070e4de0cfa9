"""The table of ONNX operators in `docs/onnx.md`, made from the catalog.

python docs/onnx.py            # is it what the catalog says? exit status 1 if not
python docs/onnx.py --write    # write it anew
"""

from __future__ import annotations

import sys

from made_parts import family_tables, keep
from tabfab.compiler.frontend.onnx.catalog import operators


def table() -> str:
    """A row for each operator, families in between, in Markdown."""
    families: dict[str, list[tuple[str, str]]] = {}
    for family, name, meaning in operators():
        families.setdefault(family, []).append((name, meaning))
    return family_tables("meaning", families)


if __name__ == "__main__":
    sys.exit(keep(__file__, __doc__ or "", "operators", {"onnx.md": table}))

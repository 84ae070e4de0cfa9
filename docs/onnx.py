"""The table of ONNX operators in `docs/onnx.md`, made from the catalog.

python docs/onnx.py            # is it what the catalog says? exit status 1 if not
python docs/onnx.py --write    # write it anew
"""

from __future__ import annotations

import sys
from itertools import groupby

from made_parts import keep
from tabfab.compiler.frontend.onnx.catalog import operators


def table() -> str:
    """A row for each operator, families in between, in Markdown."""
    parts = []
    for family, rows in groupby(operators(), key=lambda row: row[0]):
        lines = [f"| `{name}` | {meaning} |" for _, name, meaning in rows]
        parts.append(
            "\n".join([f"**{family}**", "", "| operator | meaning |", "|---|---|", *lines])
        )
    return "\n\n".join(parts)


if __name__ == "__main__":
    sys.exit(keep(__file__, __doc__ or "", "operators", {"onnx.md": table}))

"""The table of ONNX operators in `docs/onnx.md`, made from the catalog.

python docs/onnx.py            # is it what the catalog says? exit status 1 if not
python docs/onnx.py --write    # write it anew
"""

from __future__ import annotations

import argparse
import sys
from itertools import groupby
from pathlib import Path

from tabfab.compiler.frontend.onnx.catalog import operators

PAGE = Path(__file__).resolve().parent / "onnx.md"
BEGIN = "<!-- operators: python docs/onnx.py --write -->"
END = "<!-- end of operators -->"


def table() -> str:
    """A row for each operator, families in between, in Markdown."""
    parts = []
    for family, rows in groupby(operators(), key=lambda row: row[0]):
        lines = [f"| `{name}` | {meaning} |" for _, name, meaning in rows]
        parts.append(
            "\n".join([f"**{family}**", "", "| operator | meaning |", "|---|---|", *lines])
        )
    return "\n\n".join(parts)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the table anew")
    arguments = parser.parse_args()
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    fresh = f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.partition(END)[2]}"
    if fresh == text:
        return 0
    if arguments.write:
        PAGE.write_text(fresh)
        print("docs/onnx.md: written")
        return 0
    print("docs/onnx.md is not what the catalog says; run: python docs/onnx.py --write")
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""The table of ATen operators in `docs/operators.md`, made from the catalog.

python docs/operators.py            # is it what the catalog says? exit status 1 if not
python docs/operators.py --write    # write it anew
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import tabfab.compiler.frontend.lowering  # noqa: F401  which registers all operators
from tabfab.compiler.frontend.draft.call import LOWERINGS

PAGE = Path(__file__).resolve().parent / "operators.md"
BEGIN = "<!-- operators: python docs/operators.py --write -->"
END = "<!-- end of operators -->"


def table() -> str:
    """A row for each operator, families in between, in Markdown."""
    families: dict[str, dict[str, str]] = {}
    for operator, lowering in LOWERINGS.items():
        family = _sentence(sys.modules[lowering.__module__].__doc__).rstrip(".")
        name = str(operator).removeprefix("aten.").partition(".")[0]
        refused = lowering.__name__.startswith("refuse")
        if not (refused or name.startswith("_")):  # those are torch's own, which nobody writes
            families.setdefault(family, {})[name] = _sentence(lowering.__doc__)
    parts = []
    for family, rows in sorted(families.items()):
        lines = [f"| `{name}` | {meaning} |" for name, meaning in sorted(rows.items())]
        parts.append(
            "\n".join([f"**{family}**", "", "| operator | becomes |", "|---|---|", *lines])
        )
    return "\n\n".join(parts)


def _sentence(docstring: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((docstring or "").split("\n\n")[0].split())


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
        print("docs/operators.md: written")
        return 0
    print("docs/operators.md is not what the catalog says; run: python docs/operators.py --write")
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""The table of ATen operators in `docs/operators.md`, made from the catalog.

python docs/operators.py            # is it what the catalog says? exit status 1 if not
python docs/operators.py --write    # write it anew
"""

from __future__ import annotations

import sys

import tabfab.compiler.frontend.lowering  # noqa: F401  which registers all operators
from made_parts import family_tables, keep
from tabfab.compiler.frontend.draft.call import LOWERINGS


def table() -> str:
    """A row for each operator, families in between, in Markdown."""
    families: dict[str, dict[str, str]] = {}
    for operator, lowering in LOWERINGS.items():
        family = _sentence(sys.modules[lowering.__module__].__doc__).rstrip(".")
        name = str(operator).removeprefix("aten.").partition(".")[0]
        refused = lowering.__name__.startswith("refuse")
        if not (refused or name.startswith("_")):  # those are torch's own, which nobody writes
            families.setdefault(family, {})[name] = _sentence(lowering.__doc__)
    ordered = {family: sorted(rows.items()) for family, rows in sorted(families.items())}
    return family_tables("becomes", ordered)


def _sentence(docstring: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((docstring or "").split("\n\n")[0].split())


if __name__ == "__main__":
    sys.exit(keep(__file__, __doc__ or "", "operators", {"operators.md": table}))

"""What `dyadic.py` shows of its cells: a table, and accuracy against additions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dyadic_cells import CELLS, LEVELS, NETWORKS, Settings

_HEADS = (
    "network, data", "level", "float", "program", "terms a weight", "additions", "shifts",
    "multiplications", "bytes packed", "bytes in float", "test images", "processor", "memory",
)  # fmt: skip
_FILTERS = (
    "AlexNet's filters",
    "terms a weight",
    "relative distance",
    "gap",
    "processor",
    "memory",
)


def markdown(names: Iterable[str], settings: Settings) -> str:
    """One row per cell; cells that were not run say so."""
    networks = [name for name in names if CELLS[name].network != "alexnet"]
    filters = [name for name in names if CELLS[name].network == "alexnet"]
    tables = []
    for heads, row, some in ((_HEADS, _network_row, networks), (_FILTERS, _filters_row, filters)):
        if some:
            lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
            for name in some:
                result = settings.result(name)
                cells = row(name, result) if result else [name, "not run"]
                lines.append("| " + " | ".join(cells + [""] * (len(heads) - len(cells))) + " |")
            tables.append("\n".join(lines))
    return "\n\n".join(tables)


def _network_row(name: str, result: Mapping[str, Any]) -> list[str]:
    packed = result["term_bits"] // 8 or result["stored_bytes"]
    return [
        f"{result['network']}, {result['data']}",
        result["level"],
        f"{result['accuracy_float']:.2%}",
        f"{result['accuracy_program']:.2%}",
        f"{result['terms_a_weight'] or 0:.2f}",
        f"{result['additions']:,}",
        f"{result['shifts']:,}",
        f"{result['multiplications']:,}",
        f"{packed:,}",
        f"{result['float_bytes']:,}",
        f"{result['test_images']:,}",
        f"{result['processor_seconds']:.0f} s",
        f"{result['gigabytes']:.1f} GiB",
    ]


def _filters_row(name: str, result: Mapping[str, Any]) -> list[str]:
    return [
        name,
        f"{result['terms_a_weight']:.3f}",
        f"{result['relative_distance']:.4f}",
        f"{result['gap']:.1e}",
        f"{result['processor_seconds']:.0f} s",
        f"{result['gigabytes']:.1f} GiB",
    ]


def draw(settings: Settings, path: Path) -> int:
    """Accuracy against additions, a panel for each network and a line for each kind of level.

    Returns
    -------
    How many cells are in the picture.
    """
    from matplotlib.figure import Figure

    lines: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for name, cell in CELLS.items():
        result = settings.result(name)
        if result and cell.network in NETWORKS and result["additions"]:
            kinds = lines.setdefault(cell.network, {})
            kinds.setdefault(LEVELS[cell.level].kind, []).append(result)
    if not lines:
        return 0
    figure = Figure(figsize=(4.5 * len(lines), 3.8), layout="constrained")
    for axes, (network, kinds) in zip(
        figure.subplots(1, len(lines), squeeze=False)[0], lines.items(), strict=True
    ):
        for kind, results in kinds.items():
            points = sorted(
                (result["additions"] / result["products_exact"], result["accuracy_program"])
                for result in results
            )
            axes.plot(*zip(*points, strict=True), marker="o", label=kind)
        first = next(iter(kinds.values()))[0]
        axes.axhline(first["accuracy_float"], color="grey", linestyle=":", label="float")
        axes.set(
            title=f"{network}, {NETWORKS[network]}",
            xlabel="additions / products of the float network",
            ylabel="accuracy",
        )
        axes.grid(alpha=0.3)
        axes.legend(fontsize=7)
    figure.savefig(path, dpi=90)
    return sum(len(results) for kinds in lines.values() for results in kinds.values())

"""What `tabconv.py` shows of its cells: the paper's table beside ours, and the frontier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tabconv_cells import CELLS, PUBLISHED, Cell, Settings

_HEADS = (
    "network, data", "recipe", "original", "kept", "removed", "as TabConv", "storage",
    "test images", "compiled in", "memory", "TabConv: kept", "removed", "storage",
)  # fmt: skip


def markdown(names: Iterable[str], settings: Settings) -> str:
    """One row per cell; cells that were not run say so."""
    lines = ["| " + " | ".join(_HEADS) + " |", "|" + "---|" * len(_HEADS)]
    for name in names:
        cell, result = CELLS[name], settings.result(name)
        first = [f"{cell.network}, {cell.data}", " ".join(filter(None, (cell.recipe, cell.label)))]
        figures = _figures(result) if result else ["not run"] + [""] * 7
        lines.append("| " + " | ".join([*first, *figures, *_published(cell)]) + " |")
    return "\n".join(lines)


def _figures(result: Mapping[str, Any]) -> list[str]:
    return [
        f"{result['accuracy_float']:.2%}",
        f"{result['accuracy_program'] / result['accuracy_float']:.1%}",
        f"{removed(result):.1%}",
        f"{removed(result, 'operations_tabconv'):.1%}",
        f"{storage(result):.2f}x",
        f"{result['test_images']:,}",
        f"{result['seconds_compiling']:.0f} s",
        f"{result['gigabytes_compiling']:.1f} GiB",
    ]


def _published(cell: Cell) -> list[str]:
    figures = PUBLISHED.get((cell.network, cell.data))
    if figures is None:
        return ["", "", ""]
    return [f"> {figures.kept:.0%}", f"{figures.removed:.1%}", f"{figures.storage:.0f}x"]


def removed(result: Mapping[str, Any], convention: str = "operations_program") -> float:
    """Share of the network's multiply-accumulates that is removed."""
    return 1 - result["total"][convention] / result["total"]["operations_exact"]


def storage(result: Mapping[str, Any]) -> float:
    """Bytes of tables and of exact layers' weights for each byte of int8 weights."""
    return result["total"]["stored_bytes"] / result["total"]["weight_bytes"]


def draw_frontier(network: str, data: str, settings: Settings, path: Path) -> int:
    """Accuracy against operations and against bytes, a line for each kind of mask.

    Returns
    -------
    How many cells are in the picture.
    """
    from matplotlib.figure import Figure

    lines: dict[str, list[Mapping[str, Any]]] = {}
    for name, cell in CELLS.items():
        result = settings.result(name)
        if result and (cell.network, cell.data) == (network, data):
            kind = cell.label.partition("-")[0] or cell.recipe
            lines.setdefault(kind, []).append(result)
    if not lines:
        return 0
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for kind, results in lines.items():
        kept = [result["accuracy_program"] / result["accuracy_float"] for result in results]
        for axes, measure in ((left, removed), (right, storage)):
            points = sorted(zip(map(measure, results), kept, strict=True))
            axes.plot(*zip(*points, strict=True), marker="o", label=kind)
    left.set(xlabel="share of operations removed", ylabel="share of accuracy kept")
    right.set(xlabel="bytes stored / bytes of int8 weights")
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.legend()
    figure.suptitle(f"{network}, {data}")
    figure.savefig(path, dpi=90)
    return sum(map(len, lines.values()))

"""What `haste.py` shows of its cells: a table, and accuracy lost against operations removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import mean
from typing import Any

from haste_cells import CELLS, LEVELS, Settings, removed

PUBLISHED = (
    ("ResNet-34, CIFAR-10", 0.4672, 1.25),
    ("VGG19 with batch norm, CIFAR-10", 0.3883, 1.63),
)
"""Network, share of operations removed and points lost: Meiner et al., arXiv 2309.17211."""

_HEADS = (
    "network", "level", "seeds", "float", "points lost", "operations removed",
    "multiplications left", "test images", "processor",
)  # fmt: skip

Results = list[Mapping[str, Any]]


def by_level(names: Iterable[str], settings: Settings) -> dict[tuple[str, str], Results]:
    """The results of each network and level, one for each seed that was run."""
    found: dict[tuple[str, str], Results] = {}
    for name in names:
        cell, result = CELLS[name], settings.result(name)
        if result is not None:
            found.setdefault((cell.network, cell.level), []).append(result)
    return found


def markdown(names: Iterable[str], settings: Settings) -> str:
    """A row for each network and level that was run, mean and range over seeds."""
    lines = ["| " + " | ".join(_HEADS) + " |", "|" + "---|" * len(_HEADS)]
    for (network, level), results in by_level(names, settings).items():
        row = (
            network,
            level,
            str(len(results)),
            f"{results[0]['accuracy_float']:.2%}",
            _spread([lost(result) for result in results], "{:.2f}"),
            _spread([100 * removed(result) for result in results], "{:.1f}") + " %",
            f"{mean(r['multiplications'] / r['operations_exact'] for r in results):.1%}",
            f"{results[0]['test_images']:,}",
            f"{mean(r['processor_seconds'] for r in results):.0f} s",
        )
        lines.append("| " + " | ".join(row) + " |")
    for network, share, points in PUBLISHED:
        row = (f"{network} (published)", "", "", "", f"{points:.2f}", f"{share:.2%}", "", "", "")
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)


def lost(result: Mapping[str, Any]) -> float:
    """Percentage points that a cell's program loses to the float network."""
    return 100 * float(result["accuracy_float"] - result["accuracy_program"])


def _spread(values: list[float], form: str) -> str:
    text = form.format(mean(values))
    if len(values) > 1:
        text += f" ({form.format(min(values))} to {form.format(max(values))})"
    return text


def draw(names: Iterable[str], settings: Settings, path: Path) -> int:
    """Points lost against operations removed, a panel for each network.

    Returns
    -------
    How many levels are in the picture.
    """
    from matplotlib.figure import Figure

    found = by_level(names, settings)
    panels: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for (network, level), results in found.items():
        point = mean(map(removed, results)), mean(map(lost, results))
        panels.setdefault(network, {}).setdefault(LEVELS[level].kind, []).append(point)
    if not panels:
        return 0
    figure = Figure(figsize=(5 * len(panels), 4), layout="constrained")
    for axes, (network, kinds) in zip(
        figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True
    ):
        for kind, points in kinds.items():
            axes.plot(*zip(*sorted(points), strict=True), marker="o", label=kind)
        for name, share, points_lost in PUBLISHED:
            axes.plot(share, points_lost, "k*")
            axes.annotate(f"{name} (published)", (share, points_lost), fontsize=6)
        axes.set(title=network, xlabel="operations removed, all counted", ylabel="points lost")
        axes.grid(alpha=0.3)
        axes.legend(fontsize=7)
    figure.savefig(path, dpi=90)
    return len(found)

"""What `hardware.py` shows of its cells: one table, a row each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hardware_cells import CELLS, Settings

_HEADS = (
    "cell", "device", "clocks per image", "MHz", "images/s", "LUTs", "flip-flops", "block RAM",
    "multipliers", "LUTs x clocks", "tables read", "table bits wasted", "simulated",
)  # fmt: skip


def markdown(names: Iterable[str], settings: Settings) -> str:
    """One row per cell; cells that were not run say so."""
    lines = ["| " + " | ".join(_HEADS) + " |", "|" + "---|" * len(_HEADS)]
    for name in names:
        result = settings.result(name)
        figures = ["not run"] + [""] * (len(_HEADS) - 3) if result is None else _figures(result)
        lines.append("| " + " | ".join([name, CELLS[name].device, *figures]) + " |")
    return "\n".join(lines)


def _figures(result: Mapping[str, Any]) -> list[str]:
    cells = result["cells"]
    clocks = result.get("clocks_per_image", result.get("clocks_per_result"))
    return [
        _number(clocks),
        _clock(result),
        _number(round(result["fmax_mhz"] * 1e6 / clocks)) if "fmax_mhz" in result else "",
        *(_number(cells[kind]) for kind in ("luts", "flip_flops", "block_rams", "multipliers")),
        _number(cells["luts"] * clocks),
        f"{result['slowest_read_share']:.1%}" if "slowest_read_share" in result else "",
        _wasted(result),
        _simulated(result),
    ]


def _clock(result: Mapping[str, Any]) -> str:
    """In MHz: what routing confirms, or what is expected where nothing was routed."""
    if "fmax_mhz_placed" in result:
        return f"{result['fmax_mhz_placed']:.1f} placed"
    return f"{result['fmax_mhz']:.1f}" if "fmax_mhz" in result else ""


def _wasted(result: Mapping[str, Any]) -> str:
    occupied = result.get("table_occupied_bits")
    return f"{1 - result['table_stored_bits'] / occupied:.1%}" if occupied else ""


def _simulated(result: Mapping[str, Any]) -> str:
    if "beats" not in result:
        return ""
    wrong = result["value_mismatches"] + result["clock_mismatches"]
    return f"{result['beats']:,} beats, {wrong} wrong"


def _number(value: float) -> str:
    return f"{value:,.0f}"

"""A picture of a plan: what every layer takes, by resource and part."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from ...compiler.store.files import atomic_file, check_picture
from ...compiler.store.printable import printable
from ..device.cells import RESOURCES
from ..network.stage_list import LINE_BUFFER
from ..nodes.methods.layer import ENGINE
from .plan import Plan
from .table import OTHER_PARTS, PlanTable

_PARTS = {
    LINE_BUFFER: ("line buffers", "#66ccee"),
    ENGINE: ("tables or weights, sums", "#228833"),
    OTHER_PARTS: ("queues, sums, pools, conversions", "#ccbb44"),
}
_FRONT_COLORS = ("#4477aa", "#aa3377", "#ee6677")
"""Of what methods have in front of their windows, one after the other."""
_RESOURCES = ("luts", "flip_flops", "block_rams")


@rc_context({"svg.hashsalt": "tabfab", "text.parse_math": False})  # names may hold dollar signs
def draw(plan: Plan, table: PlanTable, path: Path) -> None:
    """Draw a bar per node and resource, stacked by part.

    Parameters
    ----------
    plan, table: what to draw.
    path: of the picture; its suffix says the format.

    Raises
    ------
    TabfabError: the format is unknown or `path` cannot be written.
    """
    check_picture(path)
    figure = Figure(figsize=(max(6.0, 0.4 * len(table.rows)), 8.0), layout="constrained")
    axes = figure.subplots(len(_RESOURCES), 1, sharex=True)
    places = np.arange(len(table.rows))
    for axis, resource in zip(axes, _RESOURCES, strict=True):
        base = np.zeros(len(places))
        for part, (label, color) in _parts(table).items():
            heights = np.array(
                [getattr(row.parts[part], resource) if part in row.parts else 0
                 for row in table.rows]
            )  # fmt: skip
            axis.bar(places, heights, bottom=base, color=color, label=label)
            base += heights
        axis.set_ylabel(RESOURCES[resource])
        axis.set_ylim(0, 1.05 * max(base.max(), 1))
    axes[0].legend(fontsize="small")
    axes[0].set_title(
        f"{plan.device}: {plan.clocks_per_image:,} clocks per image,\n"
        f"{plan.images_per_second:,.0f} images per second at {plan.clock_mhz:g} MHz"
    )
    names = [printable(row.name) for row in table.rows]
    axes[-1].set_xticks(places, names, rotation=90, fontsize="small")
    with atomic_file(path) as temporary:
        figure.savefig(temporary, dpi=150, metadata=_undated(path))


def _parts(table: PlanTable) -> dict[str, tuple[str, str]]:
    """Label and color of each part, from the lowest in a bar to the highest."""
    fronts = dict.fromkeys(part for row in table.rows for part in row.parts if part not in _PARTS)
    colors = zip(fronts, cycle(_FRONT_COLORS), strict=False)
    return {part: (f"{part}s", color) for part, color in colors} | _PARTS


def _undated(path: Path) -> dict[str, None]:
    """Metadata without the time, so that the same plan gives the same bytes."""
    return {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix, {})

"""Builds that tools are given: loaded, and their Verilog compared with tabfab's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .console import progress

if TYPE_CHECKING:
    from ..hw.rtl.build import Build


def trusted_build(directory: Path, trust: bool) -> Build:
    """The build in `directory`.

    Parameters
    ----------
    directory: written by `tabfab verilog`.
    trust: whether its Verilog is taken as it is (`Trust`).

    Raises
    ------
    TabfabError: it is damaged, or its Verilog is not what tabfab writes.
    """
    from ..hw.rtl.build import load_build
    from ..hw.rtl.trust import check_verilog

    build = load_build(directory)
    if not trust:
        with progress(f"checking the Verilog of {directory}") as advance:
            advance(0, 1, "")
            check_verilog(build)
            advance(1, 1, "")
    return build

"""Accumulators that a program's proven bounds let be a bit shorter than they are.

All lanes of an accumulator are as wide as the channel with the widest bounds needs, so that one
requantizer shape serves them all. A lane whose own channels stay within fewer bits cannot show
that it lost the highest one: sums wrap around, so the final one is right in any width that holds
it, and only final ones are ever valid.
"""

from __future__ import annotations

import re

from ...compiler.program import Conv, Program, channel_bounds
from ...hw.network.network import Network, Stage
from ...hw.rtl.verilog import TOP
from .mutant import Mutant

_TERM = re.compile(r"\+ \$signed\(i__payload\[(\d+):(\d+)\]\)$")
_WIDTH = re.compile(r"\$signed\((\d+)'\(")
_STAGE = re.compile(rf"{TOP}\.network\.([^.]+)\.core\.accumulator")


def holds_all_sums(program: Program, network: Network, mutant: Mutant) -> bool:
    """Whether a shortened accumulator still holds every final sum of its lane's channels.

    The bounds are those of the layer's tables or weights, over all inputs
    (`channel_bounds`). They say nothing where others can be loaded.

    Parameters
    ----------
    program: what is computed.
    network: its hardware.
    mutant: of any kind; False for other kinds than ``shorten accumulator``.
    """
    module, term = _STAGE.fullmatch(mutant.module), _TERM.search(mutant.before)
    width = _WIDTH.match(mutant.after)
    if mutant.kind != "shorten accumulator" or not (module and term and width):
        return False
    stage = next(stage for stage in network.stages if stage.instance == module[1])
    node = program[stage.node]
    if not isinstance(node, Conv) or _loadable(stage):
        return False
    first, bits = int(term[2]), int(width[1])
    lane = first // (int(term[1]) - first + 1)
    lanes = stage.component.core.cores["accumulator"].bias.shape[1]
    least, most = channel_bounds(node, program[node.inputs[0]].type)
    half = 1 << (bits - 1)
    return bool(least[lane::lanes].min() >= -half and most[lane::lanes].max() < half)


def _loadable(stage: Stage) -> bool:
    return bool(stage.component.core.load_ports())

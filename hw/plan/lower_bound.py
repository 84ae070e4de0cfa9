"""What a program takes of a device however it is folded: enough to refuse most misfits at once.

Tables and weights must lie somewhere. A program with more bits of them than all block RAMs and
LUTs of a device hold needs no search for foldings, which takes minutes where there is nothing to
find.
"""

from __future__ import annotations

import math

from ...compiler.program import Program
from ..device.cells import Cells
from ..nodes.catalog import layers
from .fit import Aim, too_large


def check_least(program: Program, aim: Aim) -> None:
    """Refuse a program whose tables and weights alone are too large for a device.

    Raises
    ------
    Misfit: they are. Of what does not raise it nothing is known yet.
    """
    least = least_cells(program, aim)
    if not least <= aim.budget:
        raise too_large(aim, least, "however it is folded it takes at least")


def least_cells(program: Program, aim: Aim) -> Cells:
    """No more of each resource than any plan takes.

    All LUTs that a plan may use are counted as full of tables and weights; what then remains of
    these takes block RAMs.
    """
    family = aim.device.family
    bits = sum(layer.stored_bits for layer in layers(program).values())
    in_luts = aim.budget.luts * (1 << family.lut_inputs)
    return Cells(block_rams=max(0, math.ceil((bits - in_luts) / family.block_bits)))

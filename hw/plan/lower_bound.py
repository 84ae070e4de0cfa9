"""What a program takes of a device however it is folded: enough to refuse most misfits at once.

Tables and weights must lie somewhere, and each layer needs some logic even in its smallest
folding. A program that takes more than a device has by this count needs no search for foldings,
which takes minutes where there is nothing to find.
"""

from __future__ import annotations

import math
from typing import Any

from ...compiler.program import Program
from ..device.cells import Cells
from ..engine.folding import Folding
from ..nodes.catalog import layers
from ..nodes.methods.layer import LayerHardware
from .fit import Aim, too_large
from .pricing import price


def check_least(program: Program, aim: Aim, any_folding: bool = True) -> None:
    """Refuse a program that takes too much of a device however it is folded.

    Parameters
    ----------
    program, aim: what is to be planned.
    any_folding: whether the planner chooses the foldings. For one that is given, only what tables
        and weights take is known without assembling it.

    Raises
    ------
    Misfit: it does. Of what does not raise it nothing is known yet.
    """
    for with_logic in (False, True) if any_folding else (False,):  # logic takes a while
        least = least_cells(program, aim, with_logic)
        if not least <= aim.budget:
            raise too_large(aim, least, "however it is folded it takes at least")


def least_cells(program: Program, aim: Aim, with_logic: bool = True) -> Cells:
    """No more of each resource than any plan takes.

    All LUTs that a plan may use and that logic leaves are counted as full of tables and weights;
    what then remains of these takes block RAMs.

    Parameters
    ----------
    program, aim: what is to be planned.
    with_logic: count each layer's logic too, the least of all foldings that the planner tries.
    """
    folded = layers(program).values()
    logic = Cells()
    if with_logic:
        logic = sum((_least_logic(layer, aim) for layer in folded), logic)
    family = aim.device.family
    bits = sum(layer.stored_bits for layer in folded)
    in_luts = max(0.0, aim.budget.luts - logic.luts) * (1 << family.lut_inputs)
    blocks = max(0, math.ceil((bits - in_luts) / family.block_bits))
    return logic + Cells(block_rams=blocks)


def _least_logic(layer: LayerHardware[Any], aim: Aim) -> Cells:
    """Of each resource, the least that any folding takes beside its tables or weights."""
    foldings = (Folding(lanes, outputs) for lanes, outputs in layer.foldable.foldings())
    priced = [
        price(layer.logic(layer.matched(folding)), aim.device.family).amounts
        for folding in foldings
    ]
    return Cells(*map(min, zip(*priced, strict=True)))

"""Measures: what images make of the stages whose clocks depend on them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ...compiler.program import Program
from ...compiler.store.errors import TabfabError
from ...hw.network.network import Measured, Network, Stage, measured_stages
from . import golden
from .catalog import model_of
from .parts import Activations


def measured(program: Program, network: Network, values: Mapping[str, Activations]) -> Measured:
    """What images make of the stages of a network.

    Parameters
    ----------
    program, network: what is computed, and where.
    values: the golden model's tensors for the images.
    """
    return {stage.name: measure(program, stage, values) for stage in measured_stages(network)}


def measure(program: Program, stage: Stage, values: Mapping[str, Activations]) -> NDArray[np.int64]:
    """What images make of one stage whose clocks depend on them.

    Parameters
    ----------
    program, stage: what is computed, and where.
    values: at least of the nodes that the stage's node reads.

    Raises
    ------
    TabfabError: the golden model does not know what the stage takes.
    """
    node, name = program[stage.node], stage.component.measure
    found = model_of(node).measures.get(name)
    if found is None:
        raise TabfabError(
            f"node {node.name!r} is of the kind {node.kind!r}, whose golden model does not say "
            f"what {name!r} are; add it to sim/models/catalog.py"
        )
    return found(node, *golden.sources(program, node, values))

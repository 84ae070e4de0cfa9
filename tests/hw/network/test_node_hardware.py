from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.network.node_hardware import WithoutHardware
from tabfab.hw.network.stage_list import NoHardwareError
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.nodes.catalog import HARDWARE
from tabfab.hw.plan import PlanOptions, make_plan

from support.programs import ConvOptions, haste_conv, image_input


class Unbuilt(WithoutHardware[ir.HasteConv]):
    """A kind of node that cannot be built."""

    def refusal(self) -> NoHardwareError:
        return NoHardwareError(f"layer {self.node.name!r} has no hardware yet")


def test_a_kind_without_hardware_is_refused_wherever_it_would_be_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(HARDWARE, ir.HasteConv, Unbuilt)
    rng = np.random.default_rng(0)
    image = image_input(rng, 2, 3, 3)
    program = ir.Program((image, haste_conv(rng, "layer", image, ConvOptions(2))))
    with pytest.raises(NoHardwareError, match="layer 'layer' has no hardware yet"):
        make_plan(program, PlanOptions(device="ecp5-85k"))
    with pytest.raises(NoHardwareError, match="layer 'layer' has no hardware yet"):
        assemble(program, {})

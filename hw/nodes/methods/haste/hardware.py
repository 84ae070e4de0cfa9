"""Hardware of a haste layer, of which there is none yet."""

from __future__ import annotations

from .....compiler.program import HasteConv
from ....network.node_hardware import WithoutHardware
from ....network.stage_list import NoHardwareError


class HasteHardware(WithoutHardware[HasteConv]):
    """A layer whose clocks would depend on the image, as no component's do yet."""

    def refusal(self) -> NoHardwareError:
        name, method = self.node.name, self.node.method
        return NoHardwareError(
            f"layer {name!r} is computed by the method {method!r}, which has no hardware yet; "
            f"compile with --layer '{name}:method=exact', or with another mask"
        )

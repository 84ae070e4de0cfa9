"""Component: what all components of tabfab are derived from."""

from __future__ import annotations

from amaranth.lib import wiring


class Component(wiring.Component):
    """A component of Amaranth's that need not become hardware.

    Amaranth warns of components that are made and never elaborated. The planner and the cycle model
    only read most of theirs, so these are silent.
    """

    _MustUse__silence = True  # what Amaranth itself sets where it does not want the warning

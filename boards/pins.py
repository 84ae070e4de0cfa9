"""Pins of a board: what its definition in amaranth-boards says of a port."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from amaranth.build import Subsignal


@dataclass(frozen=True)
class Pin:
    """One pin.

    Parameters
    ----------
    site: of the package.
    inverted: whether low means active.
    attributes: of its buffer, as the family's tools name them.
    mhz: of the clock that it carries, if it does.
    """

    site: str
    inverted: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    mhz: float | None = None


Ports = Mapping[str, Pin]
"""The pin of each port of a board's top."""


def find_pin(platform: Any, name: str, number: int, signal: str | None = None) -> Pin:
    """The pin of a resource, or of one of its signals.

    Parameters
    ----------
    platform: with resources and connectors in the form of `amaranth.build`.
    name, number: of the resource.
    signal: of it, where it has several.
    """
    resource = platform.lookup(name, number)
    io, attributes, clock = resource.ios[0], dict(resource.attrs), resource.clock
    for part in resource.ios:
        if isinstance(part, Subsignal) and part.name == signal:
            io, clock = part.ios[0], part.clock or clock
            attributes |= part.attrs
    (site,) = io.map_names(_connected(platform), resource)
    return Pin(
        site=site,
        inverted=bool(io.invert),
        attributes={key: str(value) for key, value in attributes.items()},
        mhz=None if clock is None else float(clock.frequency) / 1e6,
    )


def _connected(platform: Any) -> dict[str, str]:
    """The pin of the package behind each pin of a connector."""
    return {pin: site for connector in platform.connectors.values() for pin, site in connector}

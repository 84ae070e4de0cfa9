"""Targets of place and route: which nextpnr a device needs, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ...compiler.store.errors import TabfabError
from ..device.devices import devices, find_device, find_family
from ..device.families.catalog import FAMILIES


@dataclass(frozen=True)
class Target:
    """A device as Yosys and nextpnr know it.

    Parameters
    ----------
    family: as `tabfab synth --family` takes it.
    tool: the nextpnr for it: ``nextpnr-ecp5``.
    arguments: device, package and speed grade.
    out_of_context: whether nextpnr takes a design without pins; else it needs a harness.
    pins: of the package, for the harness' three ports, where nextpnr does not choose them.
    synthesis: options that the device needs of the family's Yosys command.
    """

    family: str
    tool: str
    arguments: tuple[str, ...]
    out_of_context: bool = False
    pins: tuple[str, str, str] | None = None
    synthesis: str = ""


@cache
def targets() -> dict[str, Target]:
    """Every device that nextpnr can place and route, by its name in `devices.toml`."""
    found = {}
    for device in devices().values():
        tool, placement = device.family.place_and_route, device.placement
        if tool is not None and placement is not None:
            found[device.name] = Target(
                family=device.family.name,
                tool=tool.tool,
                arguments=(*placement.arguments, *tool.unpinned, *tool.arguments),
                out_of_context=tool.out_of_context,
                pins=placement.pins,
                synthesis=placement.synthesis,
            )
    return found


def default_device(family: str) -> str:
    """The device of a family to place on where none is named.

    Raises
    ------
    TabfabError: there is no such family, or no open tool places and routes it.
    """
    tool = find_family(family).place_and_route
    if tool is None:
        able = [name for name, other in FAMILIES.items() if other.place_and_route is not None]
        raise TabfabError(_refusal("family", family, able))
    return tool.default


def find_target(device: str) -> Target:
    """The target of that name.

    Raises
    ------
    TabfabError: there is no such device, or no open tool places and routes it.
    """
    known = targets()
    if device not in known:
        raise TabfabError(_refusal("device", find_device(device).name, list(known)))
    return known[device]


def _refusal(what: str, name: str, choice: list[str]) -> str:
    return (
        f"no open tool places and routes {what} {name!r}; choose one of {', '.join(choice)}, or "
        "leave --pnr away to count cells"
    )

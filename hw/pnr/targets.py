"""Targets of place and route: which nextpnr a device needs, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass

from ...compiler.store.errors import TabfabError
from ..device.devices import find_device, find_family


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


def _ecp5(size: str, package: str) -> Target:
    # router1, the default, does not come to an end with a device's block RAMs nearly full; more
    # weight on timing took a ResNet-8 from 74 to 87 MHz.
    tuning = ["--router", "router2", "--placer-heap-timingweight", "30"]
    tuning += ["--placer-heap-critexp", "4"]
    arguments = (f"--{size}", "--package", package, "--speed", "6", "--out-of-context", *tuning)
    return Target("ecp5", "nextpnr-ecp5", arguments, out_of_context=True)


def _ice40(part: str, package: str) -> Target:
    arguments = (f"--{part}", "--package", package, "--pcf-allow-unconstrained")
    return Target("ice40", "nextpnr-ice40", arguments)


def _gowin(part: str, family: str, pins: tuple[str, str, str], synthesis: str = "") -> Target:
    arguments = ("--device", part, "--vopt", f"family={family}")
    return Target("gowin", "nextpnr-himbaechel-gowin", arguments, pins=pins, synthesis=synthesis)


TARGETS: dict[str, Target] = {
    "ecp5-25k": _ecp5("25k", "CABGA381"),
    "ecp5-45k": _ecp5("45k", "CABGA554"),
    "ecp5-85k": _ecp5("85k", "CABGA756"),
    "ice40-hx8k": _ice40("hx8k", "ct256"),
    "ice40-up5k": _ice40("up5k", "sg48"),
    "gw2a-18": _gowin("GW2A-LV18PG256C8/I7", "GW2A-18", ("H11", "T6", "T7")),
    # nextpnr does not know this device's distributed RAM yet; queues become flip-flops.
    "gw5a-25": _gowin("GW5A-LV25MG121NC1/I0", "GW5A-25A", ("E2", "B3", "C3"), "-nolutram"),
}
"""Every device that nextpnr can place and route, by its name in `devices.toml`."""

_LARGEST = {"ecp5": "ecp5-85k", "ice40": "ice40-hx8k", "gowin": "gw2a-18"}


def default_device(family: str) -> str:
    """The device of a family to place on where none is named.

    Raises
    ------
    TabfabError: there is no such family, or no open tool places and routes it.
    """
    name = find_family(family).name
    if name not in _LARGEST:
        raise TabfabError(_refusal("family", name, list(_LARGEST)))
    return _LARGEST[name]


def find_target(device: str) -> Target:
    """The target of that name.

    Raises
    ------
    TabfabError: there is no such device, or no open tool places and routes it.
    """
    if device not in TARGETS:
        raise TabfabError(_refusal("device", find_device(device).name, list(TARGETS)))
    return TARGETS[device]


def _refusal(what: str, name: str, choice: list[str]) -> str:
    return (
        f"no open tool places and routes {what} {name!r}; choose one of {', '.join(choice)}, or "
        "leave --pnr away to count cells"
    )

"""FPGA devices: what `devices.toml` says about them, and the families that they belong to."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from ...compiler.store.errors import TabfabError
from ...compiler.store.records.decode_record import decode_record
from .cells import Cells
from .families.catalog import FAMILIES
from .family import Family


@dataclass(frozen=True)
class Placement:
    """A device as place and route knows it.

    Parameters
    ----------
    arguments: of the family's tool: device, package and speed grade.
    pins: of the package, for the three ports of a harness, where the tool does not choose them.
    synthesis: options that the device needs of the family's Yosys command.
    """

    arguments: tuple[str, ...]
    pins: tuple[str, str, str] | None = None
    synthesis: str = ""


@dataclass(frozen=True)
class Device:
    """One device.

    Parameters
    ----------
    name: as `--device` takes it.
    family: what it shares with others.
    luts, flip_flops, block_rams, multipliers, large_rams: how many it has.
    placement: None where no open tool places and routes it.
    """

    name: str
    family: Family
    luts: int
    flip_flops: int
    block_rams: int
    multipliers: int
    large_rams: int = 0
    placement: Placement | None = None

    @property
    def cells(self) -> Cells:
        """All that it has."""
        logic = 0 if self.family.loose_flip_flops is None else self.luts
        return Cells(self.luts, self.flip_flops, self.block_rams, self.multipliers, logic)


@cache
def devices() -> dict[str, Device]:
    """All devices by name."""
    text = (resources.files(__package__) / "devices.toml").read_text()
    return {name: _device(name, **entry) for name, entry in tomllib.loads(text).items()}


def _device(name: str, family: str, placement: object = None, **amounts: Any) -> Device:
    known = None if placement is None else decode_record(Placement, placement, name, {})
    return Device(name, FAMILIES[family], placement=known, **amounts)


def find_family(name: str) -> Family:
    """The family of that name.

    Raises
    ------
    TabfabError: there is none.
    """
    if name not in FAMILIES:
        raise TabfabError(f"there is no family {name!r}; choose one of {', '.join(FAMILIES)}")
    return FAMILIES[name]


def find_device(name: str) -> Device:
    """The device of that name.

    Raises
    ------
    TabfabError: there is none.
    """
    known = devices()
    if name not in known:
        raise TabfabError(f"there is no device {name!r}; choose one of {', '.join(known)}")
    return known[name]

"""FPGA devices: what `devices.toml` says about them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from ...compiler.store.errors import TabfabError
from .cells import Cells

Geometry = tuple[tuple[int, int], ...]
"""(depth, width) of every way to use one memory block."""


@dataclass(frozen=True)
class Family:
    """What the devices of one family share.

    Parameters
    ----------
    name: as `tabfab synth --family` takes it.
    lut_inputs: of a look-up table.
    block_ram: ways to use one block through one read port.
    dual_port: ways to use one with two independent read ports; empty where it has only one.
    multiplier: widths of a multiplier's operands, both signed; None where `tabfab synth` uses none.
    distributed: (depth, width, LUTs) of the smallest writable memory made of LUTs; None where
        LUTs cannot be written.
    large_ram: ways to use a large memory that starts without contents; empty without any.
    """

    name: str
    lut_inputs: int
    block_ram: Geometry
    dual_port: Geometry
    multiplier: tuple[int, int] | None = None
    distributed: tuple[int, int, int] | None = None
    large_ram: Geometry = ()

    def blocks(self, depth: int, width: int, ports: int = 1) -> int:
        """Fewest blocks that hold a memory of `depth` words of `width` bits.

        Parameters
        ----------
        depth, width: of the memory.
        ports: words read per clock, 1 or 2. A second port that blocks do not have costs a copy.
        """
        if ports == 1:
            return _fewest(self.block_ram, depth, width)
        if self.dual_port:
            return _fewest(self.dual_port, depth, width)
        return ports * _fewest(self.block_ram, depth, width)

    @property
    def block_bits(self) -> int:
        """Bits of one block, parity bits included."""
        return max(depth * width for depth, width in self.block_ram)


def _fewest(geometry: Geometry, depth: int, width: int) -> int:
    return min(-(-depth // rows) * -(-width // bits) for rows, bits in geometry)


@dataclass(frozen=True)
class Device:
    """One device.

    Parameters
    ----------
    name: as `--device` takes it.
    family: what it shares with others.
    luts, flip_flops, block_rams, multipliers, large_rams: how many it has.
    """

    name: str
    family: Family
    luts: int
    flip_flops: int
    block_rams: int
    multipliers: int
    large_rams: int = 0

    @property
    def cells(self) -> Cells:
        """All that it has."""
        return Cells(self.luts, self.flip_flops, self.block_rams, self.multipliers)


@cache
def devices() -> dict[str, Device]:
    """All devices by name."""
    return {
        name: Device(name, families()[entry.pop("family")], **entry)
        for name, entry in _tables()["devices"].items()
    }


@cache
def families() -> dict[str, Family]:
    """All families by name."""
    return {name: _family(name, entry) for name, entry in _tables()["families"].items()}


def _tables() -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__) / "devices.toml").read_text())


def _family(name: str, entry: Mapping[str, Any]) -> Family:
    geometries = {
        key: tuple((rows, bits) for rows, bits in entry.get(key, []))
        for key in ("block_ram", "dual_port", "large_ram")
    }
    multiplier = entry.get("multiplier")
    distributed = entry.get("distributed")
    return Family(
        name=name,
        lut_inputs=entry["lut_inputs"],
        multiplier=None if multiplier is None else tuple(multiplier),
        distributed=None if distributed is None else tuple(distributed),
        **geometries,
    )


def find_family(name: str) -> Family:
    """The family of that name.

    Raises
    ------
    TabfabError: there is none.
    """
    known = families()
    if name not in known:
        raise TabfabError(f"there is no family {name!r}; choose one of {', '.join(known)}")
    return known[name]


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

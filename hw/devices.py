"""FPGA devices: what `devices.toml` says about them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ..compiler.errors import TabfabError


@dataclass(frozen=True)
class Family:
    """What the devices of one family share.

    Parameters
    ----------
    name: as `tabfab synth --family` takes it.
    block_ram: (depth, width) of every way to use one block.
    """

    name: str
    block_ram: tuple[tuple[int, int], ...]

    def blocks(self, depth: int, width: int) -> int:
        """Fewest blocks that hold a memory of `depth` words of `width` bits."""
        return min(-(-depth // rows) * -(-width // bits) for rows, bits in self.block_ram)


@dataclass(frozen=True)
class Device:
    """One device.

    Parameters
    ----------
    name: as `--device` takes it.
    family: what it shares with others.
    luts, block_rams, multipliers: how many it has.
    """

    name: str
    family: Family
    luts: int
    block_rams: int
    multipliers: int


@cache
def devices() -> dict[str, Device]:
    """All devices by name."""
    text = (resources.files(__package__) / "devices.toml").read_text()
    tables = tomllib.loads(text)
    families = {
        name: Family(name, tuple((rows, bits) for rows, bits in entry["block_ram"]))
        for name, entry in tables["families"].items()
    }
    return {
        name: Device(name, families[entry.pop("family")], **entry)
        for name, entry in tables["devices"].items()
    }


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

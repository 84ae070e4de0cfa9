"""What the cells of FPGA families do: Yosys' simulation models, and tabfab's where it has none."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import jinja2

from ...compiler.store.errors import TabfabError
from ...hw.device.families import catalog as families

_ICARUS = """\
`ifdef __ICARUS__
`define NO_ICE40_DEFAULT_ASSIGNMENTS
`endif
"""
"""Icarus Verilog does not read default values of ports."""

FAMILIES = tuple(name for name, known in families.FAMILIES.items() if known.models is not None)
"""Families whose netlists can be simulated."""

_MODULE = re.compile(r"^(?:\(\*[^\n]*\*\)\s*)?module\s+(\w+).*?\bendmodule\b", re.M | re.S)
_INCLUDE = re.compile(r'^`include "([^"]+)"', re.M)
_ALWAYS = re.compile(r"\balways @(?:\*|\(\*\))")
_SPECIFY = re.compile(r"\bspecify\b.*?\bendspecify\b", re.S)


def cell_models(family: str, netlist: str) -> str:
    """Verilog modules of the cells of a netlist.

    Parameters
    ----------
    family: one of `FAMILIES`.
    netlist: Verilog of instances of cells.

    Raises
    ------
    TabfabError: there are no models of the family's cells, or none of a cell.
    """
    known = families.FAMILIES[family].models if family in families.FAMILIES else None
    if known is None:
        raise TabfabError(
            f"there are no simulation models of {family!r}; choose one of {', '.join(FAMILIES)}"
        )
    own = _own_models(known.own)
    own_names = {match[1] for match in _MODULE.finditer(own)}
    library = _SPECIFY.sub("", _read_included(_share() / known.library))
    models = {match[1]: match[0] for match in _MODULE.finditer(library)}
    needed = _used(netlist, models) - own_names
    waiting = list(needed)
    while waiting:
        found = _used(models[waiting.pop()], models) - needed - own_names
        needed |= found
        waiting += found
    # What stands outside of modules, macros and conditions, stays.
    # Icarus never runs an `always @*` whose inputs are constant, as those of a multiplier's mode.
    library = _ICARUS + _ALWAYS.sub("always_comb", library)
    kept = _MODULE.sub(lambda match: match[0] if match[1] in needed else "", library)
    return f"{kept}\n{own}" if _used(netlist, own_names) else kept


def _used(verilog: str, names: set[str] | dict[str, str]) -> set[str]:
    """Those of `names` that are instantiated."""
    instances = re.finditer(r"^\s*(\w+)\s+(?:#\s*\(|\\?\S+\s*\()", verilog, re.M)
    return {match[1] for match in instances} & set(names)


def _own_models(template: str | None) -> str:
    if template is None:
        return ""
    loader = jinja2.PackageLoader(__package__, "")
    environment = jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined)
    return environment.get_template(template).render()


def _read_included(path: Path) -> str:
    """A Verilog file with the files that it includes from its own folder."""
    return _INCLUDE.sub(lambda match: _read_included(path.parent / match[1]), path.read_text())


def _share() -> Path:
    """The folder of Yosys' libraries."""
    spec = find_spec("pyosys")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations))) / "share"

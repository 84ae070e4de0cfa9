"""Loading: what replaces the tables, weights and biases of a build at run time.

A build made with ``--loadable`` serves every program that differs from its own in nothing but
tables (table layers), weights (exact layers) and biases. The rest is fixed in the logic:
encoders and with them the codes of padding, shifts, clamps, types, shapes, and what tells all
classes apart. So programs share a build when they are refitted or fine-tuned from one another
with frozen encoders and scales.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...compiler.program import Conv, Node, Program
from ...compiler.store.errors import TabfabError
from ..logic.load_port import load_words
from ..network.network import Network
from ..plan import build_network
from .build import Build

_NAMES = {"layout": "subspace layout", "low": "clamp", "high": "clamp", "inputs": "input"}


class LoadError(TabfabError):
    """A program that a build cannot be loaded with."""


def load_stream(build: Build, program: Program) -> NDArray[np.uint32]:
    """The words that turn `build` into hardware for `program`.

    Each word is one transfer on ``s_load``; the last one comes with ``tlast``. They come on any
    clocks, after the last answer to an image of the program before and before the first image
    of this one; the build is ready for it when ``loaded`` rises.

    Raises
    ------
    LoadError: the build has no load port, or the program differs in what is fixed.
    """
    here = build.network
    if not here.ports:
        raise LoadError(
            f"{build.directory} has no port to load tables through; "
            "make it with 'tabfab verilog --loadable'"
        )
    there = network_for(build, program)
    _check_ports(build, here, there)
    return np.concatenate([load_words(port.bits) for port in there.ports])


def network_for(build: Build, program: Program) -> Network:
    """The network of `build` with the tables, weights and biases of `program`.

    Raises
    ------
    LoadError: the program differs in what is fixed.
    """
    nodes = [node.name for node in build.program]
    if [node.name for node in program] != nodes:
        raise LoadError(
            f"the program has other layers than {build.directory}; "
            "load one that was made from the same network"
        )
    for node in program:
        _check_node(build, build.program[node.name], node)
    return build_network(program, build.plan)


def _check_node(build: Build, here: Node, there: Node) -> None:
    if type(here) is not type(there):
        both = isinstance(here, Conv) and isinstance(there, Conv)
        raise LoadError(_differs(build, here, "method" if both else "kind"))
    for field in dataclasses.fields(here):
        if field.name in here.documentation:  # widths of accumulators are compared by themselves
            continue
        a, b = getattr(here, field.name), getattr(there, field.name)
        if field.name in here.replaceable:
            a, b = a.shape, b.shape
        if not _same(a, b):
            raise LoadError(_differs(build, here, _NAMES.get(field.name, field.name)))


def _differs(build: Build, node: Node, what: str) -> str:
    kind = "layer" if isinstance(node, Conv) else "node"
    return (
        f"{kind} {node.name!r} has another {what} than in {build.directory}, where only tables, "
        "weights and biases can be replaced; make a build of its own for this program"
    )


def _same(a: Any, b: Any) -> bool:
    """Equality of arrays, of what holds arrays, and of everything else."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.array_equal(a, b)
    if dataclasses.is_dataclass(a) and not isinstance(a, type):
        return type(a) is type(b) and all(
            _same(getattr(a, field.name), getattr(b, field.name)) for field in dataclasses.fields(a)
        )
    return bool(a == b)


def _check_ports(build: Build, here: Network, there: Network) -> None:
    """Raise LoadError where biases need wider accumulators than the build has."""
    for ours, theirs in zip(here.ports, there.ports, strict=True):
        if ours.bits.shape != theirs.bits.shape:
            raise LoadError(
                f"the program's biases need wider accumulators than {build.directory} has; "
                "make a build of its own for this program"
            )

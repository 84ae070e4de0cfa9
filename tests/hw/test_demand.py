"""Every stage says what it is made of."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
import tabfab.hw
from amaranth.lib import wiring
from tabfab.hw.stream.core import Core
from tabfab.hw.stream.frame_guard import FrameGuard

from support.cores import Echo

NO_STAGES = {Core, FrameGuard}
"""What all cores are derived from, and what stands in front of a network."""


def stages() -> Iterator[type]:
    """Cores, and what has timing rules, of all modules."""
    for module in pkgutil.walk_packages(tabfab.hw.__path__, "tabfab.hw."):
        for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if found.__module__ != module.name or not issubclass(found, wiring.Component):
                continue
            if (issubclass(found, Core) or "timing" in vars(found)) and found not in NO_STAGES:
                yield found


def is_derived_from(stage: type) -> bool:
    """Whether hardware derives others from it."""
    return any(other.__module__.startswith("tabfab.hw.") for other in stage.__subclasses__())


STAGES = [stage for stage in stages() if not is_derived_from(stage)]


def test_there_are_stages() -> None:
    names = {stage.__name__ for stage in STAGES}
    assert {"Encoder", "Queue", "Narrow", "LineBuffer", "MaxReducer"} <= names


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
def test_every_stage_says_what_it_is_made_of(stage: type) -> None:
    assert getattr(stage, "demand", Core.demand) is not Core.demand


def test_a_core_that_does_not_is_named() -> None:
    with pytest.raises(NotImplementedError, match="Echo does not say what it is made of"):
        Echo(1).demand()

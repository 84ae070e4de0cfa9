"""Alternatives: what would make a program fit that does not fit its device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations, count

from ...compiler.program import Program
from ...compiler.store.progress import Progress, silent
from ..device.devices import devices
from ..nodes.catalog import layers
from ..nodes.methods.change import Change
from .fit import Aim, Misfit, fit
from .lower_bound import check_least

_FEW_LANES = 2
"""Foldings with more lanes take more: they are left out where only the least counts."""

_Fits = Callable[[str, Program, Aim], bool]
"""Whether a program fits; it is told what is tried in words."""


def with_advice(program: Program, aim: Aim, misfit: Misfit, progress: Progress = silent) -> Misfit:
    """The error `misfit`, with the changes that would make the program fit; each was tried.

    Trying takes longer than finding out that the program does not fit: `progress` tells that, and
    what is tried, with (tried, tried at most, what).
    """
    if misfit.cells is None:
        return misfit
    too_small, options, tried = aim.device.name, len(changes(program)), count(1)
    most = options * (options + 1) // 2 + len(devices())

    def fits(what: str, program: Program, aim: Aim) -> bool:
        progress(next(tried), most, f"it does not fit {too_small}; trying {what}")
        return _fits(program, aim)

    ways = [*_smaller_programs(program, aim, fits), *_larger_device(program, aim, fits)]
    if ways:
        return Misfit(f"{misfit}; it would fit {_listed(ways)}", misfit.cells)
    return Misfit(
        f"{misfit}; neither other settings of 'tabfab compile' nor another device would do, so "
        "choose a smaller network",
        misfit.cells,
    )


def _smaller_programs(program: Program, aim: Aim, fits: _Fits) -> Iterator[str]:
    """Settings of the compiler with which the program fits: single ones, or else pairs."""

    def enough(change: Change) -> bool:
        return fits(change.option, change.apply(program), aim)

    options = changes(program)
    fitting = [change for change in options if enough(change)]
    if not fitting:
        pairs = [
            Change(f"{first.option} {second.option}", partial(_both, first, second))
            for first, second in combinations(options, 2)
            if first.option.split()[0] != second.option.split()[0]
        ]
        fitting = next(([pair] for pair in pairs if enough(pair)), [])
    named = set()
    for change in fitting:  # the mildest of each kind
        kind = change.option.split()[0]
        if kind not in named:
            named.add(kind)
            yield f"compiled with {change.option}"


def changes(program: Program) -> list[Change]:
    """Settings of the compiler with which the layers of one method or another take less."""
    methods = dict.fromkeys(type(layer) for layer in layers(program).values())
    return [change for method in methods for change in method.smaller(program)]


def _both(first: Change, second: Change, program: Program) -> Program:
    return second.apply(first.apply(program))


def _larger_device(program: Program, aim: Aim, fits: _Fits) -> Iterator[str]:
    """The smallest device with more block RAM on which the program fits."""
    larger = sorted(
        (device for device in devices().values() if device.luts > aim.device.luts),
        key=lambda device: (device.family.name != aim.device.family.name, device.luts),
    )
    for device in larger:
        if fits(device.name, program, replace(aim, device=device)):
            yield f"on {device.name}"
            return


def _fits(program: Program, aim: Aim) -> bool:
    few = replace(aim, widest=_FEW_LANES) if aim.clocks is None else aim
    try:
        check_least(program, few)
        fit(program, few)
    except Misfit:
        return False
    return True


def _listed(ways: list[str]) -> str:
    return ways[0] if len(ways) == 1 else f"{', '.join(ways[:-1])} or {ways[-1]}"

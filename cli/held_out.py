"""How alike a new program and its float network are, on training images that taught it nothing."""

from __future__ import annotations

from collections.abc import Iterator

from ..compiler.data import ImageSet
from ..compiler.graph import Graph
from ..compiler.program import Program, TableConv, TreeEncoder
from ..sim.models.accuracy import Evaluation
from .console import say
from .evaluate import evaluate_program, listed

_KEPT = 0.98
"""Share of the float network's figure below which it is said what keeps more."""
_LENGTH, _LEVELS = 2, 7
"""L and levels of trees that keep most of a network at K = 16 (`bench/defaults.py`)."""


def held_out(
    train: ImageSet, learned: int, searched: int, count: int, seed: int
) -> ImageSet | None:
    """At most `count` training images that a program was not made with; None where none is left.

    Parameters
    ----------
    train: all training images.
    learned: how many of them were drawn by `seed` to learn from.
    searched: how many of the others were drawn to choose a mask by.
    count: how many are wanted.
    seed: of the draws.
    """
    if not count or learned >= len(train):
        return None
    others = train.rest(learned, seed)
    if searched >= len(others):
        return None
    return (others.rest(searched, seed) if searched else others).sample(count, seed)


def compare(program: Program, graph: Graph, images: ImageSet | None) -> Evaluation | None:
    """Figures of a program and of its float network on images held out from it; None without."""
    return None if images is None else evaluate_program(program, graph, images, quiet=True)


def print_held_out(program: Program, result: Evaluation | None) -> None:
    """Say how alike they are, and, where that is little, what would keep more."""
    if result is None:
        say("held out       no training images are left to compare with the float network on")
        return
    told = []
    if result.agreement is not None:
        told.append(f"{result.agreement:.2%} answered like the float network")
    elif result.between:
        told.append(f"against the float network, {listed(result.between)}")
    if result.accuracy_program is not None and result.accuracy_float is not None:
        told.append(f"{result.accuracy_program:.2%} right (float {result.accuracy_float:.2%})")
    say(f"held out       of {result.images} training images {'; '.join(told)}")
    kept = _kept(result)
    if kept is not None and kept < _KEPT:
        say(f"note: it keeps {kept:.1%} of that; what would keep more:")
        for option, price in _would_keep_more(program):
            say(f"  {option:21} {price}")


def _kept(result: Evaluation) -> float | None:
    """Share of what the float network gets right, or of its answers; None for values."""
    if result.accuracy_program is not None and result.accuracy_float:
        return result.accuracy_program / result.accuracy_float
    return result.agreement


def _would_keep_more(program: Program) -> Iterator[tuple[str, str]]:
    """What would, with its price, in the order of what it usually brings."""
    tables = [conv for conv in program.convs if isinstance(conv, TableConv)]
    if tables and program.convs[0] is tables[0] and len(program.convs) > 1:
        yield "--mask all-but-first", "the first layer, which few channels reach, as products"
    length = max((conv.encoder.length for conv in tables if conv.layout == "pixel"), default=0)
    if length > _LENGTH:
        yield f"--subspace-length {_LENGTH}", f"tables {length / _LENGTH:g} times as large"
    trees = [conv.encoder for conv in tables if isinstance(conv.encoder, TreeEncoder)]
    if any(tree.levels < _LEVELS for tree in trees):
        yield f"--tree-levels {_LEVELS}", "more comparisons for each code, tables as they are"
    yield "tabfab finetune", "training, on all training images"

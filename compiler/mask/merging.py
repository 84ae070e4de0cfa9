"""Choosing which layers merge channels, and how coarsely, so that the least accuracy is lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from ..options import LayerOptions
from ..store.errors import TabfabError
from .budget import Candidate, choose_candidates
from .goal import MERGED, MaskGoal
from .losses import Measured
from .trials import Trials

MERGES = ((6, 3), (8, 3), (10, 3), (12, 3), (16, 3), (24, 3), (10, 2), (12, 5))
"""(hyperplanes, positions of a patch each way) tried for every layer."""


@dataclass(frozen=True)
class Merges:
    """What was chosen.

    Parameters
    ----------
    settings: of the layers that merge channels; all others stay exact.
    scores: loss of every layer, of those that stay exact the least that was found.
    operations: that all layers then take, on average over the images that they were learned from.
    stored: bytes of their weights.
    """

    settings: dict[str, LayerOptions]
    scores: dict[str, float]
    operations: int
    stored: int


def choose_merging(trials: Trials, goal: MaskGoal) -> Merges:
    """The settings of every layer that is to merge channels, so that the sum of losses is least.

    What a layer costs depends on its activations, and is measured with its loss. Weights are not
    refitted meanwhile, which would take most of the time and changes little of the order.

    Parameters
    ----------
    trials: the network.
    goal: operations to remove.

    Raises
    ------
    TabfabError: the goal cannot be reached.
    """
    assert goal.operations is not None
    tried = {name: _tried(trials, name) for name in trials.names}
    measured = trials.measured(
        {name: [_unfitted(way) for way in each] for name, each in tried.items() if each}, MERGED
    )
    ways = {name: [*measured.get(name, []), _exact(trials, name)] for name in trials.names}
    most = (1 - goal.operations) * trials.operations
    chosen = choose_candidates([_candidates(each) for each in ways.values()], most)
    if chosen is None:
        fewest = sum(min(way.cost.operations for way in each) for each in ways.values())
        raise TabfabError(
            f"no haste layers remove {goal.operations:.1%} of the operations: those that are tried "
            f"remove at most {1 - fewest / trials.operations:.1%}; ask for less"
        )
    settings, scores, operations, stored = {}, {}, 0, 0
    for (name, each), number in zip(ways.items(), chosen, strict=True):
        merges = number < len(tried[name])
        if merges:
            settings[name] = tried[name][number]
        least = min((way.loss for way in each[:-1]), default=0.0)
        scores[name] = each[number].loss if merges else least
        operations += each[number].cost.operations
        stored += each[number].cost.stored_bytes
    return Merges(settings, scores, operations, stored)


def _tried(trials: Trials, name: str) -> list[LayerOptions]:
    """The settings to try for a layer: only the user's where the layer has its own.

    None for one that a mask of `haste` would leave exact.
    """
    base = trials.options.of(name)
    if not trials.takes(name, base, MERGED):
        return []
    if name in trials.options.layers:
        return [base]
    base = base.of_one_layer()
    return [
        dataclasses.replace(base, hyperplanes=hyperplanes, patch=patch)
        for hyperplanes, patch in MERGES
    ]


def _unfitted(options: LayerOptions) -> LayerOptions:
    return dataclasses.replace(options, refit=False)


def _exact(trials: Trials, name: str) -> Measured:
    return Measured(0.0, trials.exact[name])


def _candidates(ways: Sequence[Measured]) -> list[Candidate]:
    return [Candidate(way.loss, way.cost.operations, way.cost.stored_bytes) for way in ways]

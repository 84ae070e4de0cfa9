"""Choosing how many terms each dyadic layer's weights have, so that the least accuracy is lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from ..options import LayerOptions
from ..program.operations import Cost
from ..store.errors import TabfabError
from .budget import Candidate, choose_candidates
from .goal import SHIFTED, MaskGoal
from .trials import Trials

TERMS = ((1, 0.5), (1, 0.75), (1, 1.0), (2, 1.2), (2, 1.4), (2, 1.7), (2, 2.0))
"""(terms, additions a weight) tried for every layer."""


def choose_additions(
    trials: Trials, goal: MaskGoal
) -> tuple[dict[str, LayerOptions], dict[str, float]]:
    """The settings of every layer, all of which become dyadic, so that the sum of losses is least.

    Parameters
    ----------
    trials: the network.
    goal: the additions that an image may take.

    Returns
    -------
    Settings and loss of every layer.

    Raises
    ------
    TabfabError: the goal cannot be reached.
    """
    allowed = goal.additions_allowed(trials.operations)
    assert allowed is not None
    tried = {name: _tried(trials, name) for name in trials.names}
    costs = {
        name: [trials.cost(name, options, SHIFTED) for options in each]
        for name, each in tried.items()
    }

    def choose(losses: Mapping[str, Sequence[float]]) -> list[int] | None:
        layers = [
            [Candidate(loss, cost.additions, cost.stored_bytes)
             for loss, cost in zip(losses[name], costs[name], strict=True)]
            for name in trials.names
        ]  # fmt: skip
        return choose_candidates(layers, operations=allowed)

    # Whether anything fits does not depend on the losses, which take long to measure.
    if choose({name: [0.0] * len(each) for name, each in tried.items()}) is None:
        raise _unreachable(allowed, costs)
    losses = trials.losses(tried, SHIFTED)
    chosen = choose(losses)
    assert chosen is not None
    numbers = dict(zip(trials.names, chosen, strict=True))
    return (
        {name: tried[name][number] for name, number in numbers.items()},
        {name: losses[name][number] for name, number in numbers.items()},
    )


def _tried(trials: Trials, name: str) -> list[LayerOptions]:
    """The settings to try for a layer: only the user's where the layer has its own."""
    if name in trials.options.layers:
        return [trials.options.layers[name]]
    base = trials.options.of_one_layer()
    return [
        dataclasses.replace(base, terms=terms, additions=additions, additions_over="layer")
        for terms, additions in TERMS
    ]


def _unreachable(allowed: int, costs: Mapping[str, Sequence[Cost]]) -> TabfabError:
    fewest = sum(min(cost.additions for cost in each) for each in costs.values())
    return TabfabError(
        f"{allowed:,} additions are too few for this network: the fewest that are tried take "
        f"{fewest:,} for an image; allow more, or give --mask dyadic and --additions"
    )

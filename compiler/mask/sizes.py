"""Choosing what becomes tables, and of which size, so that the least accuracy is lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from ..options import LayerOptions
from ..program.operations import Cost
from ..store.errors import TabfabError
from .budget import Candidate, choose_candidates
from .goal import MaskGoal
from .trials import Trials

SIZES = ((8, 16), (8, 32), (8, 64), (4, 16), (4, 32), (4, 64), (2, 16))
"""(L, K) tried for every layer: tables of 2 to 16 bytes for each weight's."""


def choose_sizes(
    trials: Trials, goal: MaskGoal
) -> tuple[dict[str, LayerOptions], dict[str, float]]:
    """The settings of every layer to convert, so that the sum of losses is least.

    Parameters
    ----------
    trials: the network.
    goal: operations to remove, or bytes, or both. Bytes make it try several (L, K) for every
        layer; without operations every layer is converted.

    Returns
    -------
    Settings of the layers to convert, the others stay exact; and the loss of every layer, of
    those that stay exact the least that was found.

    Raises
    ------
    TabfabError: the goal cannot be reached.
    """
    sizes = {name: _sizes(trials, name, goal) for name in trials.names}
    costs = {name: [trials.cost(name, size) for size in sizes[name]] for name in trials.names}
    allowed = goal.bytes_allowed(trials.weight_bytes)
    most = None if goal.operations is None else (1 - goal.operations) * trials.operations

    def choose(losses: Mapping[str, Sequence[float]]) -> list[int] | None:
        layers = [_candidates(trials, name, costs[name], losses[name], goal) for name in costs]
        return choose_candidates(layers, most, allowed)

    # Whether anything fits does not depend on the losses, which take long to measure.
    if choose({name: [0.0] * len(sizes[name]) for name in trials.names}) is None:
        raise _unreachable(trials, goal, costs)
    losses = trials.losses(sizes)
    chosen = choose(losses)
    assert chosen is not None
    settings, scores = {}, {}
    for name, number in zip(trials.names, chosen, strict=True):
        exact = number == len(sizes[name])
        scores[name] = min(losses[name]) if exact else losses[name][number]
        if not exact:
            settings[name] = sizes[name][number]
    return settings, scores


def _sizes(trials: Trials, name: str, goal: MaskGoal) -> list[LayerOptions]:
    """The settings to try for a layer: only the user's where bytes do not matter, or where the
    user has given the layer its own.
    """
    options = trials.options.of(name)
    if goal.stored is None or name in trials.options.layers:
        return [options]
    base = dataclasses.replace(options.of_one_layer(), subspaces=None)
    different: dict[Cost, LayerOptions] = {}  # a layer cut into patches has but one length
    for length, rows in SIZES:
        size = dataclasses.replace(base, subspace_length=length, prototypes=rows)
        different.setdefault(trials.cost(name, size), size)
    return list(different.values())


def _candidates(
    trials: Trials, name: str, costs: Sequence[Cost], losses: Sequence[float], goal: MaskGoal
) -> list[Candidate]:
    """A layer's tables in their order and then, if some layers may be, itself exact."""
    candidates = [
        Candidate(loss, trials.counted(cost), cost.stored_bytes)
        for cost, loss in zip(costs, losses, strict=True)
    ]
    if goal.operations is not None:
        exact = trials.exact[name]
        candidates.append(Candidate(0.0, exact.operations, exact.stored_bytes))
    return candidates


def _unreachable(
    trials: Trials, goal: MaskGoal, costs: Mapping[str, Sequence[Cost]]
) -> TabfabError:
    allowed = goal.bytes_allowed(trials.weight_bytes)
    least = sum(min(cost.stored_bytes for cost in each) for each in costs.values())
    fewest = sum(min(trials.counted(cost) for cost in each) for each in costs.values())
    if goal.operations is None:
        return TabfabError(
            f"{allowed:,} bytes cannot hold every layer as tables: the smallest tables tried take "
            f"{least:,}; allow more, or let layers stay exact by adding operations=0.8"
        )
    return TabfabError(
        f"no tables remove {goal.operations:.1%} of the operations within {allowed:,} bytes: all "
        f"layers as tables take at least {least:,} bytes and remove at most "
        f"{1 - fewest / trials.operations:.1%}; ask for less"
    )

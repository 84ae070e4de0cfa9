"""`choose_mask`: from a goal to the layers' methods and settings.

It chooses between two methods for each layer, `exact` and `table`, or `exact` and `haste`; where
additions are what counts all are `dyadic`, and it chooses their terms.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..data import ImageSet
from ..graph import Graph
from ..options import CompileOptions
from ..store.errors import TabfabError
from ..store.progress import Progress, silent
from ..tasks import Task
from .additions import choose_additions
from .goal import CONVERTED, KEPT, MERGED, SHIFTED, MaskGoal
from .merging import choose_merging
from .priority import by_loss, by_similarity, fewest_exact, most_exact
from .sizes import choose_sizes
from .trials import Trials

Ranking = Literal["similarity", "loss"]
"""What decides which layers stay exact: TabConv's cosine similarity of a layer's output, all
layers being converted; or what its conversion alone changes in the network's answers."""


@dataclass(frozen=True)
class MaskChoice:
    """A mask and what led to it.

    Parameters
    ----------
    options: to compile with; the mask and the layers' settings are in it.
    ranking: what decided.
    scores: similarity or loss of the layers, by name.
    removed: share of the network's operations that the mask removes, as `Trials.counted`.
    stored: bytes of tables and of exact layers' weights.
    """

    options: CompileOptions
    ranking: Ranking
    scores: Mapping[str, float]
    removed: float
    stored: int


def choose_mask(
    graph: Graph,
    images: NDArray[np.uint8],
    held_out: ImageSet,
    options: CompileOptions,
    goal: MaskGoal,
    ranking: Ranking = "loss",
    progress: Progress = silent,
    task: Task | None = None,
    workers: int | None = None,
) -> MaskChoice:
    """The layers to convert so that `goal` is met.

    Parameters
    ----------
    graph: the float network.
    images: (N, height, width, channels) uint8 calibration images, to learn from.
    held_out: other training images, for accuracy and losses; never the test set.
    options: how a layer becomes tables; which do, in its mask, does not matter.
    goal: what to reach.
    ranking: what decides; goals of similarity and of bytes leave no choice.
    progress: called before each step.
    task: what the network's answers mean, and so what is meant by its accuracy; by the shape of
        the output if not given.
    workers: processes of this machine that measure what layers lose, each on one thread, which
        takes the extra ``sweep``; this process alone, with all of torch's threads, if not given.

    Raises
    ------
    TabfabError: the goal cannot be reached, and the message says what can; or the mask in
        `options` has methods between which the search cannot choose.
    """
    trials = Trials(graph, images, held_out, options, progress, goal.as_tabconv, task, workers)
    if goal.additions is not None:
        return _fewest_additions(trials, goal)
    if goal.method == MERGED:
        return _merging(trials, goal)
    for name, method in options.methods(graph).items():
        if method not in (CONVERTED, KEPT):
            raise TabfabError(
                f"an automatic mask chooses between {CONVERTED!r} and {KEPT!r} for every layer, "
                f"but layer {name!r} is to be computed by {method!r}; give a mask of names instead"
            )
    if goal.similarity is not None:
        scores = trials.similarities()
        kept = [name for name, score in scores.items() if score < goal.similarity]
        return _choice(trials, kept, "similarity", scores)
    if goal.accuracy is not None:
        order, scores = _order(trials, ranking)
        kept = order[: _fewest_accurate(trials, order, goal.accuracy)]
        return _choice(trials, kept, ranking, scores)
    if goal.stored is None:
        _check_operations(trials, goal.operations or 0.0)
    if goal.stored is None and ranking == "similarity":
        order, scores = _order(trials, ranking)
        least = (goal.operations or 0.0) * trials.operations - trials.dropped
        kept = order[: most_exact(order, trials.removed(), least)]
        return _choice(trials, kept, ranking, scores)
    settings, scores = choose_sizes(trials, goal)
    if goal.stored is not None:
        trials.options = dataclasses.replace(options, layers={**options.layers, **settings})
    kept = [name for name in trials.names if name not in settings]
    return _choice(trials, kept, "loss", scores)


def _fewest_additions(trials: Trials, goal: MaskGoal) -> MaskChoice:
    settings, scores = choose_additions(trials, goal)
    costs = [trials.cost(name, settings[name], SHIFTED) for name in trials.names]
    chosen = dataclasses.replace(trials.options, mask=SHIFTED, layers=settings)
    left = sum(cost.operations for cost in costs)
    stored = sum(cost.stored_bytes for cost in costs)
    return MaskChoice(chosen, "loss", scores, 1 - left / trials.operations, stored)


def _merging(trials: Trials, goal: MaskGoal) -> MaskChoice:
    found = choose_merging(trials, goal)
    mask = tuple(MERGED if name in found.settings else KEPT for name in trials.names)
    layers = {**trials.options.layers, **found.settings}
    chosen = dataclasses.replace(trials.options, mask=mask, layers=layers)
    removed = 1 - found.operations / trials.operations
    return MaskChoice(chosen, "loss", found.scores, removed, found.stored)


def _order(trials: Trials, ranking: Ranking) -> tuple[list[str], dict[str, float]]:
    """The layers, those to be kept exact first, and their scores."""
    if ranking == "similarity":
        scores = trials.similarities()
        return by_similarity(scores), scores
    measured = trials.losses({name: [trials.options.of(name)] for name in trials.names})
    losses = {name: values[0] for name, values in measured.items()}
    return by_loss(losses, trials.removed()), losses


def _check_operations(trials: Trials, share: float) -> None:
    possible = (trials.dropped + sum(trials.removed().values())) / trials.operations
    if possible < share:
        raise TabfabError(
            f"no mask removes {share:.1%} of the operations: every layer as tables removes "
            f"{possible:.1%}; ask for less or take longer subspaces"
        )


def _fewest_accurate(trials: Trials, order: Sequence[str], share: float) -> int:
    """How many layers to keep exact for a share of the float network's accuracy."""
    expected = trials.float_accuracy()
    if expected <= 0:
        raise TabfabError(
            f"the float network's own {trials.figure} is not above zero on {len(trials.held_out)} "
            "training images, so that there is nothing to keep a share of; give the data set that "
            "it was trained on, and what it takes pixels as (--input-mean, --input-std)"
        )
    reached: dict[int, float] = {}

    def accurate(kept: int) -> bool:
        reached[kept] = trials.accuracy(order[:kept])
        return reached[kept] >= share * expected

    count = fewest_exact(len(order), accurate)
    if count is None:
        best = reached[len(order)] / expected if expected else 0.0
        raise TabfabError(
            f"no mask keeps {share:.1%} of the float network's accuracy: with every layer exact "
            f"the integer network keeps {best:.1%} on {len(trials.held_out)} training images; "
            "ask for less"
        )
    return count


def _choice(
    trials: Trials, kept: Sequence[str], ranking: Ranking, scores: Mapping[str, float]
) -> MaskChoice:
    left, stored = 0, 0
    for name in trials.names:
        exact = trials.exact[name]
        cost = exact if name in kept else trials.cost(name, trials.options.of(name))
        left += exact.operations if name in kept else trials.counted(cost)
        stored += cost.stored_bytes
    options = dataclasses.replace(trials.options, mask=trials.mask(kept))
    return MaskChoice(options, ranking, scores, 1 - left / trials.operations, stored)

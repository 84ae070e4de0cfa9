"""Priority masks: keep the layers that suffer most exact (TabConv, arXiv 2404.05872, section 3.4).

A priority is an order of the layers, those to be kept exact first; a mask keeps some of its
beginning exact. Nothing here imports torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence


def by_similarity(similarities: Mapping[str, float]) -> list[str]:
    """The layers from the least to the most similar; one that gives only zeros comes last."""
    return sorted(similarities, key=lambda name: (similarities[name] != similarities[name],
                                                  similarities[name]))  # fmt: skip


def by_loss(losses: Mapping[str, float], saved: Mapping[str, int]) -> list[str]:
    """The layers from the most to the least loss per operation saved.

    Those that save nothing come first of all.

    Parameters
    ----------
    losses: what each layer's conversion costs in accuracy.
    saved: operations that it removes, by layer.
    """

    def price(name: str) -> float:
        return losses[name] / saved[name] if saved[name] > 0 else float("inf")

    return sorted(losses, key=price, reverse=True)


def most_exact(order: Sequence[str], removed: Mapping[str, int], least: float) -> int | None:
    """How many layers may be kept exact while the others remove enough operations.

    Parameters
    ----------
    order: the layers, those to be kept exact first.
    removed: operations that a layer's conversion removes.
    least: operations to remove.

    Returns
    -------
    The largest number; None if all layers together do not remove enough.
    """
    left = sum(removed[name] for name in order)
    if left < least:
        return None
    for kept, name in enumerate(order):
        left -= removed[name]
        if left < least:
            return kept
    return len(order)


def fewest_exact(layers: int, reached: Callable[[int], bool]) -> int | None:
    """The least number of layers to keep exact, found by bisection.

    Parameters
    ----------
    layers: how many there are.
    reached: whether keeping that many exact is enough; more is taken to be no worse.

    Returns
    -------
    A number for which `reached` was true; None if it is not even for all layers.
    """
    if not reached(layers):
        return None
    low, high = 0, layers
    while low < high:
        middle = (low + high) // 2
        if reached(middle):
            high = middle
        else:
            low = middle + 1
    return high

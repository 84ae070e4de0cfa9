"""Two measurements in turns, so that what slows the machine down slows both."""

from __future__ import annotations

import statistics
from collections.abc import Callable


def median_ratio(
    rounds: int, first: tuple[str, Callable[[], float]], second: tuple[str, Callable[[], float]]
) -> float:
    """The median over `rounds` of `first` divided by `second`; prints every round.

    Parameters
    ----------
    rounds: at least one.
    first, second: what is measured, with its unit, and the function that measures it.
    """
    ratios = []
    for number in range(rounds):
        values = [measure() for _, measure in (first, second)]
        ratios.append(values[0] / values[1])
        told = ", ".join(
            f"{what} {value:.2f}" for (what, _), value in zip((first, second), values, strict=True)
        )
        print(f"round {number + 1}: {told}, ratio {ratios[-1]:.3f}")
    return statistics.median(ratios)

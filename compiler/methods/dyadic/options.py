"""Settings of the method `dyadic`. Nothing here imports torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from ...program.nodes.dyadic import MAX_FINEST_SHIFT, MAX_TERMS
from ...store.settings import require, setting
from ..options import MethodOptions


@dataclass(frozen=True, kw_only=True)
class DyadicOptions(MethodOptions):
    """How a layer shifts and adds.

    Parameters
    ----------
    terms: signed powers of two that a weight is the sum of, at most.
    finest_shift: a weight's powers go from 1 down to ``2^-finest_shift``.
    alpha: what has a scale of its own, which is a power of two: every filter (output channel) or
        the layer. ``quarters`` is a filter's too, times 1, 5/4, 3/2 or 7/4, which takes an addition
        an output.
    additions: of a weight, on average, at most; None for no bound but `terms`.
    additions_over: what that is an average over: every filter, every layer, or all dyadic layers
        of the network, which then get what each is worth (`share_additions`).
    additions_of_filters: of each filter, at most, in the place of `additions`: a filter's part of
        a network's budget.
    distance: what the weights are chosen to be near to. ``output``: to the layer's output, each
        weight making up for the others' rounding on the calibration images; ``moments``: to the
        weights, each by the mean square of what it multiplies; ``weights``: to the weights, as
        in Cintra et al. (arXiv 2208.00087), without a look at any image.
    """

    about: ClassVar[str] = "Dyadic layers"

    terms: int = setting(
        1, f"Signed powers of two that a dyadic weight is the sum of, 1 to {MAX_TERMS}."
    )
    finest_shift: int = setting(
        6, f"Powers of dyadic weights go from 1 down to 2^-this, 0 to {MAX_FINEST_SHIFT}."
    )
    alpha: Literal["filter", "layer", "quarters"] = setting(
        "filter",
        "What has a scale of its own, a power of two: each filter of a dyadic layer, or the layer; "
        "quarters: each filter, times 1, 5/4, 3/2 or 7/4 by an addition for each output.",
    )
    additions: float | None = setting(
        None,
        "Additions for each dyadic weight, on average, at most: 1.4, say, with two terms.",
        default="as many as --terms",
    )
    additions_over: Literal["filter", "layer", "network"] = setting(
        "layer",
        "What --additions is an average over: every filter, every layer, or the whole network, "
        "whose layers then get what additions are worth to its answers.",
    )
    additions_of_filters: tuple[int, ...] | None = None
    distance: Literal["output", "moments", "weights"] = setting(
        "output",
        "What dyadic weights are chosen to be near to: output: the layer's output on the "
        "calibration images; moments: the weights, by what they multiply; weights: the weights.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            1 <= self.terms <= MAX_TERMS,
            f"a dyadic weight has 1 to {MAX_TERMS} terms, not {self.terms}; 1 is a good start",
        )
        require(
            0 <= self.finest_shift <= MAX_FINEST_SHIFT,
            f"the finest shift of dyadic weights is 0 to {MAX_FINEST_SHIFT}, not "
            f"{self.finest_shift}; 6 is a good start",
        )
        require(
            self.additions is None or 0 <= self.additions < float("inf"),
            f"a budget of {self.additions} additions for each weight cannot be met; 1 is one term "
            "a weight",
        )
        require(
            self.alpha in ("filter", "layer", "quarters"),
            "alpha, the scale of dyadic weights, is that of a 'filter' or of a 'layer', or a "
            f"filter's in 'quarters', not of a {self.alpha!r}",
        )
        require(
            self.additions_over in ("filter", "layer", "network"),
            "additions are an average over a 'filter', a 'layer' or the 'network', not over a "
            f"{self.additions_over!r}",
        )
        require(
            self.additions is not None or self.additions_over == "layer",
            f"additions over a {self.additions_over} need a budget, such as --additions 1.4",
        )
        require(
            self.distance in ("output", "moments", "weights"),
            f"the distance must be 'output', 'moments' or 'weights', not {self.distance!r}",
        )

"""Settings of the method `haste`. Nothing here imports torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from ...program.nodes.haste import MAX_FRACTION_BITS, MAX_HYPERPLANES, MAX_PATCH
from ...store.settings import require, setting
from ..options import MethodOptions


@dataclass(frozen=True, kw_only=True)
class HasteOptions(MethodOptions):
    """How a layer merges channels.

    Parameters
    ----------
    hyperplanes: by which channels are hashed, one bit each; the paper's L.
    patch: positions along each side of a patch, at most: patches of a small image are as large as
        it is, and all about as large as each other.
    hyperplane_zeros: share of a hyperplane's entries that are 0.
    hyperplanes_from: ``random`` entries, as in the paper, or the layer's ``weights``: signs of the
        largest entries of random combinations of its filters, still without a look at any image.
    fraction_bits: of a bucket's mean behind the point; fewer where 32 bits could not hold sums.
    first_layer: number, from 1, of the first layer whose channels are merged by a mask that is
        `haste` for all of them; the paper's starting layer.
    """

    about: ClassVar[str] = "Haste layers"

    hyperplanes: int = setting(
        12,
        "Hyperplanes by which a haste layer tells its channels apart, 1 to "
        f"{MAX_HYPERPLANES}: with more, fewer channels are merged, and less is lost.",
    )
    patch: int = setting(
        3,
        "Positions along each side of the patches in which a haste layer merges channels, 1 to "
        f"{MAX_PATCH}: larger ones share what merging takes, and have fewer channels alike.",
    )
    hyperplane_zeros: float = setting(
        0.85,
        "Share of the pixels that each hyperplane of a haste layer leaves out, from 0 to less than "
        "1; the others, three at least, take an addition or subtraction each.",
    )
    hyperplanes_from: Literal["random", "weights"] = setting(
        "random",
        "What hyperplanes are made of: random entries, as in the paper; weights: directions in "
        "which a difference between channels matters to the layer's filters. Neither takes images.",
    )
    fraction_bits: int = setting(
        2, f"Bits of merged channels' means behind the point, 0 to {MAX_FRACTION_BITS}."
    )
    first_layer: int = setting(
        2,
        "The first layer, counted from 1, whose channels --mask haste merges; those before it stay "
        "exact, as do linear layers and others of one pixel.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            1 <= self.hyperplanes <= MAX_HYPERPLANES,
            f"channels are hashed by 1 to {MAX_HYPERPLANES} hyperplanes, not {self.hyperplanes}; "
            "12 is a good start",
        )
        require(
            1 <= self.patch <= MAX_PATCH,
            f"a patch has 1 to {MAX_PATCH} positions along each side, not {self.patch}; 3 is a "
            "good start",
        )
        require(
            0 <= self.hyperplane_zeros < 1,
            "the share of a hyperplane that is zero must be at least 0 and below 1, not "
            f"{self.hyperplane_zeros:g}, such as 0.85",
        )
        require(
            self.hyperplanes_from in ("random", "weights"),
            "hyperplanes are made of 'random' entries or of 'weights', not of "
            f"{self.hyperplanes_from!r}",
        )
        require(
            0 <= self.fraction_bits <= MAX_FRACTION_BITS,
            f"means of merged channels have 0 to {MAX_FRACTION_BITS} bits behind the point, not "
            f"{self.fraction_bits}; 2 is a good start",
        )
        require(
            self.first_layer >= 1,
            f"layers are counted from 1, so the first one to merge cannot be {self.first_layer}",
        )

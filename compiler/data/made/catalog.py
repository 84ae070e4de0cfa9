"""Which data sets are computed, by name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..image_set import DataError, ImageSet, Split
from ..own.named import named_data
from . import heartbeats, jets, keywords, machine_sounds, scattered_digits

MADE: dict[str, Callable[[np.random.Generator, Split], ImageSet]] = {
    "jets": jets.make,
    "keywords": keywords.make,
    "heartbeats": heartbeats.make,
    "machine-sounds": machine_sounds.make,
    "broken-machine-sounds": machine_sounds.make_broken,
    "scattered-digits": scattered_digits.make,
}
"""Of what a generator draws, and the split."""


def read_made(name: str, split: Split) -> ImageSet | None:
    """One split of a data set that is computed; None where `name` is no name of one.

    Parameters
    ----------
    name: as the user gives it, ``jets`` or, for other examples, ``jets:seed=1``.
    split: test examples are drawn by themselves, of the same kind.

    Raises
    ------
    DataError: the seed is no number.
    """
    data = named_data(name)
    make = MADE.get(str(data.path))
    if make is None:
        return None
    data.check_settings("seed")
    seed = data.settings.get("seed", "0")
    if not seed.isdecimal():
        raise DataError(f"{name}: seed={seed} is no whole number from 0 on; write one")
    return make(np.random.default_rng([int(seed), split == "test"]), split)

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tabfab.compiler import program as p

from support.programs import image_input

IMAGE = image_input(np.random.default_rng(6), 3, 4, 4)
PLACE = {"name": "here", "type": p.UINT8}
ENDS = {"low": 0, "high": 255}


@pytest.mark.parametrize(
    ("left", "shift", "message"),
    [
        ((0,), (0,), "has 1 left and 1 right shifts; it needs one of each"),
        ((0, 0), (0,), "has 2 left and 1 right shifts"),
        ((0, 25), (0, 0), "shifts must lie in 0..24"),
    ],
)
def test_shifts_of_a_concat(left: tuple[int, ...], shift: tuple[int, ...], message: str) -> None:
    with pytest.raises(p.ProgramError, match=message):
        p.Concat(
            **PLACE, **ENDS, inputs=("image", "image"), shape=(6, 4, 4), left=left, shift=shift
        )


def test_a_concat_of_other_sizes_is_refused() -> None:
    half = p.MaxPool(
        name="half", inputs=("image",), shape=(3, 2, 2), type=p.UINT8, kernel=(2, 2), stride=(2, 2)
    )
    node = p.Concat(
        **PLACE, **ENDS, inputs=("image", "half"), shape=(6, 4, 4), left=(0, 0), shift=(0, 0)
    )
    with pytest.raises(p.ProgramError, match="which have different rows or columns"):
        p.Program((IMAGE, half, node))


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: p.Upsample(**PLACE, inputs=("image",), shape=(3, 4, 4), factor=(1, 0)), "factor"),
        (
            lambda: p.DepthToSpace(**PLACE, inputs=("image",), shape=(3, 4, 4), block=(0, 1)),
            "block",
        ),
        (
            lambda: p.DepthToSpace(**PLACE, inputs=("image",), shape=(1, 4, 8), block=(1, 2)),
            "blocks of 2 pixels of 3 channels",
        ),
    ],
)
def test_larger_images_that_cannot_be(made: Any, message: str) -> None:
    with pytest.raises(p.ProgramError, match=message):
        p.Program((IMAGE, made()))


@pytest.mark.parametrize("channels", [(3,), (-1, 0)])
def test_channels_that_are_not_there(channels: tuple[int, ...]) -> None:
    node = p.ChannelSelect(
        **PLACE, inputs=("image",), shape=(len(channels), 4, 4), channels=channels
    )
    with pytest.raises(p.ProgramError, match="that its input of 3 channels lacks"):
        p.Program((IMAGE, node))

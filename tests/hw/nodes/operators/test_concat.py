from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import unsigned
from tabfab.compiler.program import INT8, UINT8, ActivationType
from tabfab.hw.nodes.operators.concat import BeatJoiner, Clamped, Part, PixelJoiner, ShiftedInput

from support.streams import Beats, Traffic, check, check_core

INT3 = ActivationType(3, signed=True)
UINT2 = ActivationType(2, signed=False)
AS_THEY_ARE = ([Part(INT8), Part(INT8), Part(INT8)], Clamped(INT8, -128, 127))
SHIFTED = (
    [Part(UINT8, shift=1), Part(INT3, left=4), Part(UINT2)],
    Clamped(INT8, -100, 90),
)
PIXELS = 6
IMAGES = 2


def pixels(rng: np.random.Generator, kind: ActivationType, channels: int) -> np.ndarray:
    """(pixels, channels) values, those at the ends of the type among them."""
    values = rng.integers(kind.low, kind.high + 1, (IMAGES * PIXELS, channels))
    values[0], values[1] = kind.low, kind.high
    return values


def joined(values: list[np.ndarray], parts: list[Part], result: Clamped) -> np.ndarray:
    moved = [
        np.floor((x << part.left) / 2.0**part.shift + (0.5 if part.shift else 0))
        for x, part in zip(values, parts, strict=True)
    ]
    return np.concatenate(moved, axis=1).clip(result.low, result.high).astype(int)


@pytest.mark.parametrize("kind", [UINT8, INT8, INT3, UINT2])
@pytest.mark.parametrize(("left", "half"), [(0, 0), (3, 0), (0, 4)])
def test_shifted_input(
    kind: ActivationType, left: int, half: int, rng: np.random.Generator
) -> None:
    x = pixels(rng, kind, 3)
    check_core(ShiftedInput(kind, 3, left, half), Beats.of(x, image=PIXELS), (x << left) + half)


@pytest.mark.parametrize(("parts", "result"), [AS_THEY_ARE, SHIFTED])
def test_joins_pixels(
    parts: list[Part], result: Clamped, traffic: Traffic, rng: np.random.Generator
) -> None:
    channels = [2, 1, 3]
    values = [pixels(rng, part.kind, n) for part, n in zip(parts, channels, strict=True)]
    check(
        PixelJoiner(parts, channels, result),
        {f"i{n}": Beats.of(x, image=PIXELS) for n, x in enumerate(values)},
        {"o": Beats.of(joined(values, parts, result), image=PIXELS)},
        traffic,
        registered=False,
    )


@pytest.mark.parametrize(("parts", "result"), [AS_THEY_ARE, SHIFTED])
@pytest.mark.parametrize(("lanes", "beats"), [(1, (2, 1, 3)), (2, (1, 3, 1)), (3, (1, 1, 1))])
def test_joins_beats(
    parts: list[Part],
    result: Clamped,
    lanes: int,
    beats: tuple[int, ...],
    traffic: Traffic,
    rng: np.random.Generator,
) -> None:
    values = [pixels(rng, part.kind, lanes * n) for part, n in zip(parts, beats, strict=True)]
    expected = joined(values, parts, result)
    check(
        BeatJoiner(parts, beats, lanes, result),
        {
            f"i{n}": Beats.of(x.reshape(-1, lanes), image=PIXELS * beats[n])
            for n, x in enumerate(values)
        },
        {"o": Beats.of(expected.reshape(-1, lanes), image=PIXELS * sum(beats))},
        traffic,
    )


def test_nothing_is_requantized_that_is_there_already() -> None:
    parts, result = AS_THEY_ARE
    assert PixelJoiner(parts, [1, 2, 3], result).requantizers == [None] * 3
    parts, result = SHIFTED
    assert None not in PixelJoiner(parts, [1, 2, 3], result).requantizers


def test_one_part_is_not_joined() -> None:
    with pytest.raises(ValueError, match=r"1 parts of \[2\] lanes cannot be joined"):
        PixelJoiner([Part(INT8)], [2], Clamped(INT8, -128, 127))
    with pytest.raises(ValueError, match=r"3 parts cannot have \[1, 0, 1\] beats"):
        BeatJoiner(AS_THEY_ARE[0], (1, 0, 1), 1, AS_THEY_ARE[1])
    assert unsigned(8) == BeatJoiner([Part(UINT8)] * 2, (1, 1), 1, Clamped(UINT8, 0, 255)).shape

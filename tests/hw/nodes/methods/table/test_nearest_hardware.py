from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler.program import (
    INT8,
    UINT8,
    ActivationType,
    NearestEncoder,
    NearestL1Encoder,
    Program,
)
from tabfab.compiler.program.encoding import encode
from tabfab.hw.nodes.methods.table.nearest_hardware import NearestHardware
from tabfab.hw.plan import make_plan
from tabfab.hw.rtl.build import write_build

from support.programs import ENCODERS, ConvOptions, image_input, table_conv
from support.streams import Beats, check_core

INT3 = ActivationType(3, signed=True)
UINT2 = ActivationType(2, signed=False)


def knobs_of(encoders: int, prototypes: int, elements: int) -> dict[str, int]:
    return {"encoders": encoders, "prototypes": prototypes, "elements": elements}


def check_codes(
    encoder: NearestEncoder,
    kind: ActivationType,
    knobs: dict[str, int],
    x: np.ndarray,  # (pixels, subspaces, length)
) -> None:
    """The core's codes of subspaces that are read as often as it needs them, word by word."""
    hardware = NearestHardware(encoder, kind, 1)
    geometry = hardware.geometry(knobs)
    pixels = len(x)
    words = x.reshape(pixels, geometry.sections, geometry.words, geometry.lanes)
    beats = np.repeat(words[:, :, None], geometry.blocks, axis=2)
    expected = encode(encoder, x.astype(np.int16))
    check_core(
        hardware.core(knobs),
        Beats.of(beats.reshape(-1, geometry.lanes), image=5 * geometry.steps),
        expected.reshape(pixels * geometry.sections, -1),
    )


@pytest.mark.parametrize("kind", ["nearest", "nearest-l1"])
@pytest.mark.parametrize(
    ("subspaces", "prototypes", "length", "knobs", "type_"),
    [
        (1, 2, 1, (1, 1, 1), UINT8),
        (2, 4, 3, (1, 1, 1), UINT8),
        (3, 8, 4, (1, 2, 2), INT8),
        (2, 16, 4, (1, 16, 4), UINT8),
        (2, 16, 4, (1, 16, 1), INT8),
        (4, 4, 2, (2, 4, 2), INT3),
        (2, 4, 2, (2, 4, 2), UINT8),
        (1, 256, 2, (1, 8, 2), UINT2),
        (1, 256, 4, (1, 32, 1), UINT8),
    ],
)
def test_codes_every_subspace(
    kind: str,
    subspaces: int,
    prototypes: int,
    length: int,
    knobs: tuple[int, int, int],
    type_: ActivationType,
    rng: np.random.Generator,
) -> None:
    encoder = ENCODERS[kind](rng, subspaces, prototypes, length, type_)
    x = rng.integers(type_.low, type_.high + 1, (20, subspaces, length))
    x[: len(x) // 2] = encoder.points[np.arange(subspaces), rng.integers(0, prototypes, (10, 1))]
    check_codes(encoder, type_, knobs_of(*knobs), x)


@pytest.mark.parametrize("kind", ["nearest", "nearest-l1"])
@pytest.mark.parametrize(("prototypes", "length"), [(256, 9), (4096, 4), (16384, 2)])
def test_the_planner_compares_no_more_at_a_time_than_can_be_built(
    kind: str, prototypes: int, length: int, rng: np.random.Generator
) -> None:
    encoder = ENCODERS[kind](rng, 4, prototypes, length, UINT8)
    hardware = NearestHardware(encoder, UINT8, 1)
    for words in (1, 1000, 1 << 30):
        for knobs in hardware.choices(words):
            geometry = hardware.geometry(knobs)
            assert geometry.lanes * geometry.lane_outputs <= 512
    (fastest,) = hardware.choices(1)
    assert hardware.geometry(fastest).steps >= 4 * prototypes * length // 512


@pytest.mark.slow("distances of hundreds of prototypes at a time, in Verilog")
def test_eight_thousand_prototypes_are_built(rng: np.random.Generator, tmp_path: Path) -> None:
    image = image_input(rng, 4, 4, 4)
    node = table_conv(
        rng, "table", image, ConvOptions(4), prototypes=8192, length=2, encoder="nearest"
    )
    program = Program((image, node))
    build = write_build(program, make_plan(program), tmp_path / "build")
    assert build.plan.foldings["table"].knobs["prototypes"] == 512


@pytest.mark.parametrize("kind", [NearestEncoder, NearestL1Encoder])
@pytest.mark.parametrize("at_once", [1, 2, 4, 8])
def test_the_lowest_number_wins_a_tie(kind: type[NearestEncoder], at_once: int) -> None:
    points = np.array([[3], [9], [5], [1], [5], [9], [1], [3]], np.int16)
    x = np.arange(11).reshape(-1, 1, 1)
    check_codes(kind(points[None]), UINT8, knobs_of(1, at_once, 1), x[:10])


@pytest.mark.parametrize("kind", [NearestEncoder, NearestL1Encoder])
@pytest.mark.parametrize("type_", [INT8, UINT8, UINT2])
def test_the_greatest_distances_do_not_wrap(
    kind: type[NearestEncoder], type_: ActivationType
) -> None:
    """Prototypes at the corners of the type and beyond, and vectors there."""
    reach = (type_.low - 200, type_.low, type_.high, type_.high + 200)
    points = np.stack(np.meshgrid(reach, reach), axis=-1).reshape(1, 16, 2).astype(np.int16)
    ends = np.array([type_.low, type_.high])
    x = np.stack(np.meshgrid(ends, ends), axis=-1).reshape(4, 1, 2)
    for knobs in (knobs_of(1, 1, 1), knobs_of(1, 16, 2)):
        check_codes(kind(points), type_, knobs, np.tile(x, (5, 1, 1)))


def test_prototypes_of_zero_alone_have_distances_too() -> None:
    points = np.zeros((1, 2, 1), np.int16)
    check_codes(NearestL1Encoder(points), UINT8, knobs_of(1, 1, 1), np.full((5, 1, 1), 255))


def test_ways_to_fold_begin_with_the_fewest_multipliers() -> None:
    encoder = NearestEncoder(np.zeros((6, 16, 4), np.int16))
    hardware = NearestHardware(encoder, UINT8, 1)
    slow, *_ = hardware.choices(1 << 20)
    assert slow == knobs_of(1, 1, 1)
    for words in (6 * 64, 200, 96, 30, 6, 3, 1):
        first, *_ = hardware.choices(words)
        assert hardware.geometry(first).steps <= words
    assert list(hardware.choices(0)) == [knobs_of(6, 16, 4)]  # the fastest there is

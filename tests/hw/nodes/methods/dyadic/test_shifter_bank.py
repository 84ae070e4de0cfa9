from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.program import INT8, UINT8, ActivationType
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.nodes.methods.dyadic.shifter_bank import (
    ShifterBank,
    negatives,
    shifted_shape,
    term_words,
)
from tabfab.hw.plan.pricing import price
from tabfab.hw.synth.cell_counts import device_cells

from support.profiles import examples
from support.streams import Beats, check_core
from support.synthesized import synthesize_cores


def expected_terms(
    terms: np.ndarray, positions: list[list[list[int]]], lanes: int, outputs: int
) -> list[list[int]]:
    """The bank's answers: an inverted term is one less than the negative one."""
    _, channels, inputs, height, width = terms.shape
    answers = []
    for beats in positions:
        step = iter(beats)
        for block in range(channels // outputs):
            for group in range(-(-inputs // lanes)):
                for tap in range(height * width):
                    x, answer = next(step), []
                    for lane in range(lanes):
                        c = group * lanes + lane
                        for m in range(block * outputs, (block + 1) * outputs):
                            total = 0
                            for term in terms:
                                code = int(term[m, c].flat[tap]) if c < inputs else 0
                                shifted = x[lane] << (abs(code) - 1) if code else 0
                                total += ~shifted if code < 0 else shifted
                            answer.append(total)
                    answers.append(answer)
    return answers


types = st.builds(ActivationType, st.integers(2, 8), st.booleans())


@examples(25)
@given(
    kind=types,
    shape=st.tuples(
        st.integers(1, 3),
        st.integers(1, 4),
        st.integers(1, 3),
        st.integers(1, 2),
        st.integers(1, 2),
    ),
    finest=st.integers(0, 7),
    lanes=st.integers(1, 3),
    seed=st.integers(0, 1 << 16),
)
def test_shifts_and_inverts_term_by_term(kind, shape, finest: int, lanes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    terms = rng.integers(-finest - 1, finest + 2, shape).astype(np.int8)
    lanes = min(lanes, shape[2])
    outputs = int(rng.choice([n for n in range(1, shape[1] + 1) if shape[1] % n == 0]))
    bank = ShifterBank(terms, finest, kind, lanes, outputs)
    steps = bank.geometry.steps
    positions = [
        [rng.choice([kind.low, 0, 1, kind.high], lanes).tolist() for _ in range(steps)]
        for _ in range(2)
    ]
    expected = expected_terms(terms, positions, lanes, outputs)
    beats = [x for position in positions for x in position]
    check_core(bank, Beats.of(beats, image=steps), expected)


@pytest.mark.parametrize("kind", [UINT8, INT8, ActivationType(2, signed=True)])
@pytest.mark.parametrize("terms", [1, 2, 4])
def test_the_shape_holds_the_extremes(kind: ActivationType, terms: int) -> None:
    finest = 5
    shape = shifted_shape(kind, finest, terms)
    ends = [x << finest for x in (kind.low, kind.high)]
    ends += [~x for x in ends]
    low, high = -(1 << (shape.width - 1)), (1 << (shape.width - 1)) - 1
    assert low <= terms * min(ends)
    assert terms * max(ends) <= high


def test_a_word_of_zero_is_no_term() -> None:
    terms = np.array([0, 1, -1, 4, -4], np.int8)
    assert term_words(terms).tolist() == [0, 0b1, 0b11, 0b1101, 0b1111]


def test_negative_terms_are_counted_for_each_output() -> None:
    terms = np.array([[-1, 2, -3], [1, 0, 1]], np.int8).reshape(1, 2, 3, 1, 1)
    assert negatives(terms).tolist() == [2, 0]


LIKE_ECP5 = pytest.mark.slow("one shape of each kind is compared on ECP5 and iCE40")
TYPES = {"uint8": UINT8, "int8": INT8, "uint4": ActivationType(4, signed=False)}

Shape = tuple[str, int, int, int, int]
"""Name of the type, terms, finest shift, lanes and outputs."""


@pytest.mark.parametrize(
    ("family", "shapes"),
    [
        ("ecp5", [("uint8", 1, 7, 2, 4), ("int8", 1, 3, 4, 2), ("uint4", 2, 6, 1, 4)]),
        ("ice40", [("uint8", 1, 3, 2, 4), ("int8", 1, 6, 8, 1)]),
        pytest.param("gowin", [("uint8", 1, 7, 2, 4), ("uint8", 2, 3, 2, 2)], marks=LIKE_ECP5),
        pytest.param("ice40", [("int8", 3, 7, 2, 2)], marks=LIKE_ECP5),
        pytest.param("ecp5", [("int8", 2, 12, 2, 2)], marks=LIKE_ECP5),
    ],
)
def test_takes_what_it_says(family: str, shapes: list[Shape], tmp_path: Path) -> None:
    options, banks = MemoryOptions(family, 1, 0.0), []
    for kind, terms, finest, lanes, outputs in shapes:
        rng = np.random.default_rng(0)
        codes = rng.integers(-finest - 1, finest + 2, (terms, 8, 8, 3, 3)).astype(np.int8)
        banks.append(ShifterBank(codes, finest, TYPES[kind], lanes, outputs, 1, options))
    cells = synthesize_cores(banks, family, tmp_path)
    for shape, bank, counts in zip(shapes, banks, cells, strict=True):
        counted, said = device_cells(counts), price(bank.demand(), FAMILIES[family])
        assert said.luts == pytest.approx(counted.luts, rel=0.1), shape
        assert said.flip_flops == pytest.approx(counted.flip_flops, rel=0.1), shape
        assert said.block_rams == counted.block_rams, shape
        assert said.multipliers == counted.multipliers == 0, shape

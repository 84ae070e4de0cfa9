from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from tabfab.compiler import program as ir
from tabfab.compiler.store.errors import TabfabError
from tabfab.sim.models import golden

from support.programs import Case, ConvOptions, cases, exact_conv, image_input


@given(cases())
def test_every_node_keeps_to_its_shape_type_and_clamp(case: Case) -> None:
    values = golden.run(case.program, case.images)
    for node in case.program:
        channels, height, width = node.shape
        x = values[node.name]
        assert x.shape == (len(case.images), height, width, channels)
        assert node.type.low <= x.min()
        assert x.max() <= node.type.high
        if isinstance(node, ir.Requantized):
            assert node.low <= x.min()
            assert x.max() <= node.high


@given(cases(max_images=5))
def test_batches_change_nothing(case: Case) -> None:
    whole = golden.run(case.program, case.images)[case.program.output.name]
    parts = list(golden.outputs(case.program, case.images, batch=2))
    assert [len(part) for part in parts] == [2] * (len(whole) // 2) + [1] * (len(whole) % 2)
    np.testing.assert_array_equal(np.concatenate(parts), whole)


RNG = np.random.default_rng(4)
IMAGE = image_input(RNG, 2, 3, 4)
FLAT = ir.Flatten(name="flat", inputs=("image",), shape=(24, 1, 1), type=ir.UINT8)
PROGRAM = ir.Program((IMAGE, FLAT, exact_conv(RNG, "linear", FLAT, ConvOptions(7))))


def test_logits_report_progress() -> None:
    images = RNG.integers(0, 256, (5, 3, 4, 2)).astype(np.uint8)
    calls: list[tuple[int, int, str]] = []
    logits = golden.logits(PROGRAM, images, lambda *call: calls.append(call), batch=2)
    assert logits.shape == (5, 7)
    assert calls == [(2, 5, ""), (4, 5, ""), (5, 5, "")]
    np.testing.assert_array_equal(logits, golden.run(PROGRAM, images)["linear"].reshape(5, 7))


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((2, 3, 4, 2), np.int16),
        np.zeros((2, 3, 4, 2), np.float32),
        np.zeros((2, 2, 3, 4), np.uint8),
        np.zeros((3, 4, 2), np.uint8),
        np.zeros((2, 3, 4, 1), np.uint8),
    ],
)
def test_refuses_other_images(images: np.ndarray) -> None:
    for use in (
        lambda: golden.check_images(PROGRAM, images),
        lambda: golden.run(PROGRAM, images),
        lambda: golden.logits(PROGRAM, images),
    ):
        with pytest.raises(TabfabError, match=r"takes uint8 images of shape \(N, 3, 4, 2\)"):
            use()


def test_refuses_no_images() -> None:
    with pytest.raises(TabfabError, match="no images"):
        golden.logits(PROGRAM, np.zeros((0, 3, 4, 2), np.uint8))


def test_refuses_a_node_without_meaning() -> None:
    class Odd(ir.Node):
        kind = "odd"
        arity = 1
        keeps_type = True

        def output_shape(self, sources: Sequence[ir.Node]) -> ir.Shape:
            return sources[0].shape

    odd = Odd(name="odd", inputs=("image",), shape=(2, 3, 4), type=ir.UINT8)
    program = ir.Program((IMAGE, odd))
    with pytest.raises(TabfabError, match=r"'odd', which sim/models/catalog.py does not know"):
        golden.run(program, np.zeros((1, 3, 4, 2), np.uint8))

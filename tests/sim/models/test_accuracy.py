"""Figures of programs."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.tasks import find_task
from tabfab.sim.models import accuracy, golden

from support.programs import ConvOptions, exact_conv, image_input

RNG = np.random.default_rng(4)
IMAGE = image_input(RNG, 2, 3, 4)
FLAT = ir.Flatten(name="flat", inputs=("image",), shape=(24, 1, 1), type=ir.UINT8)
LINEAR = dataclasses.replace(exact_conv(RNG, "linear", FLAT, ConvOptions(7)), scale=0.25)
PROGRAM = ir.Program((IMAGE, FLAT, LINEAR))
NUMBER = ir.Argmax(name="number", inputs=("linear",), shape=(1, 1, 1), type=ir.UINT8)
CLASSIFIER = ir.Program((IMAGE, FLAT, LINEAR, NUMBER))
PIXELS = RNG.integers(0, 256, (250, 3, 4, 2), np.uint8)


def test_values_are_real_numbers() -> None:
    answers = golden.logits(PROGRAM, PIXELS)
    real = accuracy.real_answers(PROGRAM, answers)
    np.testing.assert_array_equal(real[:, 0, 0], answers * 0.25)
    task, truth = find_task("regression"), answers * 0.25 + 2
    result = accuracy.evaluate(PROGRAM, PIXELS, task, truth, lambda x: real[: len(x), 0, 0])
    assert result.program["mean_absolute_error"] == pytest.approx(2)
    assert result.program["correlation"] == pytest.approx(1)
    assert (result.accuracy_program, result.agreement, result.confusion) == (None, None, None)
    assert result.as_json()["mean_squared_error_program"] == pytest.approx(4)


def test_maps_keep_their_places() -> None:
    conv = exact_conv(RNG, "conv", IMAGE, ConvOptions(3))
    program = ir.Program((IMAGE, conv))
    expected = golden.run(program, PIXELS)["conv"] * np.float32(conv.scale)
    answers = golden.logits(program, PIXELS)
    np.testing.assert_array_equal(accuracy.real_answers(program, answers), expected)


def test_a_class_number_is_as_good_as_its_scores() -> None:
    labels = RNG.integers(0, 7, len(PIXELS))
    task = find_task("classes")
    results = [
        accuracy.evaluate(program, PIXELS, task, labels, classes=tuple("abcdefg"))
        for program in (PROGRAM, CLASSIFIER)
    ]
    assert results[0].as_json() == results[1].as_json()
    right = (golden.logits(PROGRAM, PIXELS).argmax(1) == labels).mean()
    assert results[0].accuracy_program == pytest.approx(right)
    assert np.trace(results[0].confusion) == round(right * len(PIXELS))


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(TabfabError, match="nothing to compare with"):
        accuracy.evaluate(PROGRAM, PIXELS, find_task("regression"))
    with pytest.raises(TabfabError, match="compile it without --argmax"):
        accuracy.evaluate(CLASSIFIER, PIXELS, find_task("regression"), np.zeros((250, 7)))
    with pytest.raises(TabfabError, match="use --task regression"):
        accuracy.evaluate(PROGRAM, PIXELS, find_task("map"))

"""The comparison with onnx's own tests of nodes tells right from wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")

import onnx_backend

from support.onnx_models import SHAPE, model, node

IMAGES = np.random.default_rng(0).normal(size=(2, 3, 8, 8)).astype(np.float32)


def case(expected: np.ndarray, operator: str = "Relu") -> onnx_backend.Case:
    made = model([node(operator, "x")], shape=(2, *SHAPE[1:]))
    return onnx_backend.Case("a case", operator, made, [IMAGES], [expected])


def test_what_onnx_expects_is_what_is_computed(tmp_path: Path) -> None:
    assert onnx_backend.run(case(np.maximum(IMAGES, 0)), tmp_path) == "agrees"


def test_another_answer_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="Not equal"):
        onnx_backend.run(case(np.maximum(IMAGES, 0.1)), tmp_path)


def test_what_is_refused_is_named(tmp_path: Path) -> None:
    assert "erf in node 'the_Erf' is not supported" in onnx_backend.run(
        case(IMAGES, "Erf"), tmp_path
    )


def test_onnx_has_tests_of_what_is_read() -> None:
    names = {found.operator for found in onnx_backend.cases()}
    assert {"Conv", "Gemm", "Relu", "MaxPool", "BatchNormalization"} <= names

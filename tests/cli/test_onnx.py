"""ONNX models through the command: compiled, evaluated, or refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from tabfab.compiler.data import load

from support.onnx_models import model, node, onnx

QUICK = ("--mask", "none", "--calibration-images", 50)


def test_a_trained_model(tabfab, tmp_path: Path) -> None:
    train, test = load("digits", "train"), load("digits", "test")
    pixels, tested = (data.images.reshape(len(data), -1) / 255 for data in (train, test))
    trained = LogisticRegression(max_iter=200).fit(pixels, train.labels)
    nodes = [
        node("Flatten", "x", to="f"),
        node("Gemm", "f", "w", "b", to="g", transB=1),
        node("Softmax", "g"),
    ]
    constants = {
        "w": trained.coef_.astype(np.float32),
        "b": trained.intercept_.astype(np.float32),
    }
    onnx.save(model(nodes, constants, shape=("n", 1, 8, 8)), tmp_path / "model.onnx")
    program = tmp_path / "program"
    compiled = tabfab("compile", tmp_path / "model.onnx", *QUICK, "-o", program)
    assert compiled.status == 0, compiled
    assert "softmax at the end (node 'the_Softmax') is left out" in compiled.out
    report = json.loads(tabfab("evaluate", program, "--json").out)
    right = float((trained.predict(tested) == test.labels).mean())
    assert abs(report["accuracy_float"] - right) < 0.005
    assert abs(report["accuracy_program"] - right) < 0.03


def test_what_is_not_supported_is_named_without_a_traceback(tabfab, tmp_path: Path) -> None:
    made = model([node("LSTM", "x", "x", "x")])
    onnx.save(made, tmp_path / "model.onnx")
    result = tabfab("compile", tmp_path / "model.onnx", *QUICK, "-o", tmp_path / "program")
    assert result.status == 1
    assert "LSTM in node 'the_LSTM' is not supported" in result.err
    assert not (tmp_path / "program").exists()

#!/usr/bin/env python3
"""Onnx's own backend tests of single nodes: imported and compared, or refused by name.

Every test whose operators tabfab reads is taken as a network: its first floating-point input is the
image, its other inputs become weights. Operators that work number by number are tested by onnx on
tensors of any shape; those of one axis are taken as one vector. The imported layers and the ATen
operators are run in floating point on the input that onnx gives, and compared with the output that
it expects.

    bench/onnx_backend.py            # a line for each operator
    bench/onnx_backend.py --why      # and why what is refused is

Exit status 1 where anything is wrong. Needs onnx (tabfab[onnx]).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from tabfab.compiler.frontend import AtenGraph, import_network
from tabfab.compiler.frontend.input_layout import input_layout
from tabfab.compiler.frontend.model_file import load_model
from tabfab.compiler.frontend.onnx.catalog import operators
from tabfab.compiler.frontend.onnx.node import TRANSLATIONS
from tabfab.compiler.frontend.onnx.reference import one_after_the_other
from tabfab.compiler.frontend.onnx.walk import full_name
from tabfab.compiler.graph import float_graph
from tabfab.compiler.store.errors import TabfabError

_CLOSE = {"rtol": 1e-3, "atol": 1e-4}
_BY_NUMBER = ("Activation functions", "Sums, arithmetic with constants")
"""Families whose operators work number by number, whatever the shape."""


@dataclass(frozen=True)
class Case:
    """One of onnx's tests.

    Parameters
    ----------
    name: of the test.
    operator: of its last node.
    model: its ``ModelProto``.
    inputs, outputs: what it is given and should give.
    """

    name: str
    operator: str
    model: Any
    inputs: list[NDArray[Any]]
    outputs: list[NDArray[Any]]


def cases() -> Iterator[Case]:
    """The tests whose operators are all in the catalog."""
    from onnx.backend.test.loader import load_model_tests

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = load_model_tests(kind="node")
    for test in found:
        nodes = test.model.graph.node
        if all(full_name(node) in TRANSLATIONS for node in nodes) and len(nodes):
            ((inputs, outputs), *_) = test.data_sets
            yield Case(test.name, full_name(nodes[-1]), test.model, list(inputs), list(outputs))


def run(case: Case, folder: Path) -> str:
    """``agrees``, or why it is refused.

    Raises
    ------
    AssertionError: it computes something else.
    """
    image = next(
        (n for n, array in enumerate(case.inputs) if getattr(array, "dtype", None) == np.float32),
        None,
    )
    if image is None or not all(isinstance(array, np.ndarray) for array in case.inputs):
        return "takes no image of 32 bits floating point"
    by_number = {name for family, name, _ in operators() if family.startswith(_BY_NUMBER)}
    as_image = case.inputs[image].ndim == 1 and case.operator in by_number
    given = case.inputs[image].reshape(1, -1) if as_image else case.inputs[image]
    path = folder / "case.onnx"
    onnx.save(_with_weights(case, image, given.shape), path)
    try:
        loaded = load_model(path)
        network = import_network(loaded.network)
    except TabfabError as error:
        return str(error).replace(str(path), "the model")
    x = torch.from_numpy(given)
    expected = one_after_the_other(case.outputs)
    np.testing.assert_allclose(
        loaded.network.run(x).numpy().reshape(expected.shape), expected, **_CLOSE
    )
    # A softmax at the end is left out of the layers.
    scores = loaded.network.run(x, without=network.left_out)
    last = network.graph.layers[-1].name
    seen = float_graph.run(network.graph, _image(loaded.network, x) * 255, keep=(last,))[last]
    np.testing.assert_allclose(seen.flatten(1), scores.flatten(1), **_CLOSE)
    return "agrees"


def _image(network: AtenGraph, x: torch.Tensor) -> torch.Tensor:
    """(N, channels, height, width) images of which a network's input is `x`."""
    layout = input_layout(network)
    pixels = torch.empty_like(x.flatten(1))
    pixels[:, layout.places] = x.flatten(1)
    channels, rows, columns = layout.shape
    return pixels.reshape(len(x), rows, columns, channels).permute(0, 3, 1, 2).contiguous()


def _with_weights(case: Case, image: int, shape: tuple[int, ...]) -> Any:
    """The model with all inputs but one as weights."""
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    graph = model.graph
    inputs = list(graph.input)
    del graph.input[:]
    for number, (entry, array) in enumerate(zip(inputs, case.inputs, strict=False)):
        if number == image:
            kind = helper.np_dtype_to_tensor_dtype(case.inputs[image].dtype)
            graph.input.append(helper.make_tensor_value_info(entry.name, kind, shape))
        else:
            graph.initializer.append(numpy_helper.from_array(array, entry.name))
    return model


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--why", action="store_true", help="say why what is refused is")
    parser.add_argument("--operator", help="test this one alone")
    options = parser.parse_args()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    why: list[str] = []
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in cases():
            if options.operator not in (None, case.operator):
                continue
            try:
                outcome = run(case, Path(folder))
            except Exception as error:  # whatever it is, it is wrong
                counts[case.operator]["wrong"] += 1
                wrong.append(f"{case.name}: {type(error).__name__}: {error}")
                continue
            kind = outcome if outcome == "agrees" else "refused"
            counts[case.operator][kind] += 1
            if kind == "refused":
                why.append(f"{case.name}: {outcome}")
    print(f"{'operator':24} {'agree':>6} {'refused':>8} {'wrong':>6}")
    for operator in sorted(counts):
        count = counts[operator]
        print(f"{operator:24} {count['agrees']:6} {count['refused']:8} {count['wrong']:6}")
    total = sum(counts.values(), Counter())
    print(f"{'total':24} {total['agrees']:6} {total['refused']:8} {total['wrong']:6}")
    for line in (*(why if options.why else ()), *wrong):
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

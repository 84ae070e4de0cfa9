"""Small ONNX models, made node by node, and the way through tabfab that they all take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tabfab.compiler.frontend import Imported, import_network
from tabfab.compiler.frontend.compare import check_answers, check_reference
from tabfab.compiler.frontend.model_file import load_model

onnx = pytest.importorskip("onnx")
TensorProto, helper, numpy_helper = onnx.TensorProto, onnx.helper, onnx.numpy_helper

SHAPE = ("n", 3, 8, 8)
_RANDOM = np.random.default_rng(0)


def weights(*shape: int) -> NDArray[np.float32]:
    """Random numbers around zero."""
    return _RANDOM.normal(size=shape).astype(np.float32)


def model(
    nodes: Sequence[Any],
    constants: Mapping[str, NDArray[Any]] | None = None,
    shape: Sequence[int | str] = SHAPE,
    opset: int = 20,
    outputs: Sequence[str] = ("y",),
    dtype: int = 1,
    domains: Mapping[str, int] | None = None,
) -> Any:
    """A model that takes ``x`` and returns `outputs`.

    Parameters
    ----------
    nodes: in their order.
    constants: initializers by name.
    shape: of ``x``; texts where any size will do.
    opset: version of ONNX's operators.
    outputs: names of what it returns.
    dtype: ONNX's number of the type of ``x``.
    domains: versions of other operators.
    """
    graph = helper.make_graph(
        list(nodes),
        "network",
        [helper.make_tensor_value_info("x", dtype, list(shape))],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [numpy_helper.from_array(array, name) for name, array in (constants or {}).items()],
    )
    opsets = [helper.make_opsetid(name, version) for name, version in (domains or {}).items()]
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", opset), *opsets], ir_version=8
    )


def node(operator: str, *inputs: str, to: str = "y", **attributes: Any) -> Any:
    """A node that makes `to`."""
    return helper.make_node(operator, list(inputs), [to], name=f"the_{operator}", **attributes)


def imported(made: Any, path: Path) -> Imported:
    """Take a model by way of a file, and compare it with onnx and with torch.

    Parameters
    ----------
    made: a ``ModelProto``, or the path of a file that there is.
    path: of the file to write.
    """
    if not isinstance(made, Path):
        onnx.save(made, path)
    loaded = load_model(made if isinstance(made, Path) else path)
    network = import_network(loaded.network)
    channels, height, width = network.graph.input.shape
    images = np.random.default_rng(1).integers(0, 256, (5, height, width, channels), np.uint8)
    assert check_reference(loaded, images, network.pixels) < 1e-4
    check_answers(network, images)
    return network


def load_and_import(path: str) -> None:
    """Take a file as far as its layers, and compare it with onnx."""
    loaded = load_model(Path(path))
    network = import_network(loaded.network)
    channels, height, width = network.graph.input.shape
    check_reference(loaded, np.zeros((1, height, width, channels), np.uint8), network.pixels)

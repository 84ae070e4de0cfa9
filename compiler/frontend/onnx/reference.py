"""What the onnx package's own evaluator computes: what an import is compared with."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...store.errors import TabfabError, reason
from .entry import Entry
from .file import opset_of
from .node import QONNX
from .package import onnx_package

_QUANTIZATION_KNOWN = 19
"""First opset whose QuantizeLinear and DequantizeLinear the evaluator has."""


class OnnxReference:
    """The nodes of a network, for onnx's evaluator to run.

    Parameters
    ----------
    model: the ``ModelProto`` that they come from, its weights in it.
    nodes: those that the answer needs.
    entries: what they take.
    answers: names of what they return.
    """

    def __init__(
        self, model: Any, nodes: list[Any], entries: Sequence[Entry], answers: list[str]
    ) -> None:
        onnx = onnx_package()
        self.entries, self.answers = entries, answers
        read = {name for node in nodes for name in node.input}
        named = {proto.name: proto for proto in model.graph.input}
        inputs = [named[entry.name] for entry in entries]
        weights = [tensor for tensor in model.graph.initializer if tensor.name in read]
        outputs = [onnx.ValueInfoProto(name=answer) for answer in answers]
        graph = onnx.helper.make_graph(nodes, "network", inputs, outputs, weights)
        self.model = onnx.helper.make_model(
            graph, opset_imports=copy.deepcopy(list(model.opset_import))
        )
        self._evaluator: Any = None
        halves = (onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16)
        self.is_half = any(tensor.data_type in halves for tensor in weights)
        """Whether it computes in half precision."""

    def _older(self) -> list[type]:
        """Operators that the evaluator knows in newer opsets alone."""
        opset = opset_of(self.model)
        return _quantization() if opset is not None and opset < _QUANTIZATION_KNOWN else []

    def run(self, images: Tensor) -> NDArray[np.float32]:
        """What the network answers.

        Parameters
        ----------
        images: as the model takes them, and as many; several inputs side by side.

        Returns
        -------
        The answer as the model shapes it, as float32; several one after the other, (N, values),
        images pixel by pixel.

        Raises
        ------
        TabfabError: onnx does not run it.
        """
        parts = torch.split(images, [entry.shape[0] for entry in self.entries], 1)
        arrays = {
            entry.name: part.to(entry.dtype).numpy()
            for entry, part in zip(self.entries, parts, strict=True)
        }
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                if self._evaluator is None:
                    evaluator = onnx_package("onnx.reference").ReferenceEvaluator
                    self._evaluator = evaluator(
                        self.model, new_ops=[_batch_norm(), *_qonnx(), *self._older()]
                    )
                found = self._evaluator.run(self.answers, arrays)
        except Exception as error:  # NumPy says what does not fit by any exception
            raise TabfabError(
                f"onnx's reference does not run the network ({reason(error)}): export it again"
            ) from error
        return one_after_the_other([np.asarray(answer).astype(np.float32) for answer in found])


def one_after_the_other(answers: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """What onnx answers as tabfab has it: several as (N, values), images pixel by pixel."""
    if len(answers) == 1:
        return answers[0]
    last = [np.moveaxis(answer, 1, -1).reshape(len(answer), -1) for answer in answers]
    return np.concatenate(last, axis=1)


def _batch_norm() -> type:
    """Batch norm for the evaluator, whose own takes the batch's statistics before opset 14.

    The specification has those for training alone, which is told by more than one result.
    """
    operator: Any = onnx_package("onnx.reference.op_run").OpRun

    class BatchNormalization(operator):
        op_domain = ""

        def _run(self, x: Any, scale: Any, bias: Any, mean: Any, variance: Any, **kept: Any) -> Any:
            sides = (-1, *(1,) * (x.ndim - 2))
            epsilon = self.epsilon if kept.get("epsilon") is None else kept["epsilon"]
            factor = scale / np.sqrt(variance + epsilon)
            y = (x - mean.reshape(sides)) * factor.reshape(sides) + bias.reshape(sides)
            return (y.astype(x.dtype),)

    return BatchNormalization


def _qonnx() -> list[type]:
    """QONNX's operators for the evaluator, which has none of them."""
    operator: Any = onnx_package("onnx.reference.op_run").OpRun

    class Quant(operator):
        op_domain = ""

        def _run(self, x: Any, scale: Any, zero: Any, bits: Any, **said: Any) -> Any:
            levels = 2.0 ** float(np.max(bits))
            if said.get("signed", 1):
                low, high = -levels / 2 + said.get("narrow", 0), levels / 2 - 1
            else:
                low, high = 0.0, levels - 1 - said.get("narrow", 0)
            integers = np.rint(np.clip(x / scale + zero, low, high))
            return (((integers - zero) * scale).astype(x.dtype),)

    class BipolarQuant(operator):
        op_domain = ""

        def _run(self, x: Any, scale: Any, **said: Any) -> Any:
            return (np.where(x >= 0, scale, -scale).astype(x.dtype),)

    class Trunc(operator):
        op_domain = ""

        def _run(self, x: Any, scale: Any, zero: Any, before: Any, after: Any, **said: Any) -> Any:
            integers = np.round(x / scale + zero) / 2.0 ** (float(before) - float(after))
            down = str(said.get("rounding_mode") or "FLOOR").upper() == "FLOOR"
            whole = np.floor(integers) if down else np.round(integers)
            return (((whole - zero) * scale).astype(x.dtype),)

    return [
        type(kind.__name__, (kind,), {"op_domain": domain})
        for kind in (Quant, BipolarQuant, Trunc)
        for domain in QONNX
    ]


def _quantization() -> list[type]:
    """QuantizeLinear and DequantizeLinear for the evaluator, which lacks those before opset 19."""
    operator: Any = onnx_package("onnx.reference.op_run").OpRun

    def along(numbers: Any, x: Any, axis: int | None) -> Any:
        if np.size(numbers) == 1:
            return np.reshape(numbers, ())
        place = (1 if axis is None else axis) % x.ndim
        return numbers.reshape([-1 if axis == place else 1 for axis in range(x.ndim)])

    class QuantizeLinear(operator):
        op_domain = ""

        def _run(self, x: Any, scale: Any, zero: Any = None, **said: Any) -> Any:
            zero = np.uint8(0) if zero is None else zero
            limits, axis = np.iinfo(zero.dtype), said.get("axis")
            integers = np.rint(x / along(scale, x, axis)) + along(zero, x, axis)
            return (integers.clip(limits.min, limits.max).astype(zero.dtype),)

    class DequantizeLinear(operator):
        op_domain = ""

        def _run(self, x: Any, scale: Any, zero: Any = None, **said: Any) -> Any:
            zero, axis = np.zeros((), x.dtype) if zero is None else zero, said.get("axis")
            integers = x.astype(np.int64) - along(zero, x, axis).astype(np.int64)
            return ((integers * along(scale, x, axis)).astype(scale.dtype),)

    return [QuantizeLinear, DequantizeLinear]

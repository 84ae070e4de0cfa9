"""Quantized ONNX models, as Brevitas exports them, made node by node."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .onnx_models import helper, model

QONNX = "qonnx.custom_op.general"


class Builder:
    """Nodes and constants of a quantized network.

    Parameters
    ----------
    dialect: ``qcdq`` or ``qonnx``.
    seed: of weights.
    bits: of weights and activations.
    even: whether all scales are powers of two.
    """

    def __init__(self, dialect: str, seed: int, bits: int = 8, even: bool = True) -> None:
        self.dialect, self.bits, self.even = dialect, bits, even
        self.rounded: dict[str, float] = {}
        """Steps of the activations on a grid, by name."""
        self.random = np.random.default_rng(seed)
        self.nodes: list[Any] = []
        self.constants: dict[str, NDArray[Any]] = {}

    def constant(self, array: Any, dtype: Any = np.float32) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = np.array(array, dtype)
        return name

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        to = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [to], name=to, **attributes))
        return to

    def scale(self, near: float) -> float:
        """One for activations: a power of two, or any near it."""
        if self.even:
            return near
        return float(np.float32(near * 2 ** self.random.uniform(-0.5, 0.5)))

    def quantized(self, x: str, scale: float, signed: bool = True) -> str:
        """Activations on a grid."""
        x = self._quantized(x, scale, signed)
        self.rounded[x] = scale
        return x

    def _quantized(self, x: str, scale: float, signed: bool) -> str:
        if self.dialect == "qonnx":
            said = [self.constant(value) for value in (scale, 0, self.bits)]
            return self.add("Quant", x, *said, domain=QONNX, signed=int(signed), narrow=0,
                            rounding_mode="ROUND")  # fmt: skip
        zero = self.constant(0, np.int8 if signed else np.uint8)
        q = self.add("QuantizeLinear", x, self.constant(scale), zero)
        if self.bits < 8:
            high = (1 << (self.bits - signed)) - 1
            ends = [self.constant(end, np.int8 if signed else np.uint8)
                    for end in (-high - 1 if signed else 0, high)]  # fmt: skip
            q = self.add("Clip", q, *ends)
        return self.add("DequantizeLinear", q, self.constant(scale), zero)

    def weights(self, *shape: int) -> tuple[str, NDArray[np.float32]]:
        """Weights of narrow range with a scale for each output channel."""
        most = (1 << (self.bits - 1)) - 1
        integers = self.random.integers(-most, most + 1, shape)
        exponents = self.random.uniform(-9, -6, shape[0]) + 8 - self.bits
        if self.even:
            exponents = np.floor(exponents)
        scales = (2.0**exponents).astype(np.float32)
        if self.dialect == "qonnx":
            wide = scales.reshape(-1, *[1] * (len(shape) - 1))
            said = [self.constant(value) for value in (wide, 0, self.bits)]
            x = self.constant(integers * wide)
            return self.add("Quant", x, *said, domain=QONNX, signed=1, narrow=1,
                            rounding_mode="ROUND"), scales  # fmt: skip
        zeros = self.constant(np.zeros(shape[0]), np.int8)
        x = self.constant(integers, np.int8)
        return self.add("DequantizeLinear", x, self.constant(scales), zeros, axis=0), scales

    def bias(self, scales: NDArray[np.float32], source: float) -> str:
        """Biases of 32 bits in units of the sums."""
        integers = self.random.integers(-500, 500, len(scales))
        units = (scales * source).astype(np.float32)
        if self.dialect == "qonnx":
            return self.constant(integers * units)
        zeros = self.constant(np.zeros(len(scales)), np.int32)
        x = self.constant(integers, np.int32)
        return self.add("DequantizeLinear", x, self.constant(units), zeros, axis=0)

    def model(self, answer: str, opset: int = 20) -> Any:
        domains = {QONNX: 1} if self.dialect == "qonnx" else {}
        return model(
            self.nodes, self.constants, shape=("n", 1, 8, 8), outputs=(answer,), domains=domains,
            opset=opset,
        )  # fmt: skip

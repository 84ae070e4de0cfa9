"""Convolutions, linear layers and batch norm."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..node import Node, translates
from ..values import Computed
from .windows import groups_of, padded, window_of

aten = torch.ops.aten
_CONVOLUTIONS = {1: aten.conv1d.default, 2: aten.conv2d.default, 3: aten.conv3d.default}
_TRANSPOSED = {
    1: aten.conv_transpose1d.default,
    2: aten.conv_transpose2d.input,
    3: aten.conv_transpose3d.input,
}


@translates("Conv")
def translate_convolution(node: Node) -> Any:
    """A convolution; padding that differs from side to side is a layer before it."""
    image, weight = node.computed(0), node.constant(1)
    bias = node.constant(2) if node.has(2) else None
    window = window_of(node, image, tuple(weight.shape[2:]))
    if window.rank not in _CONVOLUTIONS or weight.ndim != window.rank + 2:
        raise node.unsupported(
            f"of shape {image.shape[1:]} with weights of shape {tuple(weight.shape)}",
            "use a Conv over one or two axes",
        )
    image, padding = padded(node, image, window, 0.0)
    return node.aten(
        _CONVOLUTIONS[window.rank], image, weight, bias, window.stride, padding, window.dilation,
        groups_of(node),
    )  # fmt: skip


@translates("ConvTranspose")
def translate_transposed_convolution(node: Node) -> Any:
    """A transposed convolution."""
    image, weight = node.computed(0), node.constant(1)
    bias = node.constant(2) if node.has(2) else None
    window = window_of(node, image, tuple(weight.shape[2:]), is_transposed=True)
    extra = node.attribute("output_padding", [0] * window.rank)
    if window.before != window.after or node.attribute("output_shape") is not None:
        raise node.unsupported(
            "with padding that differs from side to side, or an output_shape",
            "use pads that are the same on both sides, and output_padding",
        )
    if window.rank not in _TRANSPOSED:
        raise node.unsupported(f"over {window.rank} axes", "use one over two axes")
    return node.aten(
        _TRANSPOSED[window.rank], image, weight, bias, window.stride, list(window.before), extra,
        groups_of(node), window.dilation,
    )  # fmt: skip


@translates("Gemm")
def translate_linear(node: Node) -> Any:
    """A linear layer: ``alpha * a @ b + beta * c``."""
    value, weight = node.input(0), node.constant(1)
    if isinstance(value, Computed) and node.attribute("transA", 0):
        raise node.unsupported("with transA", "transpose the weights, transB")
    if isinstance(value, Tensor) and node.attribute("transA", 0):
        value = value.T
    weight = weight.T if node.attribute("transB", 0) else weight
    alpha, beta = node.attribute("alpha", 1.0), node.attribute("beta", 1.0)
    weight = weight if alpha == 1 else weight * alpha
    if not node.has(2):
        return node.aten(aten.matmul.default, value, weight)
    bias = node.constant(2)
    bias = bias if beta == 1 else bias * beta
    if bias.ndim == 1 or (bias.ndim == 2 and bias.shape[0] == 1):
        row = bias.reshape(-1)
        if row.numel() == 1:
            row = row.expand(weight.shape[-1])
        return node.aten(aten.linear.default, value, weight.T, row)
    return node.aten(aten.add.Tensor, node.aten(aten.matmul.default, value, weight), bias)


@translates("MatMul")
def translate_product(node: Node) -> Any:
    """A linear layer without bias: a tensor times constant weights."""
    return node.aten(aten.matmul.default, node.input(0), node.input(1))


@translates("BatchNormalization")
def translate_batch_norm(node: Node) -> Any:
    """``(x - mean) / sqrt(variance + epsilon) * scale + bias`` with the stored statistics."""
    node.ignore("momentum")
    if node.attribute("training_mode", 0) or node.attribute("spatial", 1) != 1:
        raise node.unsupported("in training mode", "call the network's eval() before exporting it")
    scale, bias, mean, variance = (node.constant(index) for index in range(1, 5))
    epsilon = node.attribute("epsilon", 1e-5)
    return node.aten(
        aten.batch_norm.default, node.input(0), scale, bias, mean, variance, False, 0.0, epsilon,
        False,
    )  # fmt: skip

"""Turning one layer of the network under training into a layer of its method."""

from __future__ import annotations

import torch
from torch import Tensor

from ...methods.catalog import find_method
from ...methods.exact.training import TrainedWeights, counted_from_padding
from ...methods.fitting.target import Target
from ...methods.method import Arriving
from ...methods.training.form import TrainedForm
from ...options import LayerOptions
from ...store.batches import batches
from ...store.errors import TabfabError
from .layer import TrainedConv


def trained_form(method: str, layer: str) -> type[TrainedForm]:
    """What is trained of a layer.

    Parameters
    ----------
    method: that computes it.
    layer: its name.

    Raises
    ------
    TabfabError: its method has nothing that can be trained.
    """
    form = find_method(method, layer).trained_form()
    if form is None:
        raise TabfabError(
            f"layer {layer!r} is computed by the method {method!r}, which cannot be fine-tuned; "
            "choose another method for it, or compile without fine-tuning"
        )
    return form


def convert(conv: TrainedConv, x: Tensor, method: str, options: LayerOptions) -> None:
    """Learn a layer by a method, fitted to what it computes of what arrives now.

    Parameters
    ----------
    conv: the layer, still by multiplication.
    x: (N, H, W, C) int16, its input on calibration images.
    method, options: how it is to be computed.
    """
    assert isinstance(conv.form, TrainedWeights)
    layer, scaled = conv.form.float_layer(), conv.scaled
    arriving = Arriving(x, counted_from_padding(scaled), scaled.padding_value)
    target = Target(_results(conv, x), None, layer.low, layer.high)
    learned = find_method(method, layer.name).learn(layer, arriving, target, scaled.scale, options)
    conv.become(trained_form(method, layer.name).of(scaled, learned))


@torch.no_grad()
def _results(conv: TrainedConv, x: Tensor) -> Tensor:
    """(N, rows, columns, M) float32 real results of a layer before its clamp, on the CPU."""
    parts = []
    for some in batches(len(x)):
        batch = x[some].permute(0, 3, 1, 2)
        steps = conv.form.sums(batch.to(conv.form.weight.device, torch.float32))
        parts.append((steps * conv.scaled.scale.step).permute(0, 2, 3, 1).cpu())
    return torch.cat(parts)

"""The hardware of each kind of encoder: a new one is a line here."""

from __future__ import annotations

from typing import Any

from .....compiler.program import (
    ActivationType,
    Encoder,
    NearestEncoder,
    NearestL1Encoder,
    TreeEncoder,
)
from .encoder_hardware import EncoderHardware
from .nearest_hardware import NearestHardware
from .tree_hardware import TreeHardware

ENCODER_HARDWARE: dict[type[Encoder], type[EncoderHardware[Any]]] = {
    TreeEncoder: TreeHardware,
    NearestEncoder: NearestHardware,
    NearestL1Encoder: NearestHardware,
}
KNOB_NAMES = tuple(
    dict.fromkeys(knob for each in ENCODER_HARDWARE.values() for knob in each.knob_names)
)
"""The knobs of all kinds."""


def encoder_hardware(encoder: Encoder, kind: ActivationType, groups: int) -> EncoderHardware[Any]:
    """That of an encoder.

    Parameters
    ----------
    encoder: codes for all subspaces.
    kind: of the activations.
    groups: of the convolution.
    """
    return ENCODER_HARDWARE[type(encoder)](encoder, kind, groups)

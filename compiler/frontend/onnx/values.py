"""What the names of an ONNX graph stand for while its nodes are walked."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ..aten import Ref


@dataclass(frozen=True)
class Computed:
    """A tensor that depends on the image.

    Parameters
    ----------
    name: in the `AtenGraph`.
    fact: shape and type of it, without contents.
    """

    name: str
    fact: Tensor

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of all axes, the batch as the walk counts it."""
        return tuple(self.fact.shape)


@dataclass(frozen=True)
class Sizes:
    """A vector of sizes, or one of them, some of which depend on the number of images.

    Parameters
    ----------
    entries: numbers, and where it is the number of images the name of it.
    is_scalar: whether it is a number by itself instead of a vector.
    """

    entries: tuple[int | Ref, ...]
    is_scalar: bool = False


@dataclass(frozen=True)
class Quantized:
    """Integers of a tensor, which a DequantizeLinear takes back.

    Parameters
    ----------
    source: the tensor.
    scale, zero: of the integers: ``real = (integer - zero) * scale``.
    low, high: what they are clamped to.
    """

    source: Computed
    scale: float
    zero: int
    low: int
    high: int


@dataclass(frozen=True)
class Written:
    """What a step of an activation function stands for that is written out.

    Parameters
    ----------
    function: the step, such as ``erf`` of x / sqrt(2), or ``1 + erf`` of it.
    source: x.
    factor: by which it is multiplied.
    """

    function: str
    source: Computed
    factor: float = 1.0


Known = Tensor | Computed | Sizes | Quantized

"""One operator of the traced graph, its arguments looked up, and who turns it into a layer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch._ops import OpOverload

from ...graph import Layer
from ...program import Pair
from .arrange import arranged, streamed
from .draft import Affine, Draft
from .place import Place, UnsupportedOperatorError
from .values import Places, Value, as_image

_SEQUENCES = "sequences (N, channels, length)"


@dataclass(frozen=True, eq=False)
class Call:
    """An operator with everything that is known about it.

    Parameters
    ----------
    result: its name in the traced graph.
    operator: its plain name (``conv2d``).
    arguments: by the names in torch's schema, defaults included; tensors that depend on the
        image are a `Value`, all others a `Tensor`.
    tail: shape of its result, without the batch axis.
    is_end: whether the network returns its result as it is, up to its shape.
    place: where it comes from.
    draft: takes the layers.
    """

    result: str
    operator: str
    arguments: Mapping[str, Any]
    tail: tuple[int, ...]
    is_end: bool
    place: Place
    draft: Draft

    def __getitem__(self, name: str) -> Any:
        return self.arguments[name]

    def image(self, name: str = "input", axes: int = 2) -> Value:
        """The argument `name` as an image, channel by channel.

        Parameters
        ----------
        name: of the argument.
        axes: 2 for (N, channels, height, width), 1 for (N, channels, length), whose layer is an
            image of one row.
        """
        value = self.arguments.get(name, self.arguments.get("self"))
        if not isinstance(value, Value) or len(value.tail) != 1 + axes:
            kind = "images (N, channels, height, width)" if axes == 2 else _SEQUENCES
            raise self.unsupported("", f"it works on {kind} here")
        return self.arranged(value)

    def arranged(self, value: Value) -> Value:
        """`value`, an image, sequence or vector, as the output of a layer, channel by channel."""
        shape = as_image(value.tail)
        name, source = f"{value.layer}.reshape", self.place.source
        layer = arranged(self.draft, value, shape, name, source)
        if layer is None:
            raise self.unsupported(
                f"of numbers in another order than those of {value.layer!r}",
                "permute and slice only what a linear layer reads, or the image itself first",
            )
        return Value(layer, shape, value.tail)

    def layer_value(self) -> Value:
        """Its only argument that depends on the image."""
        value = self.arguments.get("self", self.arguments.get("input"))
        if not isinstance(value, Value):
            raise self.unsupported("of a constant by a layer", "compute it from the image")
        return value

    def like(self, value: Value, other: Value) -> Value | None:
        """`value` with its numbers in the places of another of the same shape, which is whole.

        None where it would take moving numbers about in memory.
        """
        in_stream = np.argsort(other.places.ravel())
        wanted = value.places.ravel()[in_stream]
        name, source = f"{value.layer}.reshape", self.place.source
        layer = streamed(self.draft, value, other.shape, wanted, name, source)
        return None if layer is None else Value(layer, other.shape, other.tail, other.order)

    def constant(self, name: str) -> Tensor | None:
        """The argument `name`, which must not depend on the image."""
        value = self.arguments[name]
        if isinstance(value, Value):
            raise self.unsupported(
                f"with a computed {name}", "the weights of a layer must be constants"
            )
        return None if value is None else torch.as_tensor(value).detach().double()

    def pair(self, name: str, axes: int = 2, still: int = 1) -> Pair:
        """The argument `name`, one or two integers, as (vertical, horizontal).

        Parameters
        ----------
        name: of the argument.
        axes: 1 for an operator on sequences, which has no vertical one.
        still: the vertical one there.
        """
        value = self.arguments[name]
        numbers = [value] if isinstance(value, int) else list(value)
        return (int(numbers[0]) if axes == 2 else still), int(numbers[-1])

    def axis(self, name: str, value: Value) -> int:
        """The argument `name`, an axis of `value`, counted from 0, which is the batch's."""
        return int(self.arguments[name]) % (1 + len(value.tail))

    def layer_name(self, label: str) -> str:
        """A unique name: the module's path, with `label` after it if the user wrote the module."""
        module = self.place.module
        if self.place.is_layer and module:
            return self.draft.unique(module)
        return self.draft.unique(f"{module}.{label}" if module else label)

    def add(self, layer: Layer, order: Places | None = None) -> Value:
        """Append `layer` to the draft; returns its value, whose numbers are in this order."""
        self.draft.add(layer)
        return Value(layer.name, layer.shape, self.tail, order)

    def affine(self, value: Value, scale: Tensor, offset: Tensor) -> Value:
        """Append ``value * scale + offset``.

        Parameters
        ----------
        value: of any shape.
        scale, offset: broadcast to the shape of `value`, without the batch axis; the same for all
            of a channel.
        """
        both = [value.by_channel(numbers) for numbers in (scale, offset)]
        if both[0] is None or both[1] is None:
            shape = tuple(scale.shape if scale.ndim > offset.ndim else offset.shape)
            raise self.unsupported(
                f"with a constant of shape {shape}", "use one number, or one per channel"
            )
        return self.add(
            Affine(
                name=self.layer_name(self.operator),
                inputs=(value.layer,),
                shape=value.shape,
                source=self.place.source,
                scale=both[0],
                offset=both[1],
            ),
            value.order,
        )

    def leave_out(self, value: Value, note: str) -> Value:
        """Leave no layer behind: `value` as the operator's result, and a sentence that says so."""
        self.draft.left_out.add(self.result)
        if self.is_end:
            self.draft.ending = (self.operator.removeprefix("_"), self.tail)
        if note not in self.draft.notes:
            self.draft.notes.append(note)
        return dataclasses.replace(value, tail=self.tail)

    def unsupported(self, what: str, instead: str) -> UnsupportedOperatorError:
        """The error for this operator: `what` about it is the trouble, and what would work."""
        return UnsupportedOperatorError(f"{self.operator} {what}".strip(), self.place, instead)


Lowering = Callable[[Call], Value | list[Value]]
"""Adds the layers of a call to its draft and returns the value of its result, or of each one."""

_Registered = TypeVar("_Registered", bound=Lowering)

LOWERINGS: dict[OpOverload, Lowering] = {}
"""What turns each ATen operator into layers."""

SAME_NUMBERS: set[OpOverload] = set()
"""Operators that change the shape, the precision or nothing. Whole numbers may pass them; anything
else rounds or overflows where torch computes in integers."""


def lowers(
    *operators: OpOverload, same_numbers: bool = False
) -> Callable[[_Registered], _Registered]:
    """Register the decorated function for `operators`.

    Parameters
    ----------
    operators: of ATen.
    same_numbers: whether their results are all of their argument's numbers and no others.
    """

    def register(function: _Registered) -> _Registered:
        LOWERINGS.update(dict.fromkeys(operators, function))
        if same_numbers:
            SAME_NUMBERS.update(operators)
        return function

    return register


def in_place_twins() -> dict[OpOverload, OpOverload]:
    """By the operator that overwrites its argument (``relu_``), the one of `LOWERINGS` like it."""
    twins = {}
    for target in LOWERINGS:
        name, _, overload = str(target).removeprefix("aten.").partition(".")
        packet = getattr(torch.ops.aten, f"{name}_", None)
        if packet is not None and overload in packet.overloads():
            twins[getattr(packet, overload)] = target
    return twins

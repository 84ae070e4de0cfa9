"""One node of an ONNX graph, its inputs looked up, and who turns it into ATen operators."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor

from ..aten import Target
from ..draft.place import Place, UnsupportedOperatorError
from .values import Computed, Known, Quantized, Sizes, Written

QONNX = ("qonnx.custom_op.general", "onnx.brevitas")
"""Domains of QONNX's operators."""


class Emitter(Protocol):
    """Takes the ATen operators that a node becomes."""

    notes: list[str]
    meanings: dict[str, Written]
    """By a result's name, which step of an activation function it is."""

    def emit(self, target: Target, arguments: Sequence[Any], place: Place) -> Any:
        """The result of `target`: `Computed`, or a `Tensor` if all arguments are constants."""

    def maker(self, value: Computed) -> tuple[str, Any, Any] | None:
        """The operator that made `value` of two others, and these; None if another did."""


@dataclass(frozen=True, eq=False)
class Node:
    """A node with everything that is known about it.

    Parameters
    ----------
    operator: its name in ONNX, with its domain where it is not ONNX's own.
    inputs: what they stand for; None where one is left out.
    attributes: numbers, texts, tensors and lists of them.
    results: how many of its results something reads.
    opset: version of ONNX's operators.
    place: where it is.
    emitter: takes ATen operators.
    """

    operator: str
    inputs: tuple[Known | None, ...]
    attributes: Mapping[str, Any]
    results: int
    opset: int
    place: Place
    emitter: Emitter
    asked: set[str] = field(default_factory=set)
    """Attributes that have been looked at; any other is refused."""

    def aten(self, target: Target, *arguments: Any) -> Any:
        """Append an ATen operator; `Computed`, or a `Tensor` if all arguments are constants.

        Parameters
        ----------
        target: the operator.
        arguments: the first of its arguments; the others have torch's defaults.
        """
        return self.emitter.emit(target, arguments, self.place)

    def attribute(self, name: str, default: Any = None) -> Any:
        """The attribute `name`, of the default's type if there is one."""
        self.asked.add(name)
        value = self.attributes.get(name, default)
        is_right = default is None or isinstance(value, type(default))
        if not is_right and not (isinstance(default, float) and isinstance(value, int)):
            raise self.unsupported(f"with attribute {name} of a wrong type", "export it again")
        return value

    def ignore(self, *names: str) -> None:
        """Attributes that make no difference here."""
        self.asked.update(names)

    def has(self, index: int) -> bool:
        """Whether there is an input of this number."""
        return index < len(self.inputs) and self.inputs[index] is not None

    def input(self, index: int) -> Any:
        """A tensor, computed or constant."""
        value = self.inputs[index] if index < len(self.inputs) else None
        if isinstance(value, Computed | Tensor):
            return value
        if isinstance(value, Sizes) and all(isinstance(size, int) for size in value.entries):
            numbers = list(value.entries)
            return torch.tensor(numbers[0] if value.is_scalar else numbers)
        what = "of sizes as input" if isinstance(value, Sizes) else "without its input"
        if isinstance(value, Quantized):
            raise self.unsupported(
                "of integers", "compute with what they stand for, behind DequantizeLinear"
            )
        raise self.unsupported(f"{what} {index}", "give it a tensor there")

    def computed(self, index: int) -> Computed:
        """An input that depends on the image."""
        value = self.input(index)
        if not isinstance(value, Computed):
            raise self.unsupported(f"of a constant as input {index}", "compute it from the image")
        return value

    def constant(self, index: int) -> Tensor:
        """An input that must not depend on the image."""
        value = self.input(index)
        if not isinstance(value, Tensor):
            raise self.unsupported(
                f"with a computed input {index}", "weights and settings must be constants"
            )
        return value

    def option(self, name: str, index: int) -> Tensor | None:
        """A setting that is an input, and was an attribute in older opsets; None if left out."""
        given = self.attribute(name)
        if self.has(index):
            return self.constant(index)
        return None if given is None else torch.as_tensor(given)

    def integers(self, name: str, index: int) -> list[int] | None:
        """A list of integers that is an input, and was an attribute in older opsets."""
        value = self.option(name, index)
        return None if value is None else [int(number) for number in value.reshape(-1).tolist()]

    def number(self, name: str, index: int) -> float | None:
        """A number that is an input, and was an attribute in older opsets."""
        value = self.option(name, index)
        if value is None:
            return None
        if value.numel() != 1:
            raise self.unsupported(f"with {name} of shape {tuple(value.shape)}", "give one number")
        return float(value)

    def axis(self, number: int, rank: int) -> int:
        """An axis counted from the front.

        Raises
        ------
        UnsupportedOperatorError: there is none.
        """
        if not -rank <= number < rank:
            raise self.unsupported(f"over axis {number} of {rank}", "choose one that there is")
        return number % rank

    def unsupported(self, what: str, instead: str) -> UnsupportedOperatorError:
        """The error for this node: `what` about it is the trouble, and what would work."""
        return UnsupportedOperatorError(f"{self.operator} {what}".strip(), self.place, instead)


Translation = Callable[[Node], Any]
"""Appends the ATen operators of a node; returns what its result is, or a tuple of several."""

TRANSLATIONS: dict[str, Translation] = {}
"""What turns each ONNX operator into ATen operators."""


def translates(*operators: str) -> Callable[[Translation], Translation]:
    """Register the decorated function for ONNX `operators`, those of other domains with these."""

    def register(function: Translation) -> Translation:
        TRANSLATIONS.update(dict.fromkeys(operators, function))
        return function

    return register

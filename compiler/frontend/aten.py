"""`AtenGraph`: a network as ATen operators, in the order in which torch runs them.

It is what torch.export recorded, without anything that torch would have to execute, import or
unpickle: operators out of torch's own library, their arguments as plain values, and tensors. The
front end makes one from a file or from an exported program and turns it into a `Graph`;
`AtenGraph.run` computes what torch would.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import torch
from torch import Tensor
from torch._ops import OpOverload

from .draft.place import Place

Target = OpOverload | Callable[..., Any]
"""An ATen operator, or one of Python's on sizes (`operator.mul`, `operator.getitem`)."""

_aten = torch.ops.aten
CHECKS: tuple[OpOverload, ...] = (
    _aten._assert_async.default, _aten._assert_async.msg, _aten._assert_scalar.default,
    _aten._assert_tensor_metadata.default, _aten.sym_constrain_range.default,
    _aten.sym_constrain_range_for_size.default,
)  # fmt: skip
"""Operators that torch.export adds to check sizes and types; they return nothing."""

MANY = 1009
"""Images of a batch where a network takes any number: a prime, which no size is by chance."""

_LIKE_ITS_ARGUMENT: tuple[OpOverload, ...] = (_aten.fake_quantize_per_tensor_affine.default,)
"""Operators that torch cannot run on tensors without contents, and whose result has the shape and
type of their first argument."""


def outputs(*answers: Tensor) -> Tensor:
    """(N, values) several answers of a network one after the other, images pixel by pixel."""
    return torch.cat([x.movedim(1, -1).flatten(1) for x in answers], 1)


@dataclass(frozen=True)
class Ref:
    """An argument that is the result of an earlier call, a tensor of the network, or the image."""

    name: str


@dataclass(frozen=True, eq=False)
class AtenCall:
    """One operator with its arguments.

    Parameters
    ----------
    result: name of what it returns.
    target: the operator.
    arguments: by the names in torch's schema, in their order, defaults included; those of a
        Python operator have numbers for names.
    place: where the user wrote it.
    """

    result: str
    target: Target
    arguments: Mapping[str, Any]
    place: Place

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of everything that it reads."""
        return tuple(
            ref.name
            for value in self.arguments.values()
            for ref in _leaves(value)
            if isinstance(ref, Ref)
        )

    @property
    def overwritten(self) -> str | None:
        """Name of the tensor that it changes in place, if it does."""
        if not isinstance(self.target, OpOverload):
            return None
        for argument in self.target._schema.arguments:
            if argument.alias_info is not None and argument.alias_info.is_write:
                value = self.arguments[argument.name]
                return value.name if isinstance(value, Ref) else None
        return None

    @property
    def has_several_results(self) -> bool:
        """Whether it returns more than one tensor."""
        return isinstance(self.target, OpOverload) and len(self.target._schema.returns) > 1

    @property
    def operator(self) -> str:
        """The operator's name as users know it: ``conv2d``, not ``aten.conv2d.padding``."""
        if not isinstance(self.target, OpOverload):
            return str(getattr(self.target, "__name__", self.target))
        return plain_name(self.target._schema.name.partition("::")[2])

    def apply(self, resolve: Callable[[Any], Any], device: torch.device) -> Any:
        """What the operator returns.

        Parameters
        ----------
        resolve: the value of a leaf of the arguments, of a `Ref` above all.
        device: where tensors are made, whatever the arguments say.

        Raises
        ------
        OverflowError: it is a size beyond 64 bits.
        Whatever torch raises for arguments that do not fit one another.
        """

        def known(leaf: Any) -> Any:
            return device if isinstance(leaf, torch.device) else resolve(leaf)

        values = {name: _mapped(known, value) for name, value in self.arguments.items()}
        if self.target in _LIKE_ITS_ARGUMENT and device.type == "meta":
            return torch.empty_like(next(iter(values.values())))
        if not isinstance(self.target, OpOverload):
            size = self.target(*values.values())
            if isinstance(size, int) and abs(size) >= 1 << 63:
                raise OverflowError("it gives a size beyond 64 bits")
            return size
        keywords = {a.name for a in self.target._schema.arguments if a.kwarg_only}
        return self.target(
            *(value for name, value in values.items() if name not in keywords),
            **{name: value for name, value in values.items() if name in keywords},
        )


@dataclass(frozen=True, eq=False)
class AtenGraph:
    """A network as a list of operators.

    Parameters
    ----------
    image: name of its input: (N, channels, height, width), (N, channels, length) or
        (N, features).
    image_shape: the same without N.
    dtype: of the image as the network was exported for it.
    batch: N, or None where it takes any number of images.
    tensors: weights, buffers and constants by name.
    calls: the operators, each behind those whose results it reads.
    output: name of the tensor that the network returns.
    notes: what is not computed as it was written, in sentences.
    """

    image: str
    image_shape: tuple[int, ...]
    dtype: torch.dtype
    batch: int | None
    tensors: Mapping[str, Tensor]
    calls: tuple[AtenCall, ...]
    output: str
    notes: tuple[str, ...] = ()

    def own_tensors(self) -> dict[str, Tensor]:
        """The tensors, for operators to run on: copies where some would overwrite constants."""
        of_image = {self.image}
        for call in self.calls:
            if call.overwritten is not None and call.overwritten not in of_image:
                return {name: tensor.clone() for name, tensor in self.tensors.items()}
            if of_image.intersection(call.sources):
                of_image.add(call.result)
        return dict(self.tensors)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of what the network returns of one image.

        Raises
        ------
        Exception: whatever torch raises for operators that do not fit what they read.
        """
        tensors = {name: torch.empty_like(t, device="meta") for name, t in self.tensors.items()}
        shape = (self.batch or 2, *self.image_shape)
        image = torch.empty(shape, dtype=self.dtype, device="meta")
        return tuple(dataclasses.replace(self, tensors=tensors).run(image).shape[1:])

    def run(self, image: Tensor, without: Collection[str] = ()) -> Tensor:
        """What torch answers for `image`.

        Parameters
        ----------
        image: (N, channels, height, width), float32 or whole numbers, as many images as the
            network takes.
        without: results of calls that hand on their first argument instead.
        """
        values: dict[str, Any] = {**self.own_tensors(), self.image: image}
        last_reader = {name: call.result for call in self.calls for name in call.sources}
        with torch.no_grad():
            for call in self.calls:
                if call.result in without:
                    same = values[call.sources[0]]
                    values[call.result] = (same,) if call.has_several_results else same
                else:
                    values[call.result] = _plain_memory(call, values, image.device)
                for name in {*call.sources, call.result} - {self.output}:
                    if last_reader.get(name, name) == call.result:
                        del values[name]
        answer: Tensor = values[self.output]
        return answer


def _plain_memory(call: AtenCall, values: Mapping[str, Any], device: torch.device) -> Any:
    """The result of `call`, laid out in memory as torch.export saw it.

    Some of torch's kernels answer in another order of axes than it records, and then a `view`
    that was recorded fails. What a call makes new may be copied; a view may not.
    """
    result = call.apply(lambda leaf: values[leaf.name] if isinstance(leaf, Ref) else leaf, device)
    makes_new = isinstance(call.target, OpOverload) and not any(
        returned.alias_info for returned in call.target._schema.returns
    )
    return result.contiguous() if makes_new and isinstance(result, Tensor) else result


def bound(target: Target, given: Mapping[str, Any], positional: tuple[Any, ...]) -> dict[str, Any]:
    """All arguments of a call of `target`, by name, in order, with torch's defaults.

    Parameters
    ----------
    target: the operator.
    given: arguments by name.
    positional: the first arguments, in order.

    Raises
    ------
    ValueError: one is missing, unknown or given twice.
    """
    if not isinstance(target, OpOverload):
        if given:
            raise ValueError("it takes no arguments by name")
        return {str(number): value for number, value in enumerate(positional)}
    schema = target._schema.arguments
    if len(positional) > len(schema):
        raise ValueError(f"it takes {len(schema)} arguments, not {len(positional)}")
    values = dict(zip((argument.name for argument in schema), positional, strict=False))
    unknown = [name for name in given if name in values or name not in {a.name for a in schema}]
    if unknown:
        raise ValueError("an argument is unknown or given twice")
    values |= given
    for argument in schema:
        if argument.name not in values and not argument.has_default_value():
            raise ValueError(f"its argument {argument.name} is missing")
    return {a.name: values.get(a.name, a.default_value) for a in schema}


def plain_name(name: str) -> str:
    """The name that users know an ATen operator by, which is not always its own."""
    if "batch_norm" in name:
        return "batch_norm"
    return name.strip("_") or name


def with_outputs(graph: AtenGraph, names: Sequence[str]) -> AtenGraph:
    """`graph` with the tensors `names` as its output: one, or several one after the other."""
    if len(names) == 1:
        return dataclasses.replace(graph, output=names[0])
    taken = {graph.image, *graph.tensors, *(call.result for call in graph.calls)}
    result = next(name for n in count() if (name := f"outputs_{n}") not in taken)
    arguments = {str(number): Ref(name) for number, name in enumerate(names)}
    call = AtenCall(result, outputs, arguments, Place("", is_layer=False, source=""))
    return dataclasses.replace(graph, calls=(*graph.calls, call), output=result)


def in_float32(graph: AtenGraph) -> AtenGraph:
    """`graph` with everything that is half, bfloat16 or double computed in float32.

    That is what its integers are compared with: half precision would add errors of its own.
    """

    def wide(leaf: Any) -> Any:
        floating = isinstance(leaf, torch.dtype) and leaf.is_floating_point
        return torch.float32 if floating else leaf

    return dataclasses.replace(
        graph,
        tensors={
            name: tensor.float() if tensor.is_floating_point() else tensor
            for name, tensor in graph.tensors.items()
        },
        calls=tuple(
            dataclasses.replace(
                call, arguments={n: _mapped(wide, value) for n, value in call.arguments.items()}
            )
            for call in graph.calls
        ),
    )


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _mapped(function: Callable[[Any], Any], value: Any) -> Any:
    """`value` with `function` applied to every leaf of its lists."""
    if isinstance(value, list | tuple):
        return [_mapped(function, item) for item in value]
    return function(value)


def element(source: str, index: int, result: str, place: Place) -> AtenCall:
    """The call that takes one of an operator's several results."""
    return AtenCall(result, operator.getitem, {"0": Ref(source), "1": index}, place)

"""Walks the operators of a network and builds its layers, one after the other."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch._ops import OpOverload

# The modules below register their operators in LOWERINGS when they are imported.
from .operators import (  # noqa: F401  isort: skip
    activations, channels, convolutions, elementwise, pools, quantization, reductions, resize,
    shapes,
)  # fmt: skip
from ..graph import Input
from ..store.errors import TabfabError, reason
from .aten import MANY, AtenCall, AtenGraph, Ref, outputs
from .draft.arrange import arranged
from .draft.call import LOWERINGS, SAME_NUMBERS, Call, in_place_twins
from .draft.draft import Affine, Draft
from .draft.hints import instead_of
from .draft.place import Place, UnsupportedOperatorError
from .draft.values import Value, as_image, channel_first
from .input_layout import input_layout
from .operators.channels import lower_outputs
from .pixels import Pixels

_MOST_ELEMENTS = 1 << 28
"""Elements of a tensor of one image, or of a constant: more is a mistake, not a network."""


def lower(graph: AtenGraph, pixels: Pixels) -> Draft:
    """The layers of a network, nothing folded yet.

    Parameters
    ----------
    graph: the network, in float32.
    pixels: what it takes pixels as.

    Raises
    ------
    UnsupportedOperatorError: for an operator that no layer stands for.
    TabfabError: for weights that are not finite, and for operators that do not fit what they
        read.
    """
    return _Walk(graph, pixels).run()


class _Walk:
    """One pass over the operators.

    `known` holds what each result stands for: a `Value` where it depends on the image, a `Tensor`
    where it is a constant, a list of them where it is several tensors, None where it is none of
    these (sizes). `facts` holds what torch itself says
    of it, shape, dtype and memory, from running the operators on tensors without contents; an
    operator that overwrites its argument is understood from the memory that tensors share.
    """

    def __init__(self, graph: AtenGraph, pixels: Pixels) -> None:
        self.graph = graph
        self.pixels = pixels
        self.draft = Draft()
        self.draft.notes += graph.notes
        self.batch = graph.batch or MANY
        self.known: dict[str, Value | list[Value] | Tensor | None] = dict(graph.own_tensors())
        self.facts: dict[str, Any] = {
            name: torch.empty_like(tensor, device="meta") for name, tensor in graph.tensors.items()
        }
        self.stale: dict[str, Place] = {}
        """Results whose memory something else has overwritten since."""
        self.ends = _ends(graph)
        self.twins = in_place_twins()

    def run(self) -> Draft:
        self.known[self.graph.image] = self._input()
        shape = (self.batch, *self.graph.image_shape)
        floating = self.graph.dtype.is_floating_point
        self.facts[self.graph.image] = torch.empty(
            shape, dtype=torch.float32 if floating else self.graph.dtype, device="meta"
        )
        with torch.no_grad():
            for call in self.graph.calls:
                self.facts[call.result] = self._fact(call)
                self.known[call.result] = self._call(call)
                if call.overwritten is not None:
                    self._overwrite(call)
        self.draft.output = self._output().layer
        return self.draft

    def _input(self) -> Value:
        """The image, which becomes what the network takes it as."""
        layout = input_layout(self.graph)
        shape, tail = layout.shape, self.graph.image_shape
        image = Input(
            name="input",
            inputs=(),
            shape=shape,
            mean=np.zeros(shape[0], np.float32),
            std=np.ones(shape[0], np.float32),
        )
        self.draft.add(image)
        scale, offset = self.pixels.affine(self.graph)
        if (scale == 1).all() and (offset == 0).all():
            return Value("input", shape, tail, layout.order)
        affine = Affine(
            name=self.draft.unique("pixels"), inputs=("input",), shape=shape, scale=scale,
            offset=offset,
        )  # fmt: skip
        self.draft.add(affine)
        return Value(affine.name, shape, tail, layout.order)

    # --------------------------------------------------------------------- what torch says

    def _fact(self, call: AtenCall) -> Any:
        """The result of `call` on tensors that have a shape and no contents."""

        def fact(leaf: Any) -> Any:
            return self.facts[leaf.name] if isinstance(leaf, Ref) else leaf

        result = _applied(call, fact, torch.device("meta"))
        for tensor in result if isinstance(result, tuple | list) else (result,):
            most = _MOST_ELEMENTS * self.batch
            if isinstance(tensor, Tensor) and tensor.numel() > most:
                raise TabfabError(
                    f"{call.operator} in {call.place} gives {tuple(tensor.shape)} numbers, more "
                    f"than {_MOST_ELEMENTS} for an image: no network needs so many"
                )
        return result

    def _call(self, call: AtenCall) -> Value | list[Value] | Tensor | None:
        for name in call.sources:
            if name in self.stale:
                raise UnsupportedOperatorError(
                    f"{call.operator} of a tensor that was overwritten in {self.stale[name]}",
                    call.place,
                    "use operators that do not overwrite their argument, y = torch.relu(x)",
                )
        if call.target is operator.getitem:
            return self._element(call)
        sources = [self.known[name] for name in call.sources]
        if any(isinstance(source, Value) for source in sources):
            return self._layer(call) if isinstance(self._result(call), Tensor) else None
        is_tensor = isinstance(self._result(call), Tensor)
        if is_tensor and all(isinstance(source, Tensor) for source in sources):
            return self._constant(call)
        return None

    def _element(self, call: AtenCall) -> Value | Tensor | None:
        """One of an operator's several results."""
        (source,), index = call.sources, call.arguments["1"]
        known = self.known[source]
        if isinstance(known, Value):
            return known if index == 0 else None  # a dropout's mask, an average that is saved
        return known[index] if isinstance(known, list | tuple) else known

    def _constant(self, call: AtenCall) -> Any:
        """What an operator on constants comes to: a reshaped mean, a scaled weight."""

        def known(leaf: Any) -> Any:
            return self.known[leaf.name] if isinstance(leaf, Ref) else leaf

        return _applied(call, known, torch.device("cpu"))

    def _overwrite(self, call: AtenCall) -> None:
        """Let every layer that shares the memory of what `call` overwrote know of it."""
        new, result = self.known[call.result], self._result(call)
        if isinstance(new, Tensor) or not isinstance(result, Tensor):
            return  # torch itself has overwritten the constant, for all who share it
        for name, fact in self.facts.items():
            if not isinstance(fact, Tensor) or not _share(fact, result):
                continue
            if _same(fact, result):
                self.known[name] = new
            elif name != call.result:
                self.stale[name] = call.place

    def _result(self, call: AtenCall) -> Any:
        """What torch says of the (first) result."""
        fact = self.facts[call.result]
        return fact[0] if isinstance(fact, tuple | list) and fact else fact

    # --------------------------------------------------------------------------- layers

    def _layer(self, call: AtenCall) -> Value | list[Value]:
        prepared = self._prepare(call)
        target = call.target
        if isinstance(target, OpOverload):
            target = self.twins.get(target, target)
        if target is outputs:
            return lower_outputs(prepared)
        lowering = LOWERINGS.get(target) if isinstance(target, OpOverload) else None
        if lowering is None:
            raise prepared.unsupported("", instead_of(call.operator))
        if not self._result(call).is_floating_point() and target not in SAME_NUMBERS:
            raise prepared.unsupported(
                "of whole numbers", "convert the image to floating point first, x.float()"
            )
        try:
            return lowering(prepared)
        except (IndexError, RuntimeError, TypeError, ValueError) as error:
            # A damaged file's constants may have shapes that torch does not mind without contents.
            raise _misfit(call, error) from error

    def _prepare(self, call: AtenCall) -> Call:
        for name in call.sources:
            if self.known[name] is None and isinstance(self.facts[name], Tensor):
                raise UnsupportedOperatorError(
                    f"{call.operator} of {name}, which is neither a layer nor a constant",
                    call.place,
                    "use fixed sizes for the tensors that the network makes itself",
                )
        shape = self._result(call).shape
        if len(shape) == 0 or shape[0] != self.batch:
            raise UnsupportedOperatorError(
                f"{call.operator} to shape {self._shown(shape)}, which mixes the images of a batch",
                call.place,
                "keep the batch axis first and as it is",
            )
        return Call(
            result=call.result,
            operator=call.operator,
            arguments=self._resolved(call),
            tail=tuple(int(size) for size in shape[1:]),
            is_end=call.result in self.ends,
            place=call.place,
            draft=self.draft,
        )

    def _shown(self, shape: torch.Size) -> str:
        """A shape with the sizes that stand for any number of images by a letter."""
        names = ["N" if not self.graph.batch and n == MANY else str(n) for n in shape]
        return f"({', '.join(names)}{',' if len(names) == 1 else ''})"

    def _resolved(self, call: AtenCall) -> Mapping[str, Any]:
        """The arguments with what each name stands for, numbers where it is a size."""

        def known(value: Any) -> Any:
            if isinstance(value, list | tuple):
                return [known(item) for item in value]
            if not isinstance(value, Ref):
                return value
            found = self.known[value.name]
            return self.facts[value.name] if found is None else found

        return {name: known(value) for name, value in call.arguments.items()}

    def _output(self) -> Value:
        name = self.graph.output
        value = self.known.get(name)
        if name in self.stale:
            raise TabfabError(
                f"the network returns a tensor that was overwritten in {self.stale[name]}: use "
                "operators that do not overwrite their argument"
            )
        if not isinstance(value, Value):
            raise TabfabError(
                "the network returns a tensor that does not depend on the image: it must return "
                "one that does"
            )
        return self._in_order(value)

    def _in_order(self, value: Value) -> Value:
        """What the network returns, channel by channel."""
        sizes, seen = ([size for size in shape if size > 1] for shape in (value.shape, value.tail))
        if sizes == seen and np.array_equal(
            value.places.ravel(), channel_first(value.shape).ravel()
        ):
            return value
        shape = as_image(value.tail or (1,)) if len(value.tail) <= 3 else None
        name = f"{value.layer}.reshape"
        layer = arranged(self.draft, value, shape, name, "") if shape else None
        if shape is None or layer is None:
            raise TabfabError(
                f"the network returns the numbers of its layer {value.layer!r}, of shape "
                f"{value.shape}, in another order, as {value.tail}: end it with a linear layer or "
                "a pool, or return them as they are"
            )
        return Value(layer, shape, value.tail)


def _applied(call: AtenCall, resolve: Callable[[Any], Any], device: torch.device) -> Any:
    """The result of `call`, or in one sentence why there is none."""
    try:
        return call.apply(resolve, device)
    except Exception as error:  # torch says what does not fit by any exception
        raise _misfit(call, error) from error


def _misfit(call: AtenCall, error: Exception) -> TabfabError:
    return TabfabError(
        f"{call.operator} in {call.place} does not fit what it reads ({reason(error)}): export the "
        "network again with torch.export"
    )


def _ends(graph: AtenGraph) -> set[str]:
    """Results that the network returns as they are, up to their shape and precision."""
    readers: dict[str, list[AtenCall]] = {}
    for call in graph.calls:
        for name in call.sources:
            readers.setdefault(name, []).append(call)
    ends = {graph.output} if graph.output not in readers else set()
    for call in reversed(graph.calls):
        keeps = call.target in SAME_NUMBERS and call.overwritten is None
        keeps = keeps or call.target is outputs
        if call.result in ends and keeps:
            ends |= {name for name in call.sources if len(readers[name]) == 1}
    return ends


def _share(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors share memory."""
    return one.untyped_storage()._cdata == other.untyped_storage()._cdata


def _same(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors that share memory are the same elements in the same order."""
    return (one.shape, one.stride(), one.storage_offset()) == (
        other.shape, other.stride(), other.storage_offset()
    )  # fmt: skip

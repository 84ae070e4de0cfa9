"""Walks the traced graph and builds its layers, operator by operator."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch._ops import OpOverload
from torch.export import ExportedProgram
from torch.fx import Node

# The modules below register their operators in LOWERINGS when they are imported.
from .operators import convolutions, elementwise, pools, shapes  # noqa: F401  isort: skip
from ..graph import Input
from ..graph.model_file import input_shape
from ..store.errors import TabfabError
from .call import LOWERINGS, Call
from .draft import Draft
from .hints import instead_of
from .place import UnsupportedOperatorError, place_of
from .values import Value


def lower(exported: ExportedProgram) -> Draft:
    """The layers of a functional exported program, nothing folded yet.

    Raises
    ------
    UnsupportedOperatorError: for an operator that no layer stands for.
    TabfabError: for weights that are not finite, and for more than one input or output.
    """
    return _Walk(exported).run()


class _Walk:
    """One pass over the nodes; `known` holds what each of them stands for.

    That is a `Value` where it depends on the image, a `Tensor` where it is a constant, and None
    where it is neither (sizes and assertions).
    """

    def __init__(self, exported: ExportedProgram) -> None:
        self.exported = exported
        self.draft = Draft()
        self.known: dict[Node, Value | Tensor | None] = {}

    def run(self) -> Draft:
        with torch.no_grad():
            for node in self.exported.graph.nodes:
                if node.op == "placeholder":
                    self.known[node] = self._placeholder(node)
                elif node.op == "call_function":
                    self.known[node] = self._call(node)
        self.draft.output = self._output().layer
        return self.draft

    def _placeholder(self, node: Node) -> Value | Tensor | None:
        signature = self.exported.graph_signature
        if node.name in signature.user_inputs:
            return self._input(node)
        name = (
            signature.inputs_to_parameters.get(node.name)
            or signature.inputs_to_buffers.get(node.name)
            or signature.inputs_to_lifted_tensor_constants.get(node.name)
        )
        if name is None:
            return None
        stored = self.exported.state_dict.get(name, self.exported.constants.get(name))
        return stored.detach().cpu() if isinstance(stored, Tensor) else None

    def _input(self, node: Node) -> Value:
        shape = input_shape(self.exported)
        self.batch = node.meta["val"].shape[0]
        self.draft.add(
            Input(
                name="input",
                inputs=(),
                shape=shape,
                mean=np.zeros(shape[0], np.float32),
                std=np.ones(shape[0], np.float32),
            )
        )
        return Value("input", shape, shape)

    def _call(self, node: Node) -> Value | Tensor | None:
        if node.target is operator.getitem:
            return self._element(node)
        sources = [self.known[source] for source in node.all_input_nodes]
        if any(isinstance(source, Value) for source in sources):
            if not _gives_tensor(node):
                return None
            return self._layer(node)
        if all(isinstance(source, Tensor) for source in sources):
            return self._constant(node)
        return None

    def _element(self, node: Node) -> Value | Tensor | None:
        """The first of an operator's several results; the others (indices, masks) are nothing."""
        source, index = node.args
        assert isinstance(source, Node)
        return self.known[source] if index == 0 else None

    def _constant(self, node: Node) -> Tensor | None:
        """What an operator on constants comes to: a reshaped mean, a scaled weight."""
        args, kwargs = self._resolve(node.args), self._resolve(node.kwargs)
        try:
            result = node.target(*args, **kwargs)  # type: ignore[operator]
        except (RuntimeError, TypeError, ValueError):
            return None
        return result if isinstance(result, Tensor) else None

    def _layer(self, node: Node) -> Value:
        call = self._prepare(node)
        lowering = LOWERINGS.get(node.target) if isinstance(node.target, OpOverload) else None
        if lowering is None:
            raise call.unsupported("", instead_of(call.operator))
        return lowering(call)

    def _prepare(self, node: Node) -> Call:
        target, name = node.target, _plain_name(node)
        place = place_of(node)
        for source in node.all_input_nodes:
            if self.known[source] is None and _gives_tensor(source):
                raise UnsupportedOperatorError(
                    f"{name} of {source.name}, which is neither a layer nor a constant",
                    place,
                    "use fixed sizes for the tensors that the network makes itself",
                )
        shape = _result(node).shape
        if len(shape) == 0 or shape[0] != self.batch:
            raise UnsupportedOperatorError(
                f"{name} to shape {tuple(shape)}, which mixes the images of a batch",
                place,
                "keep the batch axis first and as it is",
            )
        arguments = {}
        if isinstance(target, OpOverload):
            given = dict(zip((a.name for a in target._schema.arguments), node.args, strict=False))
            for argument in target._schema.arguments:
                value = given.get(argument.name, node.kwargs.get(argument.name))
                missing = argument.name not in given and argument.name not in node.kwargs
                if missing and argument.has_default_value():
                    value = argument.default_value
                arguments[argument.name] = self._resolve(value)
        return Call(
            node=node,
            operator=name,
            arguments=arguments,
            tail=tuple(int(size) for size in shape[1:]),
            place=place,
            draft=self.draft,
        )

    def _resolve(self, argument: Any) -> Any:
        """`argument` with every node in it replaced by what it stands for, if anything."""

        def known(node: Node) -> Any:
            found = self.known[node]
            return node if found is None else found

        return torch.fx.node.map_arg(argument, known)

    def _output(self) -> Value:
        outputs = self.exported.graph_signature.user_outputs
        (end,) = (node for node in self.exported.graph.nodes if node.op == "output")
        results = [
            self.known[node]
            for node in end.args[0]
            if isinstance(node, Node) and node.name in outputs
        ]
        if len(outputs) != 1 or len(results) != 1 or not isinstance(results[0], Value):
            raise TabfabError(
                f"the network returns {len(outputs)} results: it must return one tensor that "
                "depends on the image"
            )
        value = results[0]
        if value.order is not None:
            raise TabfabError(
                f"the network returns a flattened image of shape {value.order}: end it with a "
                "linear layer or a pool"
            )
        return value


def _gives_tensor(node: Node) -> bool:
    """Whether the node's (first) result is a tensor, not a size or an assertion."""
    return isinstance(_result(node), Tensor)


def _result(node: Node) -> Any:
    value = node.meta.get("val")
    return value[0] if isinstance(value, tuple | list) and value else value


def _plain_name(node: Node) -> str:
    """The operator's name as users know it: ``conv2d``, not ``aten.conv2d.padding``."""
    if not isinstance(node.target, OpOverload):
        return str(getattr(node.target, "__name__", node.target))
    name = node.target._schema.name.partition("::")[2]
    return "batch_norm" if "batch_norm" in name else name.lstrip("_")

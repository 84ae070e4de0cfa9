"""Walks the nodes of an ONNX graph and names the ATen operators that compute the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ...store.errors import TabfabError, reason, shown
from ...store.zip_archive import ArchiveError
from ..aten import MANY, AtenCall, Ref, Target, bound, element
from ..draft.hints import instead_of
from ..draft.place import Place, UnsupportedOperatorError
from ..several_inputs import NetworkInput
from .entry import Entry
from .node import TRANSLATIONS, Node
from .package import onnx_package
from .place import fit_name, node_place
from .tensors import MOST_CONSTANTS, tensor_of
from .values import Computed, Known, Written

# Whose modules register their operators in TRANSLATIONS when they are imported.
from . import catalog  # noqa: F401  isort: skip

_MOST_ELEMENTS = 1 << 26
"""Elements of a tensor of one image: more is a mistake, not a network."""
_MOST_CALLS = 20_000


class Walk:
    """One pass over the nodes of a graph.

    Parameters
    ----------
    opset: version of ONNX's operators.
    entries: what the network takes.
    """

    def __init__(self, opset: int, entries: Sequence[Entry]) -> None:
        self.opset = opset
        self.batch = entries[0].batch or MANY
        self.known: dict[str, Known] = {}
        """What each name of the ONNX graph stands for."""
        self.tensors: dict[str, Tensor] = {}
        """Constants of the ATen operators by name."""
        self.calls: list[AtenCall] = []
        self.notes: list[str] = []
        self.meanings: dict[str, Written] = {}
        self._facts: dict[str, Any] = {}
        self._names: dict[int, str] = {}
        self.inputs: list[NetworkInput] = []
        """What the network takes, by their names in the `AtenGraph`."""
        for entry in entries:
            self._take(entry)

    def _take(self, entry: Entry) -> None:
        """Take up images as the ONNX graph takes them."""
        name = f"image_{len(self.inputs)}"
        shape = (entry.batch or MANY, *entry.shape)
        self.inputs.append(NetworkInput(name, entry.shape, entry.dtype, entry.batch, entry.name))
        self._facts[name] = torch.empty(shape, dtype=entry.dtype, device="meta")
        self.known[entry.name] = Computed(name, self._facts[name])

    # ------------------------------------------------------------------------------ values

    def constant(self, proto: Any) -> None:
        """Take up a ``TensorProto`` of the graph."""
        self.known[proto.name] = tensor_of(proto)

    # ------------------------------------------------------------------------------- nodes

    def node(self, proto: Any, read: Mapping[str, int]) -> None:
        """Turn a ``NodeProto`` into ATen operators.

        Parameters
        ----------
        proto: of the node.
        read: how often each name is read.

        Raises
        ------
        UnsupportedOperatorError: nothing computes it.
        TabfabError: its settings are none.
        """
        operator = full_name(proto)
        place = node_place(proto)
        translation = TRANSLATIONS.get(operator)
        if translation is None:
            raise UnsupportedOperatorError(shown_name(operator), place, instead_of(operator))
        results = list(proto.output)
        node = Node(
            operator=operator,
            inputs=tuple(self._input(name, place) for name in proto.input),
            attributes=attributes_of(proto, place),
            results=sum(1 for name in results if read.get(name)),
            opset=self.opset,
            place=place,
            emitter=self,
        )
        try:
            value = translation(node)
        except TabfabError:
            raise
        except Exception as error:  # settings of damaged files may raise anything at all
            raise TabfabError(
                f"{shown_name(operator)} in {place} has settings that do not fit "
                f"({reason(error)}): export the ONNX model again"
            ) from error
        unknown = sorted(set(node.attributes) - node.asked)
        if unknown:
            raise node.unsupported(f"with attribute {shown(unknown[0])}", "leave it at its default")
        for name, result in zip(results, value if isinstance(value, tuple) else (value,)):  # noqa: B905
            if name and name in self.known:
                raise ArchiveError(
                    f"the ONNX model is damaged: two nodes make {shown(name)}: export it again"
                )
            self.known[name] = result

    def _input(self, name: str, place: Place) -> Known | None:
        if not name:
            return None
        if name not in self.known:
            raise ArchiveError(
                f"the ONNX model is damaged: {place} reads {shown(name)}, which nothing before it "
                "makes: export it again"
            )
        return self.known[name]

    # ---------------------------------------------------------------------- ATen operators

    def emit(self, target: Target, arguments: Sequence[Any], place: Place) -> Any:
        """Append an ATen operator.

        Parameters
        ----------
        target: the operator.
        arguments: the first of them; the others have torch's defaults.
        place: of the node.

        Returns
        -------
        `Computed`, a tuple of them where the operator has several results, or what it comes to
        where all arguments are constants.

        Raises
        ------
        TabfabError: the arguments do not fit one another, or the result is too large.
        """
        self._known_constants(arguments)
        named = [self._named(argument) for argument in arguments]
        call = AtenCall(f"{len(self.calls)}", target, bound(target, {}, tuple(named)), place)
        fact = self._applied(call, self._facts, "meta")
        sources = [name for name in call.sources if name not in self.tensors]
        limit = _MOST_ELEMENTS * self.batch if sources else MOST_CONSTANTS
        for tensor in fact if isinstance(fact, tuple | list) else (fact,):
            if isinstance(tensor, Tensor) and tensor.numel() > limit:
                raise TabfabError(
                    f"{call.operator} in {place} gives {tuple(tensor.shape)} numbers: no network "
                    "needs so many"
                )
        if not sources:
            return self._applied(call, self.tensors, "cpu")
        if len(self.calls) >= _MOST_CALLS:
            raise ArchiveError(
                f"the ONNX model has more than {_MOST_CALLS} operators: no network needs so many"
            )
        name = self._new_name(call)
        self.calls.append(AtenCall(name, target, call.arguments, place))
        self._facts[name] = fact
        if isinstance(fact, Tensor):
            return Computed(name, fact)
        if not isinstance(fact, tuple | list):
            return Ref(name)  # a size
        for index, part in enumerate(fact):
            self.calls.append(element(name, index, f"{name}_{index}", place))
            self._facts[f"{name}_{index}"] = part
        return tuple(Computed(f"{name}_{index}", part) for index, part in enumerate(fact))

    def maker(self, value: Computed) -> tuple[str, Any, Any] | None:
        """The operator that made `value` of two others, and these; None if another did."""
        call = next((call for call in reversed(self.calls) if call.result == value.name), None)
        arguments = list(call.arguments.values()) if call else []
        if call is None or len(arguments) < 2:
            return None
        left, right = (self._meant(argument) for argument in arguments[:2])
        return call.operator, left, right

    def _meant(self, argument: Any) -> Any:
        """What an argument of an ATen operator stands for."""
        if not isinstance(argument, Ref):
            return argument
        constant = self.tensors.get(argument.name)
        return Computed(argument.name, self._facts[argument.name]) if constant is None else constant

    def _new_name(self, call: AtenCall) -> str:
        return f"{call.operator}_{len(self.calls)}"

    def _known_constants(self, arguments: Sequence[Any]) -> None:
        """Give a name to every constant among the arguments."""
        for argument in arguments:
            if isinstance(argument, list | tuple):
                self._known_constants(argument)
            elif isinstance(argument, Tensor) and id(argument) not in self._names:
                name = f"constant_{len(self.tensors)}"
                self._names[id(argument)] = name
                self.tensors[name] = argument  # which keeps its id from being given away
                self._facts[name] = torch.empty_like(argument, device="meta")

    def _named(self, argument: Any) -> Any:
        if isinstance(argument, list | tuple):
            return [self._named(item) for item in argument]
        if isinstance(argument, Computed):
            return Ref(argument.name)
        return Ref(self._names[id(argument)]) if isinstance(argument, Tensor) else argument

    def _applied(self, call: AtenCall, values: Mapping[str, Any], device: str) -> Any:
        def resolve(leaf: Any) -> Any:
            return values[leaf.name] if isinstance(leaf, Ref) else leaf

        try:
            with torch.no_grad():
                return call.apply(resolve, torch.device(device))
        except Exception as error:  # torch says what does not fit by any exception
            raise TabfabError(
                f"{call.operator} in {call.place} does not fit what it reads ({reason(error)}): "
                "export the ONNX model again"
            ) from error


def full_name(proto: Any) -> str:
    """Name of a node's operator, with its domain where it is not ONNX's own."""
    own = proto.domain in ("", "ai.onnx")
    return str(proto.op_type if own else f"{proto.domain}.{proto.op_type}")


def attributes_of(proto: Any, place: Place) -> dict[str, Any]:
    """Attributes of a ``NodeProto`` as plain values.

    Raises
    ------
    UnsupportedOperatorError: one is a graph or something else that is no number, text or tensor.
    """
    onnx = onnx_package()
    kinds = onnx.AttributeProto
    values: dict[str, Any] = {}
    for attribute in proto.attribute:
        match attribute.type:
            case kinds.FLOAT:
                value: Any = attribute.f
            case kinds.INT:
                value = attribute.i
            case kinds.STRING:
                value = attribute.s.decode(errors="replace")
            case kinds.TENSOR:
                value = tensor_of(attribute.t)
            case kinds.FLOATS:
                value = list(attribute.floats)
            case kinds.INTS:
                value = list(attribute.ints)
            case kinds.STRINGS:
                value = [text.decode(errors="replace") for text in attribute.strings]
            case _:
                raise UnsupportedOperatorError(
                    f"{shown_name(proto.op_type)} with attribute {shown(attribute.name)}, which is "
                    "no number, text or tensor",
                    place,
                    "build the network of plain operators, without control flow",
                )
        values[attribute.name] = value
    return values


def shown_name(operator: str) -> str:
    """An operator's name as a message may show it."""
    return fit_name(operator) or "an operator without a name"

"""From the JSON of a ``.pt2`` to an `AtenGraph`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ...store.errors import TabfabError, shown
from ...store.zip_archive import ArchiveError
from ..aten import AtenCall, AtenGraph, Ref, Target, bound, element, plain_name, with_outputs
from ..draft.hints import instead_of
from ..draft.place import Place, UnsupportedOperatorError, place_of
from ..several_inputs import NetworkInput, with_inputs
from .archive import Archive
from .document import Value
from .known_operators import known_operators
from .tensors import dtype_of, integer_of, read_tensors

SCHEMA = 8
"""Major version of torch's schema."""
_MOST_CALLS = 20_000
_MOST_NESTED = 20
_WORDS = ("constant", "floor", "none", "reflect", "replicate", "circular", "same", "tanh", "trunc",
          "valid")  # fmt: skip
"""Texts that operators take."""
_LAYOUTS = {7: torch.strided}
_MEMORY_FORMATS = {
    1: torch.contiguous_format,
    2: torch.channels_last,
    4: torch.preserve_format,
}
_OPERATOR = re.compile(r"torch\.ops\.(?P<library>\w{1,60})\.(?P<name>\w{1,60})(?:\.\w{1,60})?")


def read_network(archive: Archive) -> AtenGraph:
    """The network of an archive.

    Raises
    ------
    ArchiveError: it is damaged, of another version of torch's schema, holds pickled objects, or
        does not take batches of images and return tensors.
    UnsupportedOperatorError: it names an operator that tabfab does not know.
    """
    document = Value(archive.json("models/model.json"), f"{archive.path}, model")
    version = document["schema_version"]["major"].integer()
    if version != SCHEMA:
        raise ArchiveError(
            f"{archive.path} has version {version} of torch's format, and tabfab reads version "
            f"{SCHEMA}: export the network again with torch {_torch_version()}"
        )
    return _Reader(archive, document["graph_module"]).read()


def _torch_version() -> str:
    return str(torch.__version__).partition("+")[0]


@dataclass(eq=False)
class _Reader:
    """One pass over the nodes of a graph."""

    archive: Archive
    module: Value
    calls: list[AtenCall] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """What each name of the graph at hand is called in `calls`."""
    nested: int = 0
    notes: list[str] = field(default_factory=list)

    def read(self) -> AtenGraph:
        graph = self.module["graph"]
        inputs = self._inputs(graph)
        self._nodes(graph)
        outputs = self._outputs()
        if not outputs:
            raise ArchiveError(
                f"{self.archive.path}: the network returns nothing: it must return tensors of the "
                "image"
            )
        names = [self._known(name, graph) for name in outputs]
        made = AtenGraph(
            inputs[0].name, inputs[0].shape, inputs[0].dtype, inputs[0].batch, self.tensors,
            tuple(self.calls), names[0], tuple(self.notes),
        )  # fmt: skip
        try:
            return with_outputs(with_inputs(made, inputs), names)
        except TabfabError as error:
            raise ArchiveError(f"{self.archive.path}: {error}") from error

    # ----------------------------------------------------------------- inputs and outputs

    def _inputs(self, graph: Value) -> list[NetworkInput]:
        """What the network takes; weights and constants are taken up on the way."""
        stored = read_tensors(self.archive)
        images = []
        for spec in self.module["signature"]["input_specs"]:
            kind, entry = spec.choice()
            match kind:
                case "user_input":
                    images.append(entry["arg"])
                case "parameter" | "buffer" | "tensor_constant":
                    path = entry[f"{kind}_name"].path()
                    if path not in stored:
                        raise entry.wrong("a tensor that the file holds")
                    name = self._new(entry["arg"]["name"])
                    self.tensors[name] = stored[path]
                    self._check_finite(path, stored[path])
                case "constant_input":
                    pass  # an argument that was fixed when the network was exported
                case _:
                    raise entry.wrong("an image, a weight, a buffer or a constant")
        names = [value["name"] for arg in images for kind, value in [arg.choice()]
                 if kind == "as_tensor"]  # fmt: skip
        if not images or len(names) < len(images):
            shapes = [self._shown_shape(graph, name) for name in names]
            raise ArchiveError(
                f"{self.archive.path}: the exported network must take tensors (N, channels, "
                f"height, width), but it takes {len(images)} inputs, the tensors among them of "
                f"shapes {', '.join(shapes) or 'none'}"
            )
        return [
            NetworkInput(self._new(name), *self._image(graph["tensor_values"][name.name()]))
            for name in names
        ]

    def _check_finite(self, path: str, tensor: Tensor) -> None:
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise ArchiveError(
                f"{self.archive.path} holds weights that are no numbers, in {shown(path)}: train "
                "it again, with a lower learning rate if that is what became of it"
            )

    def _shown_shape(self, graph: Value, name: Value) -> str:
        sizes = graph["tensor_values"][name.name()]["sizes"]
        return f"({', '.join(_shown_size(size) for size in sizes)})"

    def _image(self, meta: Value) -> tuple[tuple[int, ...], torch.dtype, int | None]:
        """Shape, dtype and fixed number of the images that the network takes."""
        sizes = list(meta["sizes"])
        known = all(size.choice()[0] == "as_int" for size in sizes[1:])
        if not 2 <= len(sizes) <= 4 or not known:
            raise ArchiveError(
                f"{self.archive.path}: the exported network must take a tensor (N, channels, "
                "height, width), (N, channels, length) or (N, features), of fixed sizes but for "
                f"N, but it takes one of shape ({', '.join(map(_shown_size, sizes))}): export it "
                "for images of one size"
            )
        batch = integer_of(sizes[0]) if sizes[0].choice()[0] == "as_int" else None
        shape = tuple(integer_of(size) for size in sizes[1:])
        if min(*shape, 1 if batch is None else batch) < 1:
            raise meta["sizes"].wrong("sizes of at least 1")
        return shape, dtype_of(meta["dtype"]), batch

    def _outputs(self) -> list[str]:
        outputs = []
        for spec in self.module["signature"]["output_specs"]:
            kind, entry = spec.choice()
            if kind in ("buffer_mutation", "parameter_mutation", "user_input_mutation"):
                continue
            if kind != "user_output":
                raise entry.wrong("a result of the network")
            what, value = entry["arg"].choice()
            if what == "as_tensor":
                outputs.append(value["name"].name())
            elif what not in ("as_none", "as_int", "as_float", "as_bool", "as_string"):
                raise entry.wrong("a tensor")
        return outputs

    # ------------------------------------------------------------------------------ names

    def _new(self, name: Value) -> str:
        """Take up a name of the graph at hand, which must be new."""
        text = name.name()
        if text in self.names:
            raise name.wrong("a name of its own")
        self.names[text] = text if not self.nested else f"{text}/{len(self.calls)}"
        return self.names[text]

    def _known(self, name: str, where: Value) -> str:
        if name not in self.names:
            raise ArchiveError(
                f"{where.where} reads {shown(name)}, which nothing before it makes: export the "
                "network again with torch.export"
            )
        return self.names[name]

    def _ref(self, value: Value) -> Ref:
        return Ref(self._known(value.name(), value))

    # ------------------------------------------------------------------------------ nodes

    def _nodes(self, graph: Value) -> None:
        operators = known_operators()
        for node in graph["nodes"]:
            target = node["target"].text()
            if target in operators:
                found = operators[target]
                if found is not None:
                    self._call(node, found)
            elif target in _WRAPPERS:
                operands_from, note = _WRAPPERS[target]
                self.notes += [note] if note and note not in self.notes else []
                self._wrapped(node, operands_from)
            else:
                match = _OPERATOR.fullmatch(target)
                if match is None:
                    raise node["target"].wrong("an operator of torch.ops")
                name = plain_name(match["name"])
                if match["library"] not in ("aten", "higher_order"):
                    name = f"{match['library']}.{name}"
                raise UnsupportedOperatorError(name, _place(node), instead_of(name))

    def _call(self, node: Value, target: Target) -> None:
        if len(self.calls) > _MOST_CALLS:
            raise ArchiveError(
                f"{self.archive.path} has more than {_MOST_CALLS} operators: no network needs so "
                "many"
            )
        given: dict[str, Any] = {}
        positional: list[Any] = []
        for entry in node["inputs"]:
            value, name = self._argument(entry["arg"]), entry["name"].text()
            if isinstance(target, torch._ops.OpOverload):
                if name in given:
                    raise entry.wrong("an argument that is given once")
                given[name] = value
            else:
                positional.append(value)
        try:
            arguments = bound(target, given, tuple(positional))
        except ValueError as error:
            raise ArchiveError(
                f"{node.where} is no call of {shown(node['target'].value)}: {error}: export the "
                "network again with torch.export"
            ) from error
        self._results(node, target, arguments)

    def _results(self, node: Value, target: Target, arguments: dict[str, Any]) -> None:
        place = _place(node)
        results = [self._result(output) for output in node["outputs"]]
        if len(results) == 1 and isinstance(results[0], Value):
            name = self._new(results[0])
            self.calls.append(AtenCall(name, target, arguments, place))
            return
        # torch writes one name for each of several results.
        whole = f"results/{len(self.calls)}"
        self.calls.append(AtenCall(whole, target, arguments, place))
        several = results[0] if len(results) == 1 and isinstance(results[0], list) else results
        for index, result in enumerate(several):
            if isinstance(result, Value):
                self.calls.append(element(whole, index, self._new(result), place))

    def _result(self, output: Value) -> Value | list[Value] | None:
        kind, value = output.choice()
        match kind:
            case "as_tensor":
                return value["name"]
            case "as_tensors":
                return [item["name"] for item in value]
            case "as_sym_int" | "as_sym_bool":
                return value["as_name"]
            case "as_none":
                return None
        raise output.wrong("a tensor or a size")

    def _wrapped(self, node: Value, operands_from: int) -> None:
        """A graph that torch runs as it is, without gradients or in another precision."""
        inputs = [entry["arg"] for entry in node["inputs"]]
        if self.nested >= _MOST_NESTED:
            raise ArchiveError(
                f"{self.archive.path} has graphs in graphs, {_MOST_NESTED} deep: no network needs "
                "so many"
            )
        if len(inputs) < operands_from:
            raise node.wrong("a graph inside the network")
        inner = Value(
            inputs[operands_from - 1]["as_graph"]["graph"].value,
            f"{self.archive.path}, a graph in the model",
        )
        operands = [self._known(name.name(), name) for name in map(_name, inputs[operands_from:])]
        names = [_name(entry).name() for entry in inner["inputs"]]
        if len(names) != len(operands):
            raise node.wrong("a graph with as many operands as it takes")
        outer, self.names = self.names, dict(zip(names, operands, strict=True))
        self.nested += 1
        self._nodes(inner)
        results = [self._known(name.name(), name) for name in map(_name, inner["outputs"])]
        self.nested -= 1
        self.names = outer
        outputs = [self._result(output) for output in node["outputs"]]
        if len(outputs) == 1 and isinstance(outputs[0], list):
            outputs = list(outputs[0])
        if len(outputs) != len(results):
            raise node.wrong("a graph with as many results as it returns")
        for output, result in zip(outputs, results, strict=True):
            if isinstance(output, Value):
                name = output.name()
                if name in self.names:
                    raise output.wrong("a name of its own")
                self.names[name] = result

    # -------------------------------------------------------------------------- arguments

    def _argument(self, argument: Value) -> Any:
        kind, value = argument.choice()
        match kind:
            case "as_none":
                return None
            case "as_tensor":
                return self._ref(value["name"])
            case "as_tensors":
                return [self._ref(item["name"]) for item in value]
            case "as_int":
                return value.integer()
            case "as_ints":
                return [item.integer() for item in value]
            case "as_float":
                return value.real()
            case "as_floats":
                return [item.real() for item in value]
            case "as_bool":
                return value.truth()
            case "as_bools":
                return [item.truth() for item in value]
            case "as_sym_int" | "as_sym_bool" | "as_optional_tensor":
                return self._either(value)
            case "as_sym_ints" | "as_sym_bools" | "as_optional_tensors":
                return [self._either(item) for item in value]
            case "as_string" if value.text() in _WORDS:
                return value.text()
            case "as_scalar_type":
                return dtype_of(value)
            case "as_memory_format" if value.integer() in _MEMORY_FORMATS:
                return _MEMORY_FORMATS[value.integer()]
            case "as_layout" if value.integer() in _LAYOUTS:
                return _LAYOUTS[value.integer()]
            case "as_device":
                return torch.device("cpu")  # whichever it was, tabfab chooses where it runs
        raise argument.wrong("an argument that tabfab knows")

    def _either(self, value: Value) -> Any:
        """A number, or a size or tensor that was made before."""
        kind, entry = value.choice()
        match kind:
            case "as_name":
                return self._ref(entry)
            case "as_tensor":
                return self._ref(entry["name"])
            case "as_int":
                return entry.integer()
            case "as_bool":
                return entry.truth()
            case "as_none":
                return None
        raise value.wrong("a number or a name")


_WRAPPERS = {
    "torch.ops.higher_order.wrap_with_set_grad_enabled": (2, ""),
    "torch.ops.higher_order.wrap_with_autocast": (
        5,
        "autocast is left out: the float network is computed in float32",
    ),
}
"""Operators around a graph: where their operands begin, and what is lost without the operator."""


def _name(argument: Value) -> Value:
    """The name of a tensor or a size."""
    kind, value = argument.choice()
    if kind not in ("as_tensor", "as_sym_int", "as_sym_bool"):
        raise argument.wrong("a tensor or a size")
    return value["name" if kind == "as_tensor" else "as_name"]


def _shown_size(size: Value) -> str:
    kind, value = size.choice()
    return str(value.integer()) if kind == "as_int" else "any"


def _place(node: Value) -> Place:
    """Where torch noted that a node comes from."""
    metadata = node["metadata"]
    trace, stack = metadata.get("stack_trace"), metadata.get("nn_module_stack")
    path, kind = "", ""
    if stack is not None and stack.text():
        # "key,path,class" for each module from the outside in.
        parts = list(_parts(stack.text().rpartition(";")[2]))
        if len(parts) != 3:
            raise ArchiveError(
                f"{stack.where} names a module {shown(stack.value)}: names must not hold commas, "
                "semicolons or unpaired brackets; rename it and export the network again"
            )
        path, kind = parts[1], parts[2]
        if path.startswith("_empty_nn_module_stack"):  # torch's own mark for "in no module"
            path = kind = ""
        stack.checked_path(path)
    return place_of(path, kind, "" if trace is None else trace.text())


def _parts(entry: str) -> Iterator[str]:
    """What stands between the commas of `entry` that are outside of brackets."""
    depth, part = 0, ""
    for character in entry:
        depth += (character in "[(") - (character in ")]")
        if character == "," and depth == 0:
            yield part
            part = ""
        else:
            part += character
    yield part

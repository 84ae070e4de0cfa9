"""From a module, or a program that torch.export made here, to an `AtenGraph`."""

from __future__ import annotations

import copy
import inspect
import warnings
from typing import Any

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import UnsupportedOperatorException
from torch.export import Dim, ExportedProgram
from torch.export.graph_signature import InputKind, OutputKind
from torch.fx import Node
from torch.fx.node import map_arg

from ..store.errors import TabfabError, reason
from .aten import CHECKS, AtenCall, AtenGraph, Ref, bound, with_outputs
from .draft.place import Place, place_of
from .several_inputs import NetworkInput, with_inputs


class ExportError(TabfabError):
    """A module that torch cannot export, or an exported program that is no network of images."""


def export(module: nn.Module, image_shape: tuple[int, ...]) -> ExportedProgram:
    """`torch.export` of `module` in evaluation mode, for any number of images where torch can.

    Raises
    ------
    ExportError: with torch's reason, if the module cannot be exported, or if it takes several
        tensors.
    """
    if module.training:
        raise ExportError(
            f"{type(module).__name__} is in training mode, in which batch norm and dropout "
            "behave differently: call its eval() first"
        )
    needed = _needed(module)
    if len(needed) > 1:
        raise ExportError(
            f"{type(module).__name__} takes {len(needed)} tensors ({', '.join(needed)}), of sizes "
            "that only you know: export it with torch.export, and compile what it saves"
        )
    # Two images, because torch.export takes a dimension of size one for a constant.
    example = torch.zeros(2, *image_shape)
    try:
        with torch.no_grad():
            try:
                return torch.export.export(module, (example,), dynamic_shapes=({0: Dim("batch")},))
            except UnsupportedOperatorException:
                # Of some operators, fakes of quantization among them, torch must know all sizes.
                return torch.export.export(module, (example,))
    except Exception as error:  # whatever the user's forward raises comes out here
        raise ExportError(
            f"torch.export cannot trace {type(module).__name__} for images of shape "
            f"{image_shape}: {reason(error)}"
        ) from error


def _needed(module: nn.Module) -> list[str]:
    """Names of what a module must be given; none where only torch knows them."""
    try:
        parameters = inspect.signature(module.forward).parameters.values()
    except ValueError:  # a scripted module has no signature
        return []
    return [
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty
        and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]


def aten_graph(
    model: ExportedProgram | nn.Module, image_shape: tuple[int, ...] | None = None
) -> AtenGraph:
    """`model` as a list of operators.

    Parameters
    ----------
    model: a module is exported here, in evaluation mode and in float32, without changing it.
    image_shape: (channels, height, width), (channels, length) or (features,); only for modules,
        which do not know it.

    Raises
    ------
    ExportError: the module cannot be exported, or the program does not take batches of images
        and return tensors.
    """
    if isinstance(model, nn.Module):
        if image_shape is None:
            raise ExportError(
                "a module does not know the size of its images: give import_graph the "
                "image_shape (channels, height, width), (channels, length) or (features,), or an "
                "exported program"
            )
        model = export(copy.deepcopy(model).float().eval(), image_shape)
    return _of_exported(model)


def _of_exported(exported: ExportedProgram) -> AtenGraph:
    exported = _without_inner_graphs(exported)
    inputs = _inputs(exported)
    names = _outputs(exported)
    graph = AtenGraph(
        image=inputs[0].name,
        image_shape=inputs[0].shape,
        dtype=inputs[0].dtype,
        batch=inputs[0].batch,
        tensors=_tensors(exported),
        calls=_calls(exported),
        output=names[0],
    )
    return with_outputs(with_inputs(graph, inputs), names)


def _inputs(exported: ExportedProgram) -> list[NetworkInput]:
    """What the network takes: images, sequences or vectors."""
    names = [
        getattr(spec.arg, "name", "")
        for spec in exported.graph_signature.input_specs
        if spec.kind == InputKind.USER_INPUT and not hasattr(spec.arg, "value")
    ]
    nodes = [
        node for node in exported.graph.nodes if node.op == "placeholder" and node.name in names
    ]
    shapes = [tuple(getattr(node.meta["val"], "shape", ())) for node in nodes]
    fit = [2 <= len(shape) <= 4 and all(isinstance(s, int) for s in shape[1:]) for shape in shapes]
    if not names or len(nodes) < len(names) or not all(fit):
        raise ExportError(
            "the exported network must take a tensor (N, channels, height, width), "
            "(N, channels, length) or (N, features), of fixed sizes but for N, or several of "
            f"these, but it takes {len(names)} of shapes {shapes}"
        )
    return [
        NetworkInput(
            name=node.name,
            shape=shape[1:],
            dtype=node.meta["val"].dtype,
            batch=shape[0] if isinstance(shape[0], int) else None,
        )
        for node, shape in zip(nodes, shapes, strict=True)
    ]


def _tensors(exported: ExportedProgram) -> dict[str, Tensor]:
    """Weights, buffers and constants by the names of their placeholders."""
    tensors = {}
    for spec in exported.graph_signature.input_specs:
        if spec.target is not None:
            stored = exported.state_dict.get(spec.target, exported.constants.get(spec.target))
            if isinstance(stored, Tensor):
                tensors[spec.arg.name] = stored.detach().cpu()
    return tensors


def _outputs(exported: ExportedProgram) -> list[str]:
    names = [
        spec.arg.name
        for spec in exported.graph_signature.output_specs
        if spec.kind == OutputKind.USER_OUTPUT and not hasattr(spec.arg, "value")
    ]
    if not names:
        raise ExportError("the network returns nothing: it must return tensors of the image")
    return names


def _calls(exported: ExportedProgram) -> tuple[AtenCall, ...]:
    def ref(node: Node) -> Any:
        return Ref(node.name)

    return tuple(
        AtenCall(
            node.name,
            node.target,
            bound(node.target, map_arg(node.kwargs, ref), map_arg(node.args, ref)),
            _place(node),
        )
        for node in exported.graph.nodes
        if node.op == "call_function" and node.target not in CHECKS
    )


def _without_inner_graphs(exported: ExportedProgram) -> ExportedProgram:
    """`exported` with what torch wraps into graphs of their own (``no_grad``) put in line.

    An empty decomposition table keeps the operators that users write (`conv2d`, `linear`,
    `adaptive_avg_pool2d`) instead of torch's core set.
    """
    if all(node.op != "get_attr" for node in exported.graph.nodes):
        return exported
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # torch's own use of its pytree
        return exported.run_decompositions({})


def _place(node: Node) -> Place:
    """Where `node` comes from, as far as torch.export noted it."""
    stack = node.meta.get("nn_module_stack") or {}
    path, kind = next(reversed(stack.values()), ("", ""))
    kind = kind if isinstance(kind, str) else f"{kind.__module__}.{kind.__qualname__}"
    return place_of(path, kind, node.meta.get("stack_trace") or "")

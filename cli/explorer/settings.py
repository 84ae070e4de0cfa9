"""Masks as settings of a trial, as the command line that makes the same, and back."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ...compiler.graph import Graph
from ...compiler.methods.catalog import METHODS
from ...compiler.options import CompileOptions, LayerOptions
from ...compiler.store.settings import settings_of
from ..layer_settings import with_layers
from ..sweeps.space import Settings
from ..sweeps.trial import compile_request_of
from ..sweeps.verb_options import option_words
from .choices import Choice, Value

ChosenMask = Mapping[str, Choice]
"""How each layer is computed, by its name in mask order."""


def settings_of_mask(
    mask: ChosenMask, base: LayerOptions, given: Mapping[str, Any], planned: Mapping[str, Any]
) -> Settings:
    """The settings of the trial that compiles and plans a mask.

    A setting that most layers of its method have alike is given once, the others for each layer.

    Parameters
    ----------
    mask: of all layers.
    base: settings where a choice says nothing.
    given: those of `tabfab compile` that were given beside the mask, by option.
    planned: those of `tabfab plan`.
    """
    common = _common(mask, base)
    used = {choice.method for choice in mask.values()}
    wanted = {name: value for name, value in given.items() if _is_used(name, used)}
    wanted = {**wanted, **{_option(field): value for field, value in common.items()}}
    layers = []
    for name, choice in mask.items():
        own = {
            field: value
            for field, value in choice.settings
            if value is not None and value != common.get(field, getattr(base, field))
        }
        if own:
            told = ",".join(f"{_option(field)}={value}" for field, value in own.items())
            layers.append(f"{_pattern(name)}:{told}")
    entries = {"mask": ",".join(choice.method for choice in mask.values())}
    compiled = {**wanted, **entries, **({"layer": layers} if layers else {})}
    return {"compile": compiled, "plan": dict(planned)}


def _is_used(option: str, used: Collection[str]) -> bool:
    """Whether an option is one of all methods, or of one among those `used`."""
    field = option.replace("-", "_")
    owners = _owners(field)
    return not owners or bool(set(owners) & set(used))


def _common(mask: ChosenMask, base: LayerOptions) -> dict[str, Value]:
    """The values that most layers have of settings that only one method has, where not `base`'s."""
    found = {}
    for field in _flags():
        owners = _owners(field)
        if len(owners) != 1:
            continue
        counted = Counter(
            dict(choice.settings)[field]
            for choice in mask.values()
            if choice.method == owners[0] and field in dict(choice.settings)
        )
        # What is missing cannot be said of a layer: it is the value where nothing is said.
        if counted and None not in counted:
            value = counted.most_common(1)[0][0]
            if value != getattr(base, field):
                found[field] = value
    return found


def mask_of_settings(settings: Settings, graph: Graph) -> dict[str, Choice]:
    """The mask that a trial was compiled with.

    Parameters
    ----------
    settings: of the trial.
    graph: the float network.

    Raises
    ------
    TabfabError: it has no such layers, or a method or value cannot be.
    """
    request = compile_request_of(settings)
    options = with_layers(request.options(), graph, request.layers)
    return mask_of_options(options, graph)


def mask_of_options(options: CompileOptions, graph: Graph) -> dict[str, Choice]:
    """The mask that some options come to.

    Raises
    ------
    TabfabError: the network has no such layers.
    """
    methods = options.methods(graph)
    return {name: Choice.of(method, options.of(name)) for name, method in methods.items()}


def compile_command(source: Mapping[str, Any], settings: Settings, output: Path) -> str:
    """The command that compiles a mask, ready for a shell.

    Parameters
    ----------
    source: what `tabfab compile` is given of network and data, by option; ``model`` is no option.
    settings: of the trial.
    output: the program's directory.
    """
    given = {name: value for name, value in source.items() if value is not None}
    model = [_place(given.pop("model"))] if "model" in given else []
    options = [*option_words(given), *option_words(settings["compile"])]
    return shlex.join(["tabfab", "compile", *model, *options, "-o", str(output)])


def _place(path: object) -> str:
    """A path as it cannot be taken for an option."""
    text = str(path)
    return f"./{text}" if text.startswith("-") else text


def _option(field: str) -> str:
    return _flags()[field]


def _owners(field: str) -> list[str]:
    """The methods that have a setting."""
    options: dict[str, Any] = {name: method.options for name, method in METHODS.items()}
    return [name for name, each in options.items() if field in _fields(each)]


# Working out settings takes longer than all else that a toggle asks for.


@cache
def _flags() -> dict[str, str]:
    """Options by their fields."""
    every = settings_of(LayerOptions).values()
    return {setting.name: setting.flag.lstrip("-") for setting in every}


@cache
def _fields(options: type) -> frozenset[str]:
    return frozenset(settings_of(options))


def _pattern(name: str) -> str:
    """A pattern that fits the layer of this name alone."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)

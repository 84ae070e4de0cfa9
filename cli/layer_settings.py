"""Methods and settings of single layers, as the command takes them.

``--mask 0,1,table``, ``--mask all-but-first``, ``--layer 'stack1.*:prototypes=32,table-bits=6'``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ..compiler.graph import Graph
from ..compiler.methods.catalog import METHODS
from ..compiler.methods.mask import Mask
from ..compiler.options import CompileOptions, LayerOptions
from ..compiler.store.errors import TabfabError
from ..compiler.store.settings import refuse_opposites, settings_of, with_settings

METHOD = "method"
"""The setting that takes the place of the mask's entry."""

_SETTINGS = {each.flag.lstrip("-"): each for each in settings_of(LayerOptions).values()}
"""By the names of the options of `tabfab compile`."""

_READERS = {int: (int, "a whole number"), float: (float, "a number")}
"""What reads a value that is not text, and what it must be."""


@dataclass(frozen=True)
class LayerSettings:
    """What differs for the layers of one pattern.

    Parameters
    ----------
    pattern: of their names, with ``*`` and ``?`` as in file names.
    settings: fields of `LayerOptions`.
    method: name of their method; None for the mask's.
    """

    pattern: str
    settings: Mapping[str, Any]
    method: str | None = None


def parse_mask(text: str) -> Mask:
    """The mask that `text` names or lists; what is one is up to `CompileOptions`."""
    entries = [entry.strip() for entry in text.split(",")]
    if len(entries) == 1 and entries[0] not in ("0", "1"):
        return entries[0]
    return tuple(int(entry) if entry in ("0", "1") else entry for entry in entries)


def usual_mask(graph: Graph) -> Mask:
    """What the command takes where no mask is given: all layers but the first become tables.

    A first layer is reached by few channels, so that it has few products, and what its tables lose
    all layers behind it lose (`bench/defaults.py`). The only layer of a network is not left out.
    The layers of a network that is quantized stay exact, with the integers that they have.
    """
    if any(layer.grid for layer in graph):
        return "none"
    return "all-but-first" if len(graph.convs) > 1 else "all"


def parse_layer_settings(texts: Sequence[str]) -> list[LayerSettings]:
    """The settings that one ``--layer`` after the other gives.

    Raises
    ------
    TabfabError: one is not of the form ``PATTERN:SETTING=VALUE,...``, there is no such setting,
        or a setting comes twice for the same pattern or contradicts another.
    """
    parsed = []
    of_pattern: dict[str, dict[str, Any]] = {}
    for text in texts:
        pattern, _, listed = text.rpartition(":")
        pairs = [entry.partition("=") for entry in listed.split(",")]
        if not pattern or not all(name and value for name, _, value in pairs):
            raise TabfabError(
                "--layer takes NAME:SETTING=VALUE,..., such as "
                f"'stack1.*:prototypes=32,table-bits=6', not {text!r}"
            )
        own: dict[str, Any] = {}
        before = of_pattern.setdefault(pattern, {})
        for name, _, value in pairs:
            field, read = _setting(name, value)
            if field in before:
                raise TabfabError(
                    f"--layer gives {name} twice for {pattern!r}, {before[field]} and {read}; "
                    "leave one away"
                )
            own[field] = before[field] = read
        refuse_opposites(LayerOptions, before, f"--layer {pattern!r}: ")
        parsed.append(LayerSettings(pattern, own, own.pop(METHOD, None)))
    return parsed


def _setting(name: str, value: str) -> tuple[str, Any]:
    """Name of the field, and its value."""
    if name == METHOD:
        return name, value
    if name not in _SETTINGS:
        raise TabfabError(
            f"--layer has no setting {name!r}; choose from {', '.join([METHOD, *_SETTINGS])}"
        )
    setting = _SETTINGS[name]
    read, what = _READERS.get(setting.type, (str, ""))
    try:
        return setting.name, read(value)
    except ValueError:
        raise TabfabError(f"--layer: {name} must be {what}, not {value!r}") from None


def with_layers(
    options: CompileOptions, graph: Graph, given: Sequence[LayerSettings]
) -> CompileOptions:
    """`options` with the methods and settings of single layers.

    Parameters
    ----------
    options: of all other layers, and of what a pattern leaves unsaid.
    graph: the network.
    given: where a layer fits several patterns, their settings add up, and a later pattern that
        fits fewer layers counts more.

    Raises
    ------
    TabfabError: no layer fits a pattern, two patterns say different things of a layer and the
        later one is not the more special, or a method or value cannot be.
    """
    if not given:
        return options
    methods = options.methods(graph)
    own: dict[str, LayerOptions] = dict(options.layers)
    said: dict[tuple[str, str], _Said] = {}
    for layer in given:
        fitting = [name for name in methods if fnmatchcase(name, layer.pattern)]
        if not fitting:
            raise TabfabError(
                f"--layer: no layer is called {layer.pattern!r}; there are {', '.join(methods)}"
            )
        for name in fitting:
            _refuse_second(name, layer, len(fitting), said)
            methods[name] = layer.method or methods[name]
            if layer.settings:
                before = own.get(name, options.of_one_layer())
                own[name] = with_settings(before, layer.settings)
    return dataclasses.replace(options, mask=tuple(methods.values()), layers=own)


@dataclass(frozen=True)
class _Said:
    """What a pattern says of a setting of a layer.

    Parameters
    ----------
    pattern: of the layers' names.
    fitting: how many layers it fits.
    value: of the setting.
    """

    pattern: str
    fitting: int
    value: Any


def _refuse_second(
    name: str, layer: LayerSettings, fitting: int, said: dict[tuple[str, str], _Said]
) -> None:
    """Note what a pattern says of the layer `name`.

    It may say otherwise than an earlier one where it fits fewer layers, as an exception does.
    """
    chosen = {} if layer.method is None else {METHOD: layer.method}
    for field, value in {**layer.settings, **chosen}.items():
        before = said.get((name, field))
        if before is not None and before.value != value and fitting >= before.fitting:
            flag = field.replace("_", "-")
            raise TabfabError(
                f"--layer gives layer {name!r} two values of {flag}, {before.value} by "
                f"{before.pattern!r} and {value} by {layer.pattern!r}; let only one of them fit "
                "it, or give that which fits fewer layers last"
            )
        said[name, field] = _Said(layer.pattern, fitting, value)


def refuse_unused(
    options: CompileOptions,
    graph: Graph,
    given: Mapping[str, Any],
    layers: Sequence[LayerSettings],
    searched: Collection[str] = (),
) -> None:
    """Refuse settings of methods by which no layer is computed.

    Parameters
    ----------
    options: what comes of them all.
    graph: the network.
    given: settings for all layers, by the names of their fields.
    layers: settings of single layers.
    searched: the methods that an automatic mask chooses between for every layer; none if it was
        given.

    Raises
    ------
    TabfabError: one has no effect.
    """
    methods = {name: set(searched) or {how} for name, how in options.methods(graph).items()}
    used = set[str]().union(*methods.values())
    for field in given:
        _refuse_without(field, used, f"--{field.replace('_', '-')}", "the mask")
    for layer in layers:
        fitting = set[str]().union(
            *(how for name, how in methods.items() if fnmatchcase(name, layer.pattern))
        )
        for field in layer.settings:
            what = f"--layer {layer.pattern!r}: {field.replace('_', '-')}"
            _refuse_without(field, fitting, what, "what it fits")


def _refuse_without(field: str, used: Collection[str], what: str, where: str) -> None:
    """Refuse the setting `field` unless it is one of a method among those `used`."""
    takes = [name for name, method in METHODS.items() if field in settings_of(method.options)]
    if takes and not set(takes) & set(used):
        raise TabfabError(
            f"{what} is a setting of {' and '.join(takes)} layers, and {where} has only "
            f"{' and '.join(sorted(used))} ones; leave it away, or choose another mask"
        )

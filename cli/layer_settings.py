"""Settings of single layers: ``--layer 'stack1.*:prototypes=32,table-bits=6'``."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ..compiler.options import CompileOptions, LayerOptions
from ..compiler.store.errors import TabfabError

_SETTINGS: dict[str, Callable[[str], Any]] = {
    "subspace-length": int,
    "subspaces": int,
    "prototypes": int,
    "layout": str,
    "encoder": str,
    "tree-levels": int,
    "table-bits": int,
    "exact-bits": int,
}
"""By the names of the options of `tabfab compile`; what reads a value."""


@dataclass(frozen=True)
class LayerSettings:
    """What differs for the layers of one pattern.

    Parameters
    ----------
    pattern: of their names, with ``*`` and ``?`` as in file names.
    settings: fields of `LayerOptions`.
    """

    pattern: str
    settings: Mapping[str, Any]


def parse_layer_settings(text: str) -> LayerSettings:
    """The settings that a ``--layer`` gives.

    Raises
    ------
    TabfabError: it is not of the form ``PATTERN:SETTING=VALUE,...``, or there is no such setting.
    """
    pattern, _, listed = text.rpartition(":")
    pairs = [entry.partition("=") for entry in listed.split(",")]
    if not pattern or not all(name and value for name, _, value in pairs):
        raise TabfabError(
            f"--layer takes NAME:SETTING=VALUE,..., such as 'stack1.*:prototypes=32,table-bits=6', "
            f"not {text!r}"
        )
    return LayerSettings(pattern, dict(_setting(name, value) for name, _, value in pairs))


def _setting(name: str, value: str) -> tuple[str, Any]:
    if name not in _SETTINGS:
        raise TabfabError(f"--layer has no setting {name!r}; choose from {', '.join(_SETTINGS)}")
    try:
        return name.replace("-", "_"), _SETTINGS[name](value)
    except ValueError:
        raise TabfabError(f"--layer: {name} must be a whole number, not {value!r}") from None


def settings_by_layer(
    names: Sequence[str], given: Sequence[LayerSettings], options: CompileOptions
) -> dict[str, LayerOptions]:
    """Settings of the layers that have their own, by name.

    Parameters
    ----------
    names: of the network's convolutions and linear layers.
    given: where a layer fits several patterns, later ones add to earlier ones.
    options: of all other layers, and of what a pattern leaves unsaid.

    Raises
    ------
    TabfabError: no layer fits a pattern, or a value cannot be.
    """
    base = options.of_one_layer()
    own: dict[str, LayerOptions] = {}
    for layer in given:
        fitting = [name for name in names if fnmatchcase(name, layer.pattern)]
        if not fitting:
            raise TabfabError(
                f"--layer: no layer is called {layer.pattern!r}; there are {', '.join(names)}"
            )
        for name in fitting:
            own[name] = dataclasses.replace(own.get(name, base), **layer.settings)
    return own

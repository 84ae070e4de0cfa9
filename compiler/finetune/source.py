"""What a compiled program says of how it was made. Nothing here imports torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..options import CompileOptions, LayerOptions, layer_settings
from ..program import Argmax, Program
from ..store.errors import TabfabError

_NAMES = tuple(layer_settings(LayerOptions()))


def options_of_program(program: Program) -> CompileOptions:
    """The options that `program` was compiled with, those of single layers included.

    Raises
    ------
    TabfabError: the program does not say, or was made by a tabfab with other options.
    """
    meta = program.meta
    try:
        layers = {
            name: LayerOptions(**_known(settings)) for name, settings in _mapping(meta, "layers")
        }
        methods: list[str] = list(meta["methods"])  # type: ignore[call-overload]
        mask = tuple(("exact", "table").index(method) for method in methods)
        return CompileOptions(
            **_known(meta),
            mask=mask,
            argmax=isinstance(program.output, Argmax),
            layers=layers,
            seed=int(str(meta["seed"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TabfabError(
            f"the program does not say how it was compiled ({error}); compile it again, or give "
            "the float network's MODEL.pt2"
        ) from error


def _known(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a layer; a KeyError names what is missing."""
    return {name: settings[name] for name in _NAMES}


def _mapping(meta: Mapping[str, object], key: str) -> list[tuple[str, Mapping[str, Any]]]:
    value = meta[key]
    if not isinstance(value, Mapping):
        raise TypeError(f"{key} is no mapping")
    return list(value.items())

"""What a compiled program says of how it was made. Nothing here imports torch."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any

from ..methods.catalog import find_method
from ..methods.options import MethodOptions
from ..options import CALIBRATION_IMAGES, CompileOptions, LayerOptions, layer_settings
from ..program import Argmax, Program
from ..store.errors import TabfabError, reason

_SETTINGS = frozenset(layer_settings(LayerOptions()))


def options_of_program(program: Program) -> CompileOptions:
    """The options that `program` was compiled with, those of single layers included.

    Settings of methods that the program does not use may be missing: they may be newer than it.

    Raises
    ------
    TabfabError: the program does not say, or was made by a tabfab with other options.
    """
    meta = program.meta
    try:
        methods = _methods(program)
        needed = _needed(program)
        layers = {
            name: LayerOptions(**_of_one_layer(name, settings, needed))
            for name, settings in _mapping(meta["layers"], "layers")
        }
        return CompileOptions(
            **_known(meta, needed),
            mask=methods,
            argmax=isinstance(program.output, Argmax),
            layers=layers,
            seed=int(str(meta["seed"])),
        )
    except (KeyError, TypeError, ValueError, TabfabError) as error:
        what = f"it lacks {error}" if isinstance(error, KeyError) else reason(error)
        raise TabfabError(
            f"the program does not say how it was compiled ({what}); compile it again, or give "
            "the float network's MODEL.pt2"
        ) from error


def calibration_images_of(program: Program) -> int:
    """How many images `program` was calibrated with, as its maker asked for or as there were.

    Raises
    ------
    TabfabError: it says so, but not in a number.
    """
    said = program.meta.get("calibration_images", CALIBRATION_IMAGES)
    if isinstance(said, bool) or not isinstance(said, int) or said < 1:
        raise TabfabError(
            f"the program says that it was calibrated with {said!r} images, which is no number of "
            "images; give --calibration-images"
        )
    return said


def _methods(program: Program) -> tuple[str, ...]:
    """Those that were asked for, which are the layers' own."""
    said = program.meta["methods"]
    own = tuple(layer.method for layer in program.convs)
    if not isinstance(said, list | tuple) or tuple(said) != own:
        raise ValueError(f"it names other methods, {said}, than its layers have, {list(own)}")
    return own


def _needed(program: Program) -> set[str]:
    """Names of the settings of the methods that `program` uses."""
    classes = {find_method(layer.method, layer.name).options for layer in program.convs}
    fields = {item.name for each in classes for item in dataclasses.fields(each)}
    return (fields | {item.name for item in dataclasses.fields(MethodOptions)}) & _SETTINGS


def _known(settings: Mapping[str, Any], needed: Collection[str]) -> dict[str, Any]:
    """The settings of a layer; a KeyError names what is missing."""
    return {name: settings[name] for name in _SETTINGS if name in needed or name in settings}


def _of_one_layer(
    layer: str, settings: Mapping[str, Any], needed: Collection[str]
) -> dict[str, Any]:
    unknown = set(settings) - _SETTINGS
    if unknown:
        raise ValueError(f"layer {layer!r} has settings {sorted(unknown)} that nothing here has")
    return _known(settings, needed)


def _mapping(value: object, key: str) -> list[tuple[str, Mapping[str, Any]]]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{key} is no mapping")
    return list(value.items())

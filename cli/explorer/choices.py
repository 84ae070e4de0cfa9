"""Choices: how a layer is computed, and what a page offers for it. A new method is offered too."""

from __future__ import annotations

import dataclasses
import inspect
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from ...compiler.methods.catalog import METHODS
from ...compiler.methods.options import MethodOptions
from ...compiler.options import LayerOptions
from ...compiler.store.errors import TabfabError, shown
from ...compiler.store.settings import Setting, settings_of

Value = int | str | None
"""Of a setting that can be toggled."""

_LADDER = (*range(1, 9), 10, 12, 14, 16, 20, 24, 32, 48, 64, 128, 256)
"""Whole numbers that are offered, as far as a setting takes them."""
_OF_MASKS = ("first_layer",)
"""Settings that say which layers a mask means, not how a layer is computed."""
_SHORT = {
    "subspace_length": "L",
    "prototypes": "K",
    "table_bits": "bits",
    "exact_bits": "bits",
}
"""What the field's papers call settings; the others go by their options' names."""
_FIRST = ("subspace_length", "prototypes", "table_bits", "exact_bits")
"""Shown before the others."""


@dataclass(frozen=True)
class Choice:
    """How one layer is computed.

    Parameters
    ----------
    method: its name.
    settings: by field of `LayerOptions`, in the order of `controls`: those that the page offers.
    """

    method: str
    settings: tuple[tuple[str, Value], ...]

    @classmethod
    def of(cls, method: str, options: LayerOptions) -> Choice:
        """The choice that some options come to."""
        return cls(method, tuple((each.field, getattr(options, each.field)) for each in
                                 controls(method)))  # fmt: skip

    def options(self, base: LayerOptions) -> LayerOptions:
        """The layer's options.

        Parameters
        ----------
        base: settings that the page does not offer.

        Raises
        ------
        TabfabError: the settings contradict each other.
        """
        return dataclasses.replace(base, **dict(self.settings))  # type: ignore[arg-type]

    def with_setting(self, field: str, value: object) -> Choice:
        """The choice with another value of a setting.

        Raises
        ------
        TabfabError: the method has no such setting, or the setting no such value.
        """
        control = next((each for each in controls(self.method) if each.field == field), None)
        if control is None:
            raise TabfabError(
                f"layers of the method {self.method} have no setting {shown(field)} to toggle; "
                f"they have {', '.join(each.field for each in controls(self.method))}"
            )
        known = [one for one in control.values if one == value and type(one) is type(value)]
        if not known:
            raise TabfabError(
                f"{control.name} takes {', '.join(map(str, control.values))}, not {shown(value)}"
            )
        changed = {**dict(self.settings), field: known[0]}
        return Choice(self.method, tuple(changed.items()))


@dataclass(frozen=True)
class Control:
    """A setting that a page offers for the layers of a method.

    Parameters
    ----------
    field: of `LayerOptions`.
    name: shown beside it: the field's short name, or its option's.
    values: that may be chosen, in order.
    words: what a missing value means.
    help: what it does.
    """

    field: str
    name: str
    values: tuple[Value, ...]
    words: str
    help: str

    def document(self) -> dict[str, object]:
        """The control as JSON values."""
        return dataclasses.asdict(self)


@cache
def controls(method: str) -> tuple[Control, ...]:
    """What a page offers for the layers of a method: settings with several values to choose from.

    Parameters
    ----------
    method: its name.

    Examples
    --------
    >>> [each.name for each in controls("exact")]
    ['bits']
    """
    options = METHODS[method].options
    every = settings_of(options)
    own = [n for n in every if not _is_shared(options, n) and n not in _OF_MASKS]
    bits = METHODS[method].bits
    if bits in every and bits not in own:
        own.append(str(bits))
    found = [_control(every[name]) for name in own if name in settings_of(LayerOptions)]
    several = [each for each in found if len(each.values) > 1]
    order = {name: number for number, name in enumerate(_FIRST)}
    return tuple(sorted(several, key=lambda each: order.get(each.field, len(order))))


def default_choice(method: str, base: LayerOptions) -> Choice:
    """The choice of a method with the settings of `base`."""
    return Choice.of(method, base)


def find_method_name(name: object) -> str:
    """`name`, if there is such a method.

    Raises
    ------
    TabfabError: there is none.
    """
    if not isinstance(name, str) or name not in METHODS:
        raise TabfabError(f"there is no method {shown(name)}; there are {', '.join(METHODS)}")
    return name


def _is_shared(options: type, name: str) -> bool:
    """Whether a setting is that of all methods."""
    owner = next(each for each in options.__mro__ if name in inspect.get_annotations(each))
    return owner is MethodOptions


def _control(setting: Setting) -> Control:
    words = setting.default or "none"
    return Control(
        setting.name,
        _SHORT.get(setting.name, setting.flag.lstrip("-").replace("-", " ")),
        _values(setting),
        words,
        setting.help,
    )


def _values(setting: Setting) -> tuple[Value, ...]:
    """The values that may be chosen; at most one where the setting is none to toggle."""
    if setting.instead_of:
        return ()
    possible: list[Any] = []
    if typing.get_origin(setting.type) is Literal:
        possible = list(typing.get_args(setting.type))
    elif setting.type is int:
        possible = sorted({*_LADDER, *([setting.value] if setting.value is not None else [])})
    if setting.value is None:
        possible.insert(0, None)
    return tuple(value for value in possible if _is_possible({setting.name: value}))


def _is_possible(settings: Mapping[str, Any]) -> bool:
    try:
        LayerOptions(**settings)
    except TabfabError:
        return False
    return True

"""Settings: fields of an options dataclass with what a user has to know of them.

The command makes its options of them, so that a setting is described where it is defined and
nowhere else:

    @dataclass(frozen=True, kw_only=True)
    class BakeOptions:
        minutes: int = setting(30, "How long to bake.", least=1)

Fields made otherwise are for the API alone. Nothing here imports torch.
"""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, Union

from .errors import TabfabError

_KEY = "tabfab"
"""Of a field's metadata."""

Options = TypeVar("Options")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a field says of itself.

    Parameters
    ----------
    help: what it does, in one or two sentences.
    default: in words, where the value does not say it.
    least: the smallest number that it takes; None for any.
    option: how the command declares it, where that does not follow from the field's name
        (``--thresholds/--no-thresholds``).
    instead_of: fields of the same dataclass that it takes the place of: given together they
        contradict each other, and where one is given it is the one that counts.
    name: of the field.
    type: of the field, without None.
    value: the default.
    group: what the settings of the dataclass that defines it are about (`described`).
    """

    help: str
    default: str | None = None
    least: int | None = None
    option: str | None = None
    instead_of: tuple[str, ...] = ()
    name: str = ""
    type: Any = None
    value: Any = None
    group: str = ""

    @property
    def flag(self) -> str:
        """The option's name: ``--table-bits``."""
        return (self.option or f"--{self.name.replace('_', '-')}").partition("/")[0]


def setting(
    value: Any,
    help: str,
    *,
    default: str | None = None,
    least: int | None = None,
    option: str | None = None,
    instead_of: tuple[str, ...] = (),
) -> Any:
    """A field of a dataclass with the default `value`; other parameters as of `Setting`."""
    described = Setting(
        help=help, default=default, least=least, option=option, instead_of=instead_of
    )
    return dataclasses.field(default=value, metadata={_KEY: described})


def settings_of(options: type) -> dict[str, Setting]:
    """The settings of a dataclass by their fields' names.

    Those that a class defines itself come before those of its bases, in the order in which they
    are written.

    Parameters
    ----------
    options: the dataclass. A class variable ``about`` of the class that defines a setting says
        what its settings are about.
    """
    fields = {field.name: field for field in dataclasses.fields(options)}
    types_of = typing.get_type_hints(options)
    found: dict[str, Setting] = {}
    for owner in options.__mro__:
        for name in inspect.get_annotations(owner):
            if name in fields and name not in found and _KEY in fields[name].metadata:
                found[name] = dataclasses.replace(
                    fields[name].metadata[_KEY],
                    name=name,
                    type=without_none(types_of[name]),
                    value=fields[name].default,
                    group=owner.__dict__.get("about", ""),
                )
    return found


def with_settings(options: Options, given: Mapping[str, Any]) -> Options:
    """`options` with the values `given`; what these take the place of is as if never given.

    Parameters
    ----------
    options: a dataclass.
    given: values by the names of its fields.
    """
    known = settings_of(type(options))
    replaced: dict[str, Any] = {}
    for one, other in _opposites(known):
        if one in given and other not in given:
            replaced[other] = known[other].value
        if other in given and one not in given:
            replaced[one] = known[one].value
    return dataclasses.replace(options, **replaced, **given)  # type: ignore[type-var]


def refuse_opposites(options: type, given: Mapping[str, Any], where: str = "") -> None:
    """Refuse values that contradict each other.

    Parameters
    ----------
    options: a dataclass.
    given: values by the names of its fields.
    where: what gives them, if not options of their own, to begin the message with.

    Raises
    ------
    TabfabError: two of them take each other's place.
    """
    known = settings_of(options)
    for one, other in _opposites(known):
        if one in given and other in given:
            first, second = (
                known[name].flag.lstrip("-") if where else known[name].flag for name in (other, one)
            )
            raise TabfabError(
                f"{where}{first} and {second} contradict each other, as one takes the other's "
                "place; leave one away"
            )


def require(condition: bool, message: str) -> None:
    """Raise `TabfabError` with `message` unless `condition` holds."""
    if not condition:
        raise TabfabError(message)


def _opposites(known: Mapping[str, Setting]) -> list[tuple[str, str]]:
    return [(name, other) for name, own in known.items() for other in own.instead_of]


def without_none(annotation: Any) -> Any:
    """``int`` of the annotation ``int | None``, and any other type as it is."""
    if typing.get_origin(annotation) in (Union, types.UnionType):
        parts = [part for part in typing.get_args(annotation) if part is not type(None)]
        if len(parts) == 1:
            return parts[0]
    return annotation

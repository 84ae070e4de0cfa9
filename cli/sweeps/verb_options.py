"""What a sweep can set: the options of the verbs that a trial runs, as these declare them."""

from __future__ import annotations

import difflib
import inspect
import typing
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from typer.models import OptionInfo

from ...compiler.options import LayerOptions
from ...compiler.store.errors import TabfabError, shown
from ...compiler.store.settings import settings_of, without_none
from ..compile import compile_model
from ..layer_settings import METHOD
from ..plan import plan
from ..synth import synth
from ..verilog import verilog

Value = bool | int | float | str | list[str]
"""Of an option, as TOML and JSON have it."""

LAYER_MARK = ":"
"""In the name of an option of `tabfab compile`: ``stack1.*:prototypes`` is a setting of layers."""

_READ_BY_SWEEP = (
    *(
        "model",
        "module",
        "weights",
        "data",
        "test_data",
        "data_dir",
        "download",
        "task",
        "input_mean",
        "input_std",
    ),
    *("output", "held_out_images", "workers"),
)
"""Options of `tabfab compile` that the sweep says once for all trials, or has no use for."""
_PLACES = ("program", "build", "output", "plot", "plan", "trust", "as_json")


@dataclass(frozen=True)
class VerbOption:
    """An option of a verb.

    Parameters
    ----------
    table: of ``sweep.toml``, named as the verb.
    name: without dashes before it.
    field: the parameter of the verb's function.
    kind: of its value: ``bool``, ``int``, ``float`` or ``str``.
    choices: all values that it takes; none where these cannot be listed.
    least: the smallest number; None for any.
    many: whether it may be given several times: its value is a list of texts.
    """

    table: str
    name: str
    field: str
    kind: type
    choices: tuple[str, ...] = ()
    least: float | None = None
    many: bool = False

    @property
    def full_name(self) -> str:
        """``compile.prototypes``."""
        return f"{self.table}.{self.name}"

    def check(self, value: object) -> Value:
        """`value` as the verb takes it.

        Raises
        ------
        TabfabError: it is of another type, too small, or no choice.
        """
        if self.many:
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise TabfabError(f"{self.full_name} takes lists of texts, not {shown(value)}")
            return value
        fits = type(value) is self.kind or (self.kind is float and type(value) is int)
        if not fits:
            what = {bool: "true or false", int: "whole numbers", float: "numbers", str: "texts"}
            raise TabfabError(f"{self.full_name} takes {what[self.kind]}, not {shown(value)}")
        if self.choices and value not in self.choices:
            raise TabfabError(
                f"{self.full_name} takes {' or '.join(self.choices)}, not {shown(value)}"
                + near(str(value), self.choices)
            )
        if self.least is not None and value < self.least:  # type: ignore[operator]
            raise TabfabError(f"{self.full_name} must be at least {self.least:g}, not {value}")
        assert isinstance(value, bool | int | float | str)
        return value


def near(name: str, known: Iterable[str]) -> str:
    """What may have been meant, as the end of a sentence; empty if nothing is like it."""
    found = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


@cache
def verb_options() -> dict[str, dict[str, VerbOption]]:
    """The options that trials may have, by table and name."""
    tables = {
        "compile": _options("compile", compile_model, _READ_BY_SWEEP),
        "plan": _options("plan", plan, _PLACES),
    }
    of_plan = [option.field for option in tables["plan"].values()]
    tables["verilog"] = _options("verilog", verilog, (*_PLACES, *of_plan))
    tables["synth"] = _options("synth", synth, _PLACES)
    return tables


def find_option(table: str, name: str) -> VerbOption:
    """The option of that name.

    Raises
    ------
    TabfabError: there is none, and the message says which may be meant.
    """
    known = verb_options()[table]
    if table == "compile" and LAYER_MARK in name:
        return _layer_option(name)
    if name not in known:
        hint = near(name, known) or f"; there are {', '.join(known)}"
        raise TabfabError(f"[{table}] has no setting {name!r}{hint}")
    return known[name]


def option_words(settings: Mapping[str, Any]) -> list[str]:
    """Settings of a verb as words of a command."""
    words: list[str] = []
    for name, value in settings.items():
        if LAYER_MARK in name:
            words += ["--layer", f"{name}={value}"]
        elif isinstance(value, bool):
            words += [f"--{name}"] if value else []
        else:
            for each in value if isinstance(value, list) else [value]:
                words += [f"--{name}", str(each)]
    return words


def _layer_option(name: str) -> VerbOption:
    """The option for ``PATTERN:SETTING``, that of a setting of single layers."""
    setting = name.rpartition(LAYER_MARK)[2]
    own = {each.flag.lstrip("-") for each in settings_of(LayerOptions).values()}
    if setting == METHOD:
        return VerbOption("compile", name, name, str)
    if setting not in own:
        raise TabfabError(
            f"[compile] {name!r}: layers have no setting {setting!r}"
            + (near(setting, own) or f"; there are {', '.join([METHOD, *sorted(own)])}")
        )
    like = verb_options()["compile"][setting]
    return VerbOption("compile", name, name, like.kind, like.choices, like.least)


def _options(
    table: str, verb: Callable[..., Any], without: Collection[str]
) -> dict[str, VerbOption]:
    """The options of a verb by their names."""
    verb.__annotations__.pop("return", None)  # which may name what only type checkers load
    hints = typing.get_type_hints(verb, include_extras=True)
    found = {}
    for parameter in inspect.signature(verb).parameters.values():
        declared = parameter.annotation
        if isinstance(declared, str):
            declared = hints[parameter.name]
        about = getattr(declared, "__metadata__", (None,))[0]
        if parameter.name in without or not isinstance(about, OptionInfo):
            continue
        names = [each.partition("/")[0] for each in about.param_decls or ()]
        name = max(names, key=len, default=f"--{parameter.name.replace('_', '-')}").lstrip("-")
        kind = without_none(typing.get_args(declared)[0])
        choices = typing.get_args(kind) if typing.get_origin(kind) is Literal else ()
        many = typing.get_origin(kind) is list
        found[name] = VerbOption(
            table,
            name,
            parameter.name,
            str if choices or many else kind,
            choices,
            about.min,
            many,
        )
    return found

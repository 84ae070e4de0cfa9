"""The page of all verbs, made from what Typer knows of them."""

from __future__ import annotations

import inspect
import typing
from typing import Any

import typer
from tabfab.cli.app import app
from tables import table

_TOP = """# Commands

`tabfab VERB --help` shows the same. Every verb ends with status 0, or with 1 and a sentence that
says what is wrong, where, and what to do; Ctrl-C ends it with 130, and nothing is half written.

`tabfab --install-completion` adds completion to your shell.
"""


def verbs() -> dict[str, Any]:
    """The verbs, as click commands, by name."""
    group = typer.main.get_command(app)
    return dict(group.commands)  # type: ignore[attr-defined]


def page() -> str:
    """A section for each verb."""
    return "\n\n".join([_TOP, *(_section(name, verb) for name, verb in verbs().items())]) + "\n"


def _section(name: str, verb: Any) -> str:
    parts = [f"## tabfab {name}"]
    for paragraph in inspect.cleandoc(verb.help or "").split("\n\n"):
        head, _, lines = paragraph.partition("\n")
        if head in ("Example:", "More examples:"):
            parts += [head, f"```sh\n{inspect.cleandoc(lines)}\n```"]
        else:
            parts.append(_escaped(paragraph))
    rows = [_row(each) for each in verb.params if each.name != "help"]
    if rows:
        parts.append(table(["option", "default", "what it is"], rows))
    return "\n\n".join(parts)


def _row(option: Any) -> list[str]:
    """Names and what is taken, default, and meaning of one option or argument."""
    if option.param_type_name == "argument":
        name = (option.metavar or option.name.upper()).strip("[]")
        return [f"`{name}`", "" if option.required else "none", _escaped(option.help)]
    takes = option.metavar or _kind(option.type_descriptor.annotation)
    first, *others = [*option.opts, *option.secondary_opts]
    names = [first if option.is_flag else f"{first} {takes}", *others]
    return [", ".join(f"`{each}`" for each in names), _default(option), _escaped(option.help)]


def _kind(annotation: Any) -> str:
    """What an option without a metavar takes, in a word."""
    if typing.get_origin(annotation) is typing.Literal:
        return "|".join(map(str, typing.get_args(annotation)))
    kinds = {int: "N", float: "NUMBER", str: "TEXT"}
    inner = next((each for each in typing.get_args(annotation) if each in kinds), annotation)
    return kinds.get(inner, getattr(inner, "__name__", str(inner)).upper())


def _default(option: Any) -> str:
    """What holds where the option is not said."""
    if isinstance(option.show_default, str):
        return option.show_default
    value = option.default
    if callable(value) or value is None or value is False or value == ():
        return ""
    return f"`{value}`"


def _escaped(text: str | None) -> str:
    """Help as Markdown: what would be emphasis or a tag is not."""
    return (text or "").replace("*", r"\*").replace("<", "&lt;")

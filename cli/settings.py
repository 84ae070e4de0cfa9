"""Options of a verb that are fields of an options dataclass, described where they are defined.

    @takes_settings(FieldsOf(BakeOptions))
    def bake(source: Path, *, seed: Seed = 0, **settings: Any) -> None:

Typer then sees an option for every setting (`tabfab.compiler.store.settings`) in the place of
``**settings``, and the verb gets their values in there.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import typer

from ..compiler.store.settings import Setting, settings_of

Verb = TypeVar("Verb", bound=Callable[..., Any])


@dataclass(frozen=True)
class FieldsOf:
    """Which options to make.

    Parameters
    ----------
    options: a dataclass with settings.
    unset: leave out of the values what the user does not give, since its default depends on
        other things than the dataclass; help shows the dataclass' default.
    only_with: what the options are only for, shown above them.
    without: names of fields that the verb declares itself.
    defaults: in words, by field, where the verb's differ from the dataclass'; unset if not given.
    """

    options: type
    unset: bool = False
    only_with: str = ""
    without: tuple[str, ...] = ()
    defaults: Mapping[str, str] | None = None

    def parameters(self) -> list[inspect.Parameter]:
        """One for each option."""
        settings = settings_of(self.options)
        return [
            self._parameter(each) for each in settings.values() if each.name not in self.without
        ]

    def _parameter(self, setting: Setting) -> inspect.Parameter:
        words = {setting.name: setting.default, **(self.defaults or {})}[setting.name]
        unset = self.unset or setting.name in (self.defaults or {})
        shown: str | bool = True
        if unset:
            value = setting.value
            shown = words or (str(value) if value is not None and value is not False else False)
        panel = setting.group
        if panel and self.only_with:
            panel = f"{panel}, with {self.only_with}"
        help_text = setting.help
        if self.only_with and not panel:
            help_text = f"With {self.only_with}: {help_text[0].lower()}{help_text[1:]}"
        option = typer.Option(
            *([setting.option] if setting.option else []),
            help=help_text,
            show_default=shown,
            min=setting.least,
            rich_help_panel=panel or None,
        )
        return inspect.Parameter(
            setting.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None if unset else setting.value,
            annotation=Annotated[setting.type | None if unset else setting.type, option],
        )


def takes_settings(*fields: FieldsOf) -> Callable[[Verb], Verb]:
    """Give a verb options in the place of its ``**settings``."""

    def declare(verb: Verb) -> Verb:
        signature = inspect.signature(verb, eval_str=True)
        own = [each for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
        derived = [parameter for each in fields for parameter in each.parameters()]
        verb.__signature__ = signature.replace(parameters=own + derived)  # type: ignore[attr-defined]
        return verb

    return declare


def given_of(options: type, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a verb's `settings` that were given and are fields of the dataclass `options`."""
    return {name: settings[name] for name in settings_of(options) if settings.get(name) is not None}

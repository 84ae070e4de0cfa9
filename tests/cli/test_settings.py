"""Options that are fields of an options dataclass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import typer
from tabfab.cli.app import app
from tabfab.cli.settings import FieldsOf, given_of, takes_settings
from tabfab.compiler.finetune.options import FinetuneOptions
from tabfab.compiler.options import CompileOptions, LayerOptions
from tabfab.compiler.store.settings import setting, settings_of
from typer.testing import CliRunner

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def options(verb: str) -> dict[str, Any]:
    """Options of a verb by name."""
    return {
        name: each for each in COMMANDS[verb].params for name in each.opts if name.startswith("--")
    }


@pytest.mark.parametrize("verb", ["compile", "finetune"])
def test_every_setting_of_a_layer_is_an_option(verb: str) -> None:
    for each in settings_of(LayerOptions).values():
        assert options(verb)[each.flag].help == each.help
        assert options(verb)[each.flag].default is None


def test_every_setting_of_fine_tuning_is_an_option_with_its_default() -> None:
    for each in settings_of(FinetuneOptions).values():
        option = options("finetune")[each.flag]
        assert option.help == each.help
        assert option.default == (None if each.name == "augment" else each.value)


def test_fine_tuning_has_all_options_of_compile_but_those_of_its_search_and_recipes() -> None:
    missing = set(options("compile")) - set(options("finetune"))
    of_a_class = {"--module", "--weights"}  # fine-tuning takes the program that compile makes
    assert missing == of_a_class | {
        *("--recipe", "--rank", "--mask-images", "--held-out-images", "--workers"),
    }


def test_option_names_stay() -> None:
    names = (
        "data test-data output recipe mask rank held-out-images subspace-length subspaces "
        "prototypes layout encoder tree-levels table-bits exact-bits layer argmax "
        "calibration-images mask-images data-dir download seed"
    )
    assert {f"--{name}" for name in names.split()} <= set(options("compile"))
    names = (
        "data output mask subspace-length prototypes tree-levels table-bits layer argmax "
        "steps-per-layer joint-steps batch learning-rate label-weight augment thresholds "
        "precision device calibration-images data-dir download seed"
    )
    assert {f"--{name}" for name in names.split()} <= set(options("finetune"))


@dataclass(frozen=True, kw_only=True)
class Bread:
    """Settings of a verb."""

    minutes: int = setting(40, "How long.", least=1)
    rye: bool = setting(False, "Which flour.", option="--rye/--wheat")
    seeds: str | None = setting(None, "Which ones.", default="sesame")
    secret: int = 7


def bake(*fields: FieldsOf) -> tuple[typer.Typer, list[dict[str, Any]]]:
    """A command with such a verb, and what the verb gets."""
    got: list[dict[str, Any]] = []
    own = typer.Typer()

    @own.command()
    @takes_settings(*fields)
    def verb(dough: str, *, oven: int = 1, **settings: Any) -> None:
        got.append({"dough": dough, "oven": oven, **settings})

    return own, got


def test_a_verb_gets_values_or_what_was_given() -> None:
    own, got = bake(FieldsOf(Bread))
    assert CliRunner().invoke(own, ["it", "--rye"]).exit_code == 0
    assert got == [{"dough": "it", "oven": 1, "minutes": 40, "rye": True, "seeds": None}]
    own, got = bake(FieldsOf(Bread, unset=True, without=("rye",)))
    assert CliRunner().invoke(own, ["it", "--seeds", "poppy"]).exit_code == 0
    assert got == [{"dough": "it", "oven": 1, "minutes": None, "seeds": "poppy"}]
    assert given_of(Bread, got[0]) == {"seeds": "poppy"}
    assert CliRunner().invoke(own, ["it", "--minutes", "0"]).exit_code == 2


def test_help_says_what_the_fields_say() -> None:
    own, _ = bake(FieldsOf(Bread, unset=True, only_with="FLOUR"))
    shown = CliRunner().invoke(own, ["--help"]).output
    assert "With FLOUR: how long." in shown
    assert "[default: (40)]" in shown
    assert "[default: (sesame)]" in shown
    assert "secret" not in shown


def test_the_mask_is_described_once() -> None:
    for verb in ("compile", "finetune"):
        shown = options(verb)["--mask"].help.lower()
        assert settings_of(CompileOptions)["mask"].help.lower() in shown

"""What the page offers, masks as settings and as commands, and back."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from tabfab.cli.explorer.choices import Choice, controls, default_choice
from tabfab.cli.explorer.settings import compile_command, mask_of_settings, settings_of_mask
from tabfab.compiler.methods.catalog import METHODS
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.store.errors import TabfabError

from support.graphs import chain
from support.toy_method import ToyMethod

BASE = CompileOptions(mask="none")


def test_every_method_has_the_settings_that_papers_name() -> None:
    assert [each.name for each in controls("table")][:3] == ["L", "K", "bits"]
    assert [each.name for each in controls("exact")] == ["bits"]
    assert "terms" in [each.name for each in controls("dyadic")]
    assert "bits" not in [each.name for each in controls("dyadic")]


def test_values_are_those_that_a_setting_takes() -> None:
    (rows,) = (each for each in controls("table") if each.field == "prototypes")
    assert rows.values == (2, 4, 8, 16, 32, 64, 128, 256)
    choice = default_choice("table", BASE)
    with pytest.raises(TabfabError, match="K takes 2, 4, 8"):
        choice.with_setting("prototypes", 12)
    with pytest.raises(TabfabError, match="have no setting 'terms' to toggle"):
        choice.with_setting("terms", 1)
    with pytest.raises(TabfabError, match="not True"):
        choice.with_setting("subspace_length", True)


def test_a_new_method_is_offered_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(METHODS, "toy", ToyMethod())
    assert default_choice("toy", BASE).method == "toy"
    assert all(each.field in vars(BASE) for each in controls("toy"))


def mask(**changes: Any) -> dict[str, Choice]:
    names = [layer.name for layer in chain().convs]
    return {name: changes.get(name, default_choice("exact", BASE)) for name in names}


def test_a_mask_is_the_same_after_its_settings() -> None:
    names = list(mask())
    table = default_choice("table", BASE)
    chosen = mask(
        **{
            names[0]: table.with_setting("prototypes", 32).with_setting("table_bits", 6),
            names[1]: default_choice("dyadic", BASE).with_setting("terms", 2),
        }
    )
    settings = settings_of_mask(chosen, BASE, {"seed": 3}, {"device": "ecp5-25k"})
    assert settings["compile"]["seed"] == 3
    assert settings["plan"] == {"device": "ecp5-25k"}
    assert mask_of_settings(settings, chain()) == chosen


def test_what_most_layers_have_is_said_once() -> None:
    names = list(mask())
    long = default_choice("table", BASE).with_setting("subspace_length", 2)
    chosen = mask(**dict.fromkeys(names, long))
    settings = settings_of_mask(chosen, BASE, {"hyperplanes": 14}, {})
    assert settings["compile"]["subspace-length"] == 2
    assert "layer" not in settings["compile"]
    assert "hyperplanes" not in settings["compile"], "no layer is haste"


def test_a_command_is_quoted_for_a_shell() -> None:
    names = list(mask())
    chosen = mask(**{names[0]: default_choice("table", BASE).with_setting("table_bits", 6)})
    settings = settings_of_mask(chosen, BASE, {"seed": 0}, {})
    source = {"model": Path("my nets/$net.pt2"), "data": "digits", "task": None}
    command = compile_command(source, settings, Path("out put"))
    words = shlex.split(command)
    assert words[:5] == ["tabfab", "compile", "my nets/$net.pt2", "--data", "digits"]
    assert words[-2:] == ["-o", "out put"]
    assert words[words.index("--layer") + 1] == f"{names[0]}:table-bits=6"
    assert "'my nets/$net.pt2'" in command

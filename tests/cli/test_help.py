"""Every verb's help has one form, and its examples are commands that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from tabfab.cli.app import _VERBS, app
from tabfab.cli.help_text import help_text

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("verb", _VERBS)
def test_help_says_what_it_does_an_example_and_what_is_next(verb: str) -> None:
    about, example, following, *_ = COMMANDS[verb].help.split("\n\n")
    assert re.fullmatch(r"[A-Z].*\.", " ".join(about.split()))
    title, line, *_ = example.splitlines()
    assert title == "Example:"
    assert line.startswith(f"  tabfab {verb}")
    assert following.startswith("Next: ")


@pytest.mark.parametrize("verb", _VERBS)
def test_examples_have_options_that_there_are(verb: str) -> None:
    lines = COMMANDS[verb].help.replace("\\\n", " ").splitlines()
    for line in (each for each in lines if each.startswith("  tabfab ")):
        _, name, *rest = shlex.split(line)
        known = {
            flag for each in COMMANDS[name].params for flag in (*each.opts, *each.secondary_opts)
        }
        assert {each for each in rest if re.match(r"--?[a-z]", each)} <= known, line


def test_what_a_docstring_lacks_is_left_out() -> None:
    assert help_text("Bake.") == "Bake."
    assert help_text("Bake.\n\nExamples:\n  bake") == "Bake.\n\nExample:\n  bake"


def test_the_first_example_may_go_over_several_lines() -> None:
    text = "Bake.\n\nMore.\n\nExamples:\n  bake a \\\n    b\n  bake c\n\nNext: eat."
    assert help_text(text).split("\n\n") == [
        "Bake.", "Example:\n  bake a \\\n    b", "Next: eat.", "More.", "More examples:\n  bake c"
    ]  # fmt: skip


@pytest.mark.slow("runs a verb after the other, which the tests of each do with less")
def test_the_first_examples_run_one_after_the_other(
    tabfab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what the ones before left behind; what takes a board or minutes is left out."""
    monkeypatch.chdir(tmp_path)
    Path("sweep.toml").write_text('model = "model.pt2"\n[compile]\nprototypes = [8]\n')
    for verb in ("doctor", "train", "compile", "info", "evaluate", "plan", "verilog", "simulate",
                 "synth", "finetune", "sweep"):  # fmt: skip
        _, line, *_ = COMMANDS[verb].help.split("\n\n")[1].splitlines()
        outcome = tabfab(*shlex.split(line)[1:])
        assert outcome.status == 0, (line, outcome)

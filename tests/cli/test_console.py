"""What is printed is what it is: names with markup, colons, escapes; JSON that is JSON."""

from __future__ import annotations

import dataclasses
import inspect
import json
import math
import os
import subprocess
import sys
import time
import typing
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tabfab.cli.app import _VERBS
from tabfab.cli.console import complain, print_json, print_table, progress, say
from tabfab.compiler.program.program_file import load_program, save_program
from tabfab.compiler.store.printable import printable

NAMES = (
    "$\\frac$",
    ":smile:",
    "[bold]conv[/bold]",
    "[/]",
    "[red",
    "a:b:c",
    "größe",
    "层",
    "{x}",
    "%s",
)
"""Names that some library on the way gives a meaning, and that must come out as they are."""


@pytest.mark.parametrize("name", NAMES)
def test_names_are_printed_as_they_are(capsys: pytest.CaptureFixture[str], name: str) -> None:
    say(name)
    complain(name)
    print_table(name, ["layer", name], [[name, name]], [name, name], left=2)
    with progress(name) as advance:
        advance(1, 2, name)
    printed = capsys.readouterr()
    assert printed.out.count(name) == 7
    assert printed.err.count(name) == 3


@pytest.mark.parametrize("name", NAMES)
def test_names_stay_in_json(capsys: pytest.CaptureFixture[str], name: str) -> None:
    print_json({name: [name]})
    assert json.loads(capsys.readouterr().out) == {name: [name]}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\x1b[2Jx", r"\x1b[2Jx"),
        ("a\rb", r"a\rb"),
        ("\x00", r"\x00"),
        ("\udc80", r"\udc80"),
        ("\u202etxt", r"\u202etxt"),
        ("\x9b31m", r"\x9b31m"),
    ],
)
def test_nothing_in_a_name_moves_the_cursor(
    capsys: pytest.CaptureFixture[str], name: str, shown: str
) -> None:
    say(name)
    complain(name)
    print_table(name, [name], [[name]])
    with progress(name) as advance:
        advance(1, 2, name)
    printed = capsys.readouterr()
    assert printed.out.count(shown) == 4
    assert printed.err.count(shown) == 3
    assert name not in printed.out + printed.err


def test_a_cell_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("", ["layer"], [["one\ntwo"]])
    assert r"one\ntwo" in capsys.readouterr().out
    assert printable("one\ntwo") == "one\ntwo"


def refuse_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


numbers = st.floats() | st.integers() | st.booleans() | st.none() | st.text()
values = st.recursive(
    numbers, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=values)
def test_json_is_json(capsys: pytest.CaptureFixture[str], value: object) -> None:
    def expected(value: object) -> object:
        if isinstance(value, float):
            return value if math.isfinite(value) else None
        if isinstance(value, list):
            return [expected(each) for each in value]
        if isinstance(value, dict):
            return {name: expected(each) for name, each in value.items()}
        return value

    print_json(value)
    out = capsys.readouterr().out
    assert json.loads(out, parse_constant=refuse_constant) == expected(value)
    assert out.isascii()


def options_of_type(kind: type) -> list[tuple[str, str]]:
    """(verb, option) of every option of the command that takes such numbers."""
    return [
        (verb, f"--{name.replace('_', '-')}")
        for verb, function in _VERBS.items()
        for name, hint in hints(function).items()
        if hint is kind or kind in typing.get_args(hint)
    ]


def hints(function: Callable[..., object]) -> dict[str, object]:
    """Types of a verb's options, those that derive from dataclasses among them."""
    derived = {
        name: typing.get_args(parameter.annotation)[0]
        for name, parameter in inspect.signature(function).parameters.items()
        if typing.get_origin(parameter.annotation) is typing.Annotated
    }
    return {**typing.get_type_hints(function), **derived}


NEEDED = {"bitstream": ("--board", "ulx3s-85f"), "run": ("--port", "sim")}
"""What a verb does not do without."""


def test_the_options_that_follow_are_there() -> None:
    assert ("plan", "--clock") in options_of_type(float)
    assert ("simulate", "--stall") in options_of_type(float)
    assert ("finetune", "--label-weight") in options_of_type(float)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e999", "NaN", "infinity"])
@pytest.mark.parametrize(("verb", "option"), options_of_type(float))
def test_no_option_takes_a_number_that_is_none(
    tabfab, tmp_path: Path, verb: str, option: str, value: str
) -> None:
    arguments = [tmp_path] * {"load": 2, "train": 0, "demo": 0, "prove": 0}.get(verb, 1)
    outcome = tabfab(verb, *arguments, *NEEDED.get(verb, ()), f"{option}={value}")
    assert outcome.status in (1, 2)
    assert option in outcome.err
    assert "finite" in outcome.err or "should be" in outcome.err


@pytest.mark.parametrize(("verb", "option"), options_of_type(float))
def test_no_option_takes_less_than_nothing(
    tabfab, program: Path, small_build: Path, model: Path, tmp_path: Path, verb: str, option: str
) -> None:
    argument = {
        "simulate": [small_build],
        "synth": [small_build, "--pnr"],
        "bitstream": [small_build],
        "run": [small_build],
        "finetune": [model],
        "train": [],
    }
    output = ["-o", tmp_path / "output"] if verb not in ("simulate", "synth", "run") else []
    given = [*argument.get(verb, [program]), *NEEDED.get(verb, ())]
    outcome = tabfab(verb, *given, f"{option}=-1", *output)
    assert outcome.status in (1, 2)
    assert "-1" in outcome.err or "should be" in outcome.err
    assert not (tmp_path / "output").exists()


def test_names_come_through_the_verbs(tabfab, program: Path, tmp_path: Path) -> None:
    """Layers called like emoji, markup and terminal codes, from the program to every report."""
    renamed = dict(
        zip([node.name for node in load_program(program)][1:], [*NAMES, "\x1b[2J"], strict=False)
    )
    odd = load_program(program)
    nodes = tuple(
        dataclasses.replace(
            node,
            name=renamed.get(node.name, node.name),
            **({"inputs": tuple(renamed.get(name, name) for name in node.inputs)}
               if hasattr(node, "inputs") else {}),
        )
        for node in odd
    )  # fmt: skip
    odd = dataclasses.replace(odd, nodes=nodes)
    save_program(odd, tmp_path / "odd")
    convs = [node.name for node in odd.convs]
    layers = json.loads(tabfab("info", tmp_path / "odd", "--json").out)["layers"]
    assert [layer["name"] for layer in layers] == convs
    assert all(name in tabfab("info", tmp_path / "odd").out for name in convs)
    rows = json.loads(tabfab("plan", tmp_path / "odd", "--json").out)["rows"]
    assert set(convs) <= {row["name"] for row in rows}
    assert tabfab("plan", tmp_path / "odd", "--plot", tmp_path / "plan.png").status == 0


def test_a_terminal_without_the_letters_is_no_error(program: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("tabfab"), "info", program, "-größe"],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    shown = subprocess.run(
        [Path(sys.executable).with_name("tabfab"), "info", program],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        check=True,
    )
    assert b"layers" in shown.stdout


def test_too_little_memory_is_told(refusal, small_build: Path) -> None:
    assert "not enough memory" in refusal("simulate", small_build, "--images", 10**12)


def test_progress_without_a_terminal_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tabfab.cli.console.LINE_SECONDS", 0.05)
    with progress("baking") as advance:
        advance(1, 3, "bread")
        time.sleep(0.3)
        advance(3, 3)
    lines = capsys.readouterr().err.splitlines()
    assert lines.count("baking: bread 1/3 0:00:00") >= 2
    assert lines[-1] == "baking 3/3 0:00:00"


def test_progress_of_something_short_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("baking"):
        pass
    assert capsys.readouterr().err == "baking 0:00:00\n"

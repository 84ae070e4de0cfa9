"""What ``--json`` prints is what its schema says.

`support.command` checks that wherever a test runs a verb with ``--json``; here is one run at least
of every such verb.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import typer
from tabfab.cli.app import app
from tabfab.cli.schemas import schemas
from tabfab.compiler.store.json_text import json_text

from support.builds import write_layer_build
from support.command import run_tabfab
from support.json_schemas import check_json
from support.sweeps import SWEEP, write_sweep

Made = Callable[[str], Path]
"""What a fixture of that name makes."""
Check = Callable[[Made, Path], None]
"""Runs a verb, into a folder of its own."""


def test_every_verb_with_json_has_a_schema_and_is_checked() -> None:
    verbs = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    with_json = {
        name for name, verb in verbs.items() if any("--json" in each.opts for each in verb.params)
    }
    assert set(schemas()) == with_json == set(CHECKS)


@pytest.mark.parametrize("verb", schemas())
def test_schemas_are_schemas(verb: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schemas()[verb])


def prints(*arguments: object) -> None:
    """Run a verb, whose JSON is as it should be, and would not be with other fields or fewer."""
    outcome = run_tabfab(*arguments, "--json")
    assert outcome.status == 0, outcome
    verb = str(arguments[0])
    document = check_json(verb, outcome.out)
    some = document[0] if isinstance(document, list) else document
    for wrong in ({**some, "colour": {}}, {}):
        with pytest.raises(jsonschema.ValidationError):
            check_json(verb, json_text([wrong] if isinstance(document, list) else wrong))


SETTINGS = ("--mask", "0,1,0", "--calibration-images", 100)


def compiles(made: Made, folder: Path) -> None:
    command = ("compile", made("model"), *SETTINGS, "-o", folder / "program")
    prints(*command)
    prints(*command, "--held-out-images", 0)


def finetunes(made: Made, folder: Path) -> None:
    steps = ("--steps-per-layer", 1, "--joint-steps", 0)
    prints("finetune", made("model"), *SETTINGS, *steps, "-o", folder / "tuned")


def of_a_program(verb: str) -> Check:
    return lambda made, folder: prints(verb, made("program"))


def writes_verilog(made: Made, folder: Path) -> None:
    prints("verilog", made("program"), "-o", folder / "build", "--subspaces", 1)


def simulates(made: Made, folder: Path) -> None:
    prints("simulate", made("small_build"), "--images", 1)


def synthesizes(made: Made, folder: Path) -> None:
    """Yosys itself; nextpnr is a stand-in."""
    made("tools")
    prints("synth", made("layer"), "--family", "ecp5")
    prints("synth", made("layer"), "--pnr", "--device", "ecp5-25k")


def makes_a_bitstream(made: Made, folder: Path) -> None:
    """nextpnr and the packer are stand-ins."""
    made("tools")
    prints("bitstream", made("layer"), "--board", "ulx3s-85f")


def runs(made: Made, folder: Path) -> None:
    """On a simulated board."""
    prints("run", made("small_build"), "--port", "sim", "--data", "digits", "--images", 2)


def sweeps(made: Made, folder: Path) -> None:
    """One trial, run, shown and picked."""
    text = SWEEP.replace("[4, 8, 12]", "[4]").replace(', "ecp5-85k"', "")
    file = write_sweep(folder / "s", made("model"), text)
    prints("sweep", file, "-o", folder / "sweep", "--workers", 1)
    prints("sweep", folder / "sweep")
    prints("sweep", folder / "sweep", "--pick", "luts>=1", "-o", folder / "picked")


def proves(made: Made, folder: Path) -> None:
    prints("prove", "Encoder", "--short", "-o", folder / "proofs")


CHECKS: dict[str, Check] = {
    "compile": compiles,
    "finetune": finetunes,
    "info": of_a_program("info"),
    "evaluate": of_a_program("evaluate"),
    "plan": of_a_program("plan"),
    "verilog": writes_verilog,
    "simulate": simulates,
    "synth": synthesizes,
    "bitstream": makes_a_bitstream,
    "run": runs,
    "prove": proves,
    "sweep": sweeps,
    "doctor": lambda made, folder: prints("doctor"),
}
"""A run of every verb with ``--json``."""


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    """The build of one small layer."""
    return write_layer_build(tmp_path / "layer")


@pytest.mark.parametrize("verb", CHECKS)
def test_what_is_printed(verb: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    CHECKS[verb](request.getfixturevalue, tmp_path)

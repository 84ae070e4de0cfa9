"""What ``--json`` prints is what its schema says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import typer
from tabfab.cli.app import app
from tabfab.cli.schemas import schemas


def test_every_verb_with_json_has_a_schema() -> None:
    verbs = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    with_json = {
        name for name, verb in verbs.items() if any("--json" in each.opts for each in verb.params)
    }
    assert set(schemas()) == with_json


@pytest.mark.parametrize("verb", schemas())
def test_schemas_are_schemas(verb: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schemas()[verb])


def check(tabfab, verb: str, *arguments: object) -> None:
    document = json.loads(tabfab(verb, *arguments, "--json").out)
    jsonschema.validate(document, schemas()[verb])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate("no document", schemas()[verb])


@pytest.mark.parametrize("verb", ["info", "evaluate", "plan"])
def test_of_a_program(tabfab, program: Path, verb: str) -> None:
    check(tabfab, verb, program)


def test_of_a_build(tabfab, small_build: Path) -> None:
    check(tabfab, "simulate", small_build, "--images", 1)
    check(tabfab, "synth", small_build, "--family", "ice40")


def test_of_the_machine(tabfab) -> None:
    check(tabfab, "doctor")


@pytest.mark.slow("proofs take seconds; their report has a test of its own")
def test_of_proofs(tabfab, tmp_path: Path) -> None:
    check(tabfab, "prove", "Fork", "--short", "-o", tmp_path / "proofs")


def test_of_what_makes_something(tabfab, model: Path, program: Path, tmp_path: Path) -> None:
    settings = ("--mask", "0,1,0", "--calibration-images", 100)
    compiled = ("compile", model, *settings, "-o", tmp_path / "program")
    check(tabfab, *compiled)
    check(tabfab, *compiled, "--held-out-images", 0)
    check(tabfab, "verilog", program, "-o", tmp_path / "build", "--subspaces", 1)
    steps = ("--steps-per-layer", 1, "--joint-steps", 0)
    check(tabfab, "finetune", model, *settings, *steps, "-o", tmp_path / "tuned")

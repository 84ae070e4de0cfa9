"""The `tabfab` command, run in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tabfab.cli.app import app
from typer.testing import CliRunner

from support.json_schemas import check_json


@dataclass(frozen=True)
class Outcome:
    """What a run of the command came to."""

    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


def run_tabfab(*arguments: object) -> Outcome:
    """Run ``tabfab ARGUMENTS`` in this process; an exception that escapes it is raised here.

    What is printed on standard output with ``--json`` must be as the verb's schema says.
    """
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    if "--json" in arguments and result.stdout:
        check_json(str(arguments[0]), result.stdout)
    return Outcome(result.exit_code, result.stdout, result.stderr)

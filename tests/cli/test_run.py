"""`tabfab run` against a simulated board, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tabfab.compiler.program.program_file import save_program
from tabfab.hw.rtl.build import load_build

from support.builds import loadable_program, write_layer_build, write_loadable_build


@pytest.fixture(scope="module")
def loadable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_loadable_build(tmp_path_factory.mktemp("loadable") / "build")


@pytest.mark.slow("tests/boards/test_host.py has a simulated board")
def test_random_images_and_other_tables_on_a_simulated_board(
    tabfab, loadable: Path, tmp_path: Path
) -> None:
    clocks = load_build(loadable).plan.clocks_per_image
    outcome = tabfab("run", loadable, "--port", "sim", "--images", 130)
    assert outcome.status == 0, outcome
    assert "130 of 130 answers equal the golden model's" in outcome.out
    assert f"one every {clocks} clocks at 8 MHz" in outcome.out
    save_program(loadable_program(1), tmp_path / "other")
    outcome = tabfab(
        "run", loadable, "--port", "sim", "--images", 5, "--load", tmp_path / "other", "--json"
    )
    assert outcome.status == 0, outcome
    report = json.loads(outcome.out)
    assert report["images"] == 5
    assert report["wrong"] == 0
    assert report["accuracy"] is None
    assert report["clocks_per_image"] == clocks


def test_a_wrong_answer_is_told(refusal, loadable: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the golden model says is changed, as if the board were broken."""
    from tabfab.sim.models import golden

    right = golden.logits
    monkeypatch.setattr(golden, "logits", lambda program, images: right(program, images) ^ 1)
    message = refusal("run", loadable, "--port", "sim", "--images", 4)
    assert "4 of 4 answers differ from the golden model's" in message


@pytest.mark.slow("a smaller network is run in the test before")
def test_all_test_digits_through_gateware_protocol_and_host(tabfab, build: Path) -> None:
    outcome = tabfab("run", build, "--port", "sim", "--data", "digits", "--images", 500, "--json")
    assert outcome.status == 0, outcome
    report = json.loads(outcome.out)
    assert (report["images"], report["wrong"]) == (500, 0)
    assert report["accuracy"] > 0.9


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "/dev/nowhere"], "port /dev/nowhere cannot be opened"),
        (["--port", "sim", "--fps", "5000"], "carry 1,6"),
        (["--port", "sim", "--data", "digits"], "(N, 5, 5, 2)"),
    ],
)
def test_what_cannot_be_run_is_refused(
    refusal, loadable: Path, arguments: list[str], words: str
) -> None:
    assert words in refusal("run", loadable, *arguments)


def test_a_port_must_be_named_where_there_is_none(
    refusal, loadable: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tabfab.boards.link.line.port_names", list)
    assert "name the board's serial port with --port: there is none" in refusal("run", loadable)
    monkeypatch.setattr("tabfab.boards.link.line.port_names", lambda: ["/dev/a", "/dev/b"])
    assert "there are /dev/a, /dev/b" in refusal("run", loadable)


def test_only_loadable_builds_are_loaded(refusal, tmp_path: Path) -> None:
    build = write_layer_build(tmp_path / "build")
    save_program(loadable_program(), tmp_path / "program")
    message = refusal("run", build, "--port", "sim", "--images", 1, "--load", tmp_path / "program")
    assert "tabfab verilog --loadable" in message

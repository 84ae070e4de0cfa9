"""`tabfab report`: what the page says of what directories hold."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from tabfab.cli.reports.catalog import SECTIONS
from tabfab.cli.reports.kept import EVALUATION, read_evaluation
from tabfab.cli.reports.marks import ticks, wires
from tabfab.compiler.program.program_file import load_program, save_program
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.hw.rtl.build import write_build

from support.builds import digits_program, write_layer_build, write_residual_build
from support.command import run_tabfab
from support.manifests import rewrite
from support.residual import two_blocks
from support.strangers import NASTY, nasty_build

ALONE = {"overview", "network", "cost"}
"""Sections of a program of which nothing else is known."""
BUILT = ALONE | {"plan", "timeline", "queues"}
"""Those of a build with which nothing was done."""


class Page(HTMLParser):
    """A page as a browser takes it apart: tags with their attributes, and texts."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.source = path.read_text()
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def sections(self) -> set[str | None]:
        return {each["id"] for tag, each in self.tags if tag == "section"} - {"missing"}

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.texts))


@pytest.fixture
def page(tabfab, tmp_path: Path) -> Callable[..., Page]:
    """Run the command and read what it wrote."""

    def write(*arguments: object) -> Page:
        path = tmp_path / "report.html"
        outcome = tabfab("report", *arguments, "-o", path)
        assert outcome.status == 0, outcome
        assert f"{path}: written" in outcome.out
        return Page(path)

    return write


def test_a_program_alone(page, small_program: Path) -> None:
    found = page(small_program)
    assert found.sections == ALONE
    for node in load_program(small_program):
        assert any(each.get("data-node") == node.name for _, each in found.tags)
    assert f"tabfab evaluate {small_program}" in found.text  # how to get what is missing
    assert "tabfab simulate BUILD" in found.text


def test_a_build_with_what_was_done_with_it(tabfab, page, tmp_path: Path) -> None:
    build = write_layer_build(tmp_path / "build")
    simulated = json.loads(tabfab("simulate", build, "--images", 2, "--json").out)
    counted = json.loads(tabfab("synth", build, "--family", "ice40", "--json").out)
    found = page(build, "--device", "ice40-hx8k")
    assert found.sections == BUILT | {"simulation", "synthesis"}
    assert f"{simulated['clocks_per_image']:,}" in found.text
    assert "of 7,680 (" in found.text  # look-up tables of the device
    for stream in simulated["streams"]:
        assert stream["name"] in found.text
    for stage in counted["components"]:
        assert stage in found.text
    assert f"{counted['total']['SB_CARRY']:,}" in found.text


def test_a_program_and_its_build_are_one(
    tabfab, page, small_program: Path, small_build: Path
) -> None:
    command = ("evaluate", small_program, "--data", "digits", "--images", 50, "--json")
    report = json.loads(tabfab(*command).out)
    found = page(small_program, small_build)
    (small_program / EVALUATION.name).unlink()
    assert found.sections == BUILT | {"accuracy"}
    assert f"{100 * report['accuracy_program']:.2f} %" in found.text
    assert str(small_program) not in found.text


def test_what_evaluate_keeps_is_what_it_printed(tabfab, program: Path) -> None:
    report = json.loads(tabfab("evaluate", program, "--json").out)
    kept = read_evaluation(program)
    assert kept is not None
    assert kept.figures["accuracy"] == report["accuracy_program"]
    assert kept.between["agreement"] == report["agreement"]
    assert [list(row) for row in kept.confusion or ()] == report["confusion"]
    assert kept.images == 500


def test_data_has_programs_evaluated(page, program: Path) -> None:
    (program / EVALUATION.name).unlink(missing_ok=True)
    found = page(program, "--data", "digits")
    assert "accuracy" in found.sections
    kept = read_evaluation(program)
    assert kept is not None
    for figures in (kept.figures, kept.float_figures):
        assert f"{100 * (figures['accuracy'] or 0):.2f} %" in found.text
    assert "accuracy" in page(program).sections  # it is kept


def test_an_evaluation_of_another_program_is_left_out(
    tabfab, page, program: Path, small_program: Path, tmp_path: Path
) -> None:
    assert tabfab("evaluate", program).status == 0
    other = tmp_path / "other"
    shutil.copytree(small_program, other)
    shutil.copy(program / EVALUATION.name, other)
    outcome = tabfab("report", other, "-o", tmp_path / "page.html")
    assert "of another program" in outcome.err
    assert Page(tmp_path / "page.html").sections == ALONE


def test_a_read_only_program_is_evaluated_all_the_same(
    tabfab, program: Path, tmp_path: Path
) -> None:
    (program / EVALUATION.name).unlink(missing_ok=True)
    (program / EVALUATION.name).mkdir()  # also root cannot write there
    outcome = tabfab("evaluate", program, "--images", 10)
    (program / EVALUATION.name).rmdir()
    assert outcome.status == 0
    assert "note: 'tabfab report' will not find" in outcome.err


def test_two_builds_side_by_side_with_differences_marked(page, tmp_path: Path) -> None:
    program = digits_program()
    for name, options in (("slow", PlanOptions(subspaces=1, outputs=1)), ("fast", PlanOptions())):
        write_build(program, make_plan(program, options), tmp_path / name)
    found = page(tmp_path / "slow", tmp_path / "fast")
    marked = [each for tag, each in found.tags if tag == "tr" and each.get("class") == "differs"]
    assert marked
    rows = re.findall(r'<tr class="differs"><th scope="row">([^<]*)', found.source)
    assert "clocks per image" in rows
    assert "operations per image" not in rows
    same = page(tmp_path / "slow", tmp_path / "slow")
    assert "≠" not in same.text


def test_other_networks_have_graphs_of_their_own(page, small_program: Path, tmp_path: Path) -> None:
    write_residual_build(tmp_path / "build")
    found = page(small_program, tmp_path / "build")
    assert found.source.count('<table class="graph') == 2


def test_a_directory_that_holds_programs_and_builds(page, small_program: Path, tmp_path) -> None:
    shutil.copytree(small_program, tmp_path / "demo" / "program")
    write_residual_build(tmp_path / "demo" / "build")
    assert f"{tmp_path}/demo/program" in (found := page(tmp_path / "demo")).text
    assert f"{tmp_path}/demo/build" in found.text


def test_the_same_directories_give_the_same_bytes(page, small_build: Path) -> None:
    assert page(small_build).source == page(small_build).source


def test_it_needs_nothing_else_and_runs_nothing_else(page, small_build: Path) -> None:
    found = page(small_build)
    loading = [
        each
        for _, attributes in found.tags
        for name, each in attributes.items()
        if name in ("src", "href", "srcset", "data", "action") and each and each[0] != "#"
    ]
    assert loading == ["data:,"]
    assert "url(" not in found.source
    assert "@import" not in found.source
    (script,) = re.findall(r"<script>(.*?)</script>", found.source, re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(each["content"] for tag, each in found.tags if tag == "meta" and
                  each.get("http-equiv") == "Content-Security-Policy")  # fmt: skip
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{digest}'" in policy


def test_names_are_shown_and_never_obeyed(page, tmp_path: Path) -> None:
    found = page(nasty_build(tmp_path / NASTY.replace("/", "") / "build"))
    assert [tag for tag, _ in found.tags if tag == "script"] == ["script"]
    assert "img" not in {tag for tag, _ in found.tags}
    assert not [name for _, each in found.tags for name in each if name.startswith("on")]
    assert NASTY.removesuffix("\u202e") in found.text
    assert "\u202e" not in found.source


# ------------------------------------------------------------------------------ bad directories


def test_what_is_no_such_directory(refusal, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    assert "does not exist" in refusal("report", tmp_path / "nowhere")
    assert "is a file" in refusal("report", tmp_path / "file")
    assert "neither a program nor a build" in refusal("report", tmp_path / "empty")


def test_a_damaged_program(refusal, small_program: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    shutil.copytree(small_program, bad)
    (bad / "program.json").write_text("{")
    assert "damaged" in refusal("report", bad, "-o", tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": "tabfab evaluation"}', "\xff"])
def test_a_damaged_evaluation(refusal, small_program: Path, tmp_path: Path, text: str) -> None:
    (small_program / EVALUATION.name).write_bytes(text.encode("latin-1"))
    message = refusal("report", small_program, "-o", tmp_path / "page.html")
    (small_program / EVALUATION.name).unlink()
    assert "evaluation.json" in message
    assert "tabfab evaluate" in message


def test_a_forged_evaluation(tabfab, refusal, program: Path, tmp_path: Path) -> None:
    assert tabfab("evaluate", program).status == 0
    shutil.copytree(program, tmp_path / "forged")

    def forge(document: dict) -> None:
        document["result"]["confusion"] = [[1, 2], [3]]

    rewrite(tmp_path / "forged" / EVALUATION.name, forge)
    message = refusal("report", tmp_path / "forged", "-o", tmp_path / "page.html")
    assert "confusion matrix" in message


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"design": 3, "modules": {}}',
             '{"design": {"num_cells_by_type": {"SB_LUT4": "many"}}, "modules": {}}']
)  # fmt: skip
def test_damaged_counts(refusal, small_build: Path, tmp_path: Path, text: str) -> None:
    (small_build / "synth-ice40.json").write_text(text)
    message = refusal("report", small_build, "-o", tmp_path / "page.html")
    (small_build / "synth-ice40.json").unlink()
    assert "synth-ice40.json" in message
    assert "tabfab synth" in message


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"device": "ecp5-25k", "fmax_mhz": "fast"}'])
def test_a_damaged_report_of_place_and_route(
    refusal, small_build: Path, tmp_path: Path, text: str
) -> None:
    (small_build / "pnr-ecp5-25k.json").write_text(text)
    message = refusal("report", small_build, "-o", tmp_path / "page.html")
    (small_build / "pnr-ecp5-25k.json").unlink()
    assert "pnr-ecp5-25k.json" in message


def test_a_build_that_would_stop_for_ever(refusal, tmp_path: Path) -> None:
    program = two_blocks(np.random.default_rng(1))
    plan = make_plan(program, PlanOptions(subspaces=1, outputs=2))
    shallow = {name: (1,) * len(depths) for name, depths in plan.fork_depths.items()}
    write_build(program, dataclasses.replace(plan, fork_depths=shallow), tmp_path / "build")
    message = refusal("report", tmp_path / "build", "-o", tmp_path / "page.html")
    assert "would stop for ever" in message


def test_too_many_side_by_side(refusal, tmp_path: Path) -> None:
    for number in range(9):
        program = digits_program()
        save_program(
            dataclasses.replace(program, classes=(str(number),) * 10), tmp_path / f"{number}"
        )
    assert "compares 8 at most" in refusal("report", *sorted(tmp_path.iterdir()))


def test_a_page_within_a_build_is_refused(refusal, small_build: Path) -> None:
    assert "lies in the build" in refusal("report", small_build, "-o", small_build / "page.html")


def test_an_unknown_device(refusal, small_build: Path, tmp_path: Path) -> None:
    assert "there is no device 'virtex'" in refusal(
        "report", small_build, "--device", "virtex", "-o", tmp_path / "page.html"
    )


# ----------------------------------------------------------------------------------- its parts


def test_every_section_has_a_template_and_a_command_that_makes_it() -> None:
    verbs = run_tabfab("--help").out
    for section in SECTIONS:
        assert section.title
        if section.made_by:
            assert section.made_by.split()[1] in verbs
    assert len({section.name for section in SECTIONS}) == len(SECTIONS)


def test_lines_lead_from_each_node_to_its_readers(tmp_path: Path) -> None:
    write_residual_build(tmp_path / "build")
    program = load_program(tmp_path / "build" / "program")
    held: dict[int, str] = {}  # what is in each lane
    for node, lines in zip(program, wires(program), strict=True):
        assert [held[lane] for lane in lines.arriving] == list(dict.fromkeys(node.inputs))
        held = {lane: name for lane, name in held.items() if lane in lines.through}
        assert lines.lane not in held
        if lines.leaves:
            held[lines.lane] = node.name
    assert held == {}


@pytest.mark.parametrize(
    ("end", "values"),
    [
        (1, [0]),
        (7, [0, 1, 2, 3, 4, 5, 6]),
        (9, [0, 2, 4, 6, 8]),
        (4163, [0, 1000, 2000, 3000, 4000]),
    ],
)
def test_ticks_are_round_and_few(end: int, values: list[int]) -> None:
    assert [value for value, _ in ticks(end)] == values
    assert [share for _, share in ticks(end)] == [100 * value / end for value in values]

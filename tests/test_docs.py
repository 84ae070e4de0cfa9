"""The documentation: made parts are what they are made from, links lead somewhere, commands exist.

`make docs` (its test is slow) checks more: every page in the site's order, every anchor.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer
from tabfab.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(DOCS.rglob("*.md")),
]
HISTORY = DOCS / "notebook"
"""What was measured once: its commands may be of another day."""

MADE_WITH_THE_SITE = {
    f"reference/{name}.md" for name in ("commands", "parts", "devices", "boards", "json")
}

FIGURES = {"results.md", "proofs.md", "files.md"}
"""Pages whose numbers a command writes."""

UNITS = (
    r"%|points?\b|MHz|images per second|images/s|seconds?\b|minutes?\b|hours?\b|[kGM]i?B\b|"
    r"LUTs|LUT4|flip-flops|block RAMs|look-up tables|of \d|times (?:as|faster|slower|the)"
)
NUMBER = re.compile(rf"(?<![\w.-])\d[\d,.]*\d?\s?(?:{UNITS})")
NOT_MEASURED = (
    "more than 200 kB of Verilog",  # a limit
    "the slowest has 100 %",  # by definition
    "for an invariant for 10 seconds",  # a limit
)
"""Numbers with units that are settings or definitions."""


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def unfenced(text: str) -> str:
    """A page without its fenced code."""
    return re.sub(r"(?ms)^( *)```.*?^\1```", "", text)


def prose(text: str) -> str:
    """A page without its fenced and quoted code."""
    return re.sub(r"`[^`\n]*`", "", unfenced(text))


@pytest.mark.parametrize(
    "page", ["docs/files.py", "docs/onnx.py", "docs/operators.py", "docs/results.py"]
)
def test_tables_are_what_they_are_made_from(page: str) -> None:
    command = [sys.executable, page]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_to_files(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page.read_text())):
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            continue
        place = (page.parent / target.partition("#")[0]).resolve()
        made = place.is_relative_to(DOCS) and str(place.relative_to(DOCS)) in MADE_WITH_THE_SITE
        assert made or place.exists(), f"{named(page)} links to {target}"


@pytest.mark.parametrize("page", [p for p in PAGES if not p.is_relative_to(HISTORY)], ids=named)
def test_numbers_stand_in_results_alone(page: Path) -> None:
    """What was measured has its record behind it, or is history."""
    if page.name in FIGURES or page.name == "CHANGELOG.md":
        return
    text = prose(page.read_text())
    if page.name == "README.md":
        text = re.sub(r"(?s)<!-- results.*?<!-- end of results -->", "", text)
    text = " ".join(text.split())
    for said in NOT_MEASURED:
        text = text.replace(said, "")
    found = [text[max(0, m.start() - 40) : m.end() + 20] for m in NUMBER.finditer(text)]
    assert not found, "figures belong into a record of docs/results/ (bench/record.py)"


def test_the_readme_has_five_numbers_at_most() -> None:
    made = re.search(r"(?s)<!-- results.*?-->(.*)<!-- end of results -->",
                     (ROOT / "README.md").read_text())  # fmt: skip
    assert made is not None
    assert len(re.findall(r"\d+(?:\.\d+)?", made[1])) <= 5


@cache
def verbs() -> dict[str, set[str]]:
    """The options of every verb."""
    group = typer.main.get_command(app)
    return {
        name: {flag for each in verb.params for flag in (*each.opts, *each.secondary_opts)}
        | {"-h", "--help"}
        for name, verb in group.commands.items()  # type: ignore[attr-defined]
    }


def shell_lines(text: str) -> Iterator[str]:
    """Lines of fenced shell code and of indented blocks, continued ones joined."""
    blocks = re.findall(r"(?ms)^ *```sh\n(.*?)^ *```", text)
    blocks += re.findall(r"(?m)(?:^    .*\n?)+", unfenced(text))
    for block in blocks:
        yield from block.replace("\\\n", " ").splitlines()


def check_command(line: str) -> None:
    """That every ``tabfab VERB --option`` of a line is one."""
    words = shlex.split(line, comments=True)
    for at, word in enumerate(words):
        if word != "tabfab" or at + 1 == len(words):
            continue
        verb, *rest = words[at + 1 :]
        ends = [n for n, each in enumerate(rest) if each in ("&&", ";", "|") or each[-1:] == ";"]
        rest = rest[: ends[0] + 1] if ends else rest
        if verb in ("--help", "--version", "--install-completion", "VERB"):
            continue
        assert verb in verbs(), line
        options = {
            each.partition("=")[0].rstrip(";") for each in rest if re.match(r"--?[a-z]", each)
        }
        assert options <= verbs()[verb], line


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_exist_with_their_options(page: Path) -> None:
    for line in shell_lines(page.read_text()):
        if "tabfab " in line and "..." not in line:
            check_command(line)


def test_a_command_that_does_not_exist_is_noticed() -> None:
    for line in ("tabfab transmogrify x", "cd x && tabfab plan program/ --speed 3 # fast"):
        with pytest.raises(AssertionError):
            check_command(line)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_python_blocks_compile_and_import_what_there_is(page: Path) -> None:
    """Whole programs are in docs/examples and docs/notebooks, and run (`test_examples.py`)."""
    for indent, block in re.findall(r"(?ms)^( *)```python\n(.*?)^ *```", page.read_text()):
        if "--8<--" in block:
            continue
        code = "\n".join(line.removeprefix(indent) for line in block.splitlines())
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("tabfab"):
                module = importlib.import_module(str(node.module))
                missing = [each.name for each in node.names if not hasattr(module, each.name)]
                assert not missing, f"{node.module} has no {missing}"


@pytest.mark.parametrize("record", sorted((DOCS / "results").glob("*.json")), ids=named)
def test_the_command_of_a_record_exists(record: Path) -> None:
    command = json.loads(record.read_text())["command"]
    check_command(command)
    for script in re.findall(r"bench/\w+\.py", command):
        assert (ROOT / script).is_file()


@pytest.mark.slow("builds the whole site; the other tests look at pages one by one")
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs")
    built = subprocess.run(
        ["make", "docs", f"SITE={tmp_path}", f"VENV={Path(sys.prefix)}"],
        cwd=ROOT, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr
    assert (tmp_path / "reference" / "commands.html").exists()
    assert "compile_graph" in (tmp_path / "start" / "own-network.html").read_text()
    pages = "".join(page.read_text() for page in tmp_path.rglob("*.html"))
    assert not re.findall(r'(?:src|href)="https?://[^"]+\.(?:js|css|woff2?)"', pages)

"""`tabfab sweep`: a grid on workers of this machine."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sweep_kills import contents
from tabfab.cli.sweeps.spec import Judging, Search, parse_sweep
from tabfab.cli.sweeps.store import Store
from tabfab.compiler.store.errors import TabfabError

from support.command import Run
from support.sweeps import SWEEP, write_sweep


def rows(file: Path) -> list[dict[str, str]]:
    with file.open() as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def copied(swept: Path, tmp_path: Path) -> Path:
    """The sweep.toml of a copy of the sweep that was run."""
    shutil.copytree(swept.parent, tmp_path / "copy")
    return tmp_path / "copy" / "sweep.toml"


def test_every_trial_is_there_and_the_front_is_of_them(swept: Path) -> None:
    table = rows(swept / "trials.csv")
    assert len(table) == 6
    failed = [row for row in table if row["failure"]]
    assert [row["prototypes"] for row in failed] == ["12", "12"]
    assert all("power of two" in row["failure"] for row in failed)
    best = max(float(row["accuracy"]) for row in table if not row["failure"])
    front = rows(swept / "front.csv")
    assert float(front[0]["accuracy"]) == best
    assert {row["trial"] for row in front} < {row["trial"] for row in table}
    assert {path.name for path in (swept / "trials").iterdir()} == {row["trial"] for row in table}


def test_a_trial_is_what_the_verbs_write(swept: Path, tmp_path: Path, tabfab: Run) -> None:
    row = next(row for row in rows(swept / "trials.csv") if row["prototypes"] == "8")
    place = swept / "trials" / row["trial"]
    options = ("--prototypes", 8, "--calibration-images", 100, "-o", tmp_path / "program")
    assert tabfab("compile", swept.parent / "model.pt2", *options).status == 0
    assert contents(tmp_path / "program") == contents(place / "program")
    plan = ("--device", row["plan.device"], "--subspaces", 1, "-o", tmp_path / "plan.json")
    assert tabfab("plan", tmp_path / "program", *plan).status == 0
    assert (tmp_path / "plan.json").read_bytes() == (place / "plan.json").read_bytes()
    shown = json.loads(tabfab("plan", place / "program", *plan[:4], "--json").out)
    assert shown["total"]["luts"] == int(row["luts"])
    assert shown["clocks_per_image"] == int(row["clocks"])
    assert tabfab("evaluate", tmp_path / "program").status == 0


def test_nothing_is_computed_twice(copied: Path, tabfab: Run) -> None:
    before = contents(copied.parent)
    again = tabfab("sweep", copied, "-o", copied.parent / "sweep")
    assert again.status == 0
    assert "0 trials computed, 6 were there" in again.out
    assert "dashboard" not in again.err  # no worker was started
    assert contents(copied.parent) == before


def test_another_setting_adds(copied: Path, tabfab: Run) -> None:
    copied.write_text(SWEEP.replace("[4, 8, 12]", "[8, 16]"))
    done = tabfab("sweep", copied, "-o", copied.parent / "sweep", "--workers", 1)
    assert done.status == 0, done
    assert "2 trials computed, 2 were there" in done.out
    assert len(rows(copied.parent / "sweep" / "trials.csv")) == 8


def test_one_worker_gives_the_same_bytes_as_two(
    swept: Path, model: Path, tmp_path: Path, tabfab: Run
) -> None:
    file = write_sweep(tmp_path / "one", model)
    done = tabfab("sweep", file, "-o", tmp_path / "one" / "sweep", "--workers", 1)
    assert done.status == 0, done
    assert contents(tmp_path / "one" / "sweep") == contents(swept)


def test_figures_alone(
    model: Path, tmp_path: Path, tabfab: Run, refusal: Callable[..., str]
) -> None:
    text = SWEEP.replace("[4, 8, 12]", "[4]").replace('["ecp5-25k", "ecp5-85k"]', '"ecp5-25k"')
    file = write_sweep(tmp_path, model, text)
    done = tabfab("sweep", file, "-o", tmp_path / "s", "--workers", 1, "--json-only", "--json")
    assert done.status == 0, done
    (place,) = (tmp_path / "s" / "trials").iterdir()
    assert {path.name for path in place.iterdir()} == {".tabfab", "trial.json"}
    (row,) = json.loads(done.out)
    assert row["accuracy"] > 0.5
    assert row["trial"] == place.name
    said = refusal("sweep", tmp_path / "s", "--pick", "luts>=1", "-o", tmp_path / "p")
    command = said[said.index("tabfab compile ") :].split()[1:]
    assert tabfab(*command).status == 0
    assert (tmp_path / "p" / "program.json").is_file()


@pytest.mark.slow("tests/cli of compile has the class, this but hands it on")
def test_a_class_of_the_users_own(tmp_path: Path, tabfab: Run) -> None:
    (tmp_path / "nets.py").write_text(
        "from torch import nn\n"
        "def net():\n"
        "    layers = nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 10)\n"
        "    return nn.Sequential(*layers)\n"
    )
    (tmp_path / "sweep.toml").write_text(
        'module = "nets.py:net"\n[compile]\nprototypes = [4, 8]\ncalibration-images = 50\n'
    )
    done = tabfab("sweep", tmp_path / "sweep.toml", "-o", tmp_path / "s", "--workers", 1)
    assert done.status == 0, done
    assert "2 trials computed" in done.out


@pytest.mark.slow("Yosys takes most of a minute")
def test_a_build_and_its_cells(model: Path, tmp_path: Path, tabfab: Run) -> None:
    text = SWEEP.replace("[4, 8, 12]", "[4]").replace('["ecp5-25k", "ecp5-85k"]', '"ecp5-25k"')
    file = write_sweep(tmp_path, model, text + "\n[verilog]\nloadable = true\n[synth]\n")
    done = tabfab("sweep", file, "-o", tmp_path / "s", "--workers", 1)
    assert done.status == 0, done
    (place,) = (tmp_path / "s" / "trials").iterdir()
    counted = json.loads((place / "synth.json").read_text())["synth"]["total"]
    (row,) = rows(tmp_path / "s" / "trials.csv")
    assert int(row["block-rams"]) == counted["DP16KD"]
    assert tabfab("synth", place / "build").status == 0


def test_a_damaged_trial_is_made_anew(copied: Path, tabfab: Run) -> None:
    before = contents(copied.parent / "sweep")
    place = next((copied.parent / "sweep" / "trials").glob("*/plan.json"))
    place.write_text("{}")
    done = tabfab("sweep", copied, "-o", copied.parent / "sweep", "--workers", 1)
    assert "1 trials computed, 5 were there" in done.out
    assert contents(copied.parent / "sweep") == before


def test_a_sweep_that_was_run_is_shown(swept: Path, tabfab: Run) -> None:
    shown = tabfab("sweep", swept)
    assert shown.status == 0
    assert " of 4 trials, luts<=20000" in shown.out
    assert "2 trials failed" in shown.out
    assert "evaluated on 1197 held-out images of digits" in shown.out


# ----------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("luts<=20000", "luts<=20"), "none of 4 trials meets the constraint luts<=20: the near"),
        (("luts<=20000", "lutts<=20"), "no figure 'lutts'; did you mean 'luts'"),
        (("luts<=20000", "mhz>=20"), "that takes a [synth] table with pnr = true"),
        (("luts<=20000", 'luts<=20000", "accuracy>=2'), "constraint accuracy>=2: the near"),
        (("[compile]", '[evaluate]\nof = "hold-out"\n[compile]'), "did you mean"),
        (("model.pt2", "none.pt2"), "none.pt2"),
        (("images = 100", "images = 5000"), "leaves none to evaluate on"),
        (("images = 100", "images = 100\nseed = [0, 1]"), "no training images are held out"),
        (("prototypes =", "prototype ="), "did you mean 'prototypes'"),
        (("[4, 8, 12]", "[]"), "has no values to try"),
    ],
)  # fmt: skip
def test_mistakes(
    copied: Path, refusal: Callable[..., str], change: tuple[str, str], sentence: str
) -> None:
    copied.write_text(SWEEP.replace(*change))
    assert sentence in refusal("sweep", copied, "-o", copied.parent / "sweep")


def test_a_constraint_met_by_each_but_not_together(copied: Path, refusal: Any) -> None:
    table = rows(copied.parent / "sweep" / "trials.csv")
    done = [row for row in table if not row["failure"]]
    most, least = max(float(r["accuracy"]) for r in done), min(int(r["bytes"]) for r in done)
    text = SWEEP.replace("luts<=20000", f'accuracy>={most:.4f}", "bytes<={least}')
    copied.write_text(text.replace(f"{most:.4f}", f"{most - 1e-6:.6f}"))
    assert "together, though some meet each" in refusal(
        "sweep", copied, "-o", copied.parent / "sweep"
    )


def test_places_that_are_no_sweep(swept: Path, tmp_path: Path, refusal: Any) -> None:
    assert "holds no sweep" in refusal("sweep", tmp_path)
    (tmp_path / "other").write_text("mine")
    said = refusal("sweep", swept.parent / "sweep.toml", "-o", tmp_path)
    assert "holds files that tabfab did not write" in said
    shutil.copytree(swept, tmp_path / "sweep")
    (tmp_path / "sweep" / "sweep.json").write_text("{")
    assert "sweep.json is damaged" in refusal("sweep", tmp_path / "sweep")


def test_a_scheduler_that_is_not_there(copied: Path, refusal: Any) -> None:
    copied.write_text(SWEEP.replace("[4, 8, 12]", "[16]"))
    said = refusal("sweep", copied, "-o", copied.parent / "s", "--scheduler", "tcp://127.0.0.1:9")
    assert "no scheduler answers at tcp://127.0.0.1:9" in said
    both = ("--scheduler", "tcp://127.0.0.1:9", "--workers", 2)
    assert "leave one away" in refusal("sweep", copied, *both)
    assert "--tls-ca, --tls-cert and --tls-key" in refusal("sweep", copied, "--tls-ca", copied)


def test_a_trial_that_is_damaged_is_refused_by_name(swept: Path, tmp_path: Path) -> None:
    shutil.copytree(swept, tmp_path / "sweep")
    file = next((tmp_path / "sweep" / "trials").glob("*/trial.json"))
    before = file.read_text()
    file.write_text(before.replace('"calibration-images": 100', '"calibration-images": 101'))
    assert file.read_text() != before
    store = Store(tmp_path / "sweep")
    assert store.find(file.parent.name) is None
    with pytest.raises(TabfabError, match="was edited"):
        store.read(file.parent.name)


# ------------------------------------------------------------------------------- documentation

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "sweeps.md").read_text()


def blocks(language: str) -> list[str]:
    """The page's examples in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_examples_of_the_page_can_be_read() -> None:
    whole, listed = blocks("toml")
    sweep = parse_sweep(tomllib.loads(whole))
    assert len(list(sweep.space.grid())) == 3 * 5 * 2 * 2
    assert len(list(parse_sweep(tomllib.loads(f'model = "m"\n{listed}')).space.grid())) == 2


def test_the_page_tells_all_defaults() -> None:
    for default in ('| `sampler` | `"grid"` |', "`batch` | 8 |", "`seed` | 0 |"):
        assert default in PAGE
    judging, needs = (
        Judging(),
        parse_sweep(tomllib.loads(f'model = "m"\n{blocks("toml")[1]}')).needs,
    )
    assert f'| `of` | `"{judging.of}"` |' in PAGE
    assert f"| `images` | {judging.images} |" in PAGE
    assert f"| `threads` | {needs.threads} |" in PAGE
    assert f"| `memory` | {needs.memory} |" in PAGE
    assert Search() == Search(sampler="grid", batch=8, seed=0)


@pytest.mark.slow("the command is a thin layer over it")
def test_from_python(model: Path, tmp_path: Path) -> None:
    (script,) = blocks("python")
    shutil.copyfile(model, tmp_path / "model.pt2")
    (tmp_path / "script.py").write_text(script)
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "'prototypes': 16" in done.stdout
    assert len(list((tmp_path / "sweep" / "trials").iterdir())) == 3

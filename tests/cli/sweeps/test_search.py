"""Optuna's samplers, in batches: seeded, constrained, and the same again when a sweep goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import optuna
import pytest
from tabfab.cli.sweeps.search import proposals
from tabfab.cli.sweeps.space import Settings
from tabfab.cli.sweeps.spec import parse_sweep
from tabfab.cli.sweeps.store import Trial

SPACE: Mapping[str, Any] = {
    "prototypes": [4, 8, 16, 32, 64],
    "encoder": ["tree", "nearest"],
    "additions": {"low": 1.0, "high": 3.0},
    "calibration-images": {"low": 100, "high": 2000, "log": True},
}


def figures(settings: Settings) -> dict[str, float]:
    """What a trial might come to: more prototypes are better and dearer."""
    own: Any = settings["compile"]
    return {
        "accuracy": 1 - 1 / own["prototypes"] - abs(own["additions"] - 2) / 10,
        "bytes": own["prototypes"] * 100 + own["calibration-images"],
    }


def run(sampler: str, trials: int = 24, batch: int = 6, seed: int = 0, **more: Any) -> list[Any]:
    """The settings of a search's batches."""
    document = {
        "model": "m",
        "compile": SPACE,
        "search": {"sampler": sampler, "trials": trials, "batch": batch, "seed": seed},
        **more,
    }
    sweep = parse_sweep(document)
    search = proposals(sweep, ("accuracy", "bytes"))
    assert search.count == trials
    batches = []
    while asked := search.ask():
        batches.append(asked)
        done = [Trial(str(n), each, figures(each), "", {}) for n, each in enumerate(asked)]
        if len(batches) == 2:  # one that failed
            done[0] = Trial("0", asked[0], {}, "it does not fit", {})
        search.tell(done)
    return batches


@pytest.mark.parametrize("sampler", ["random", "tpe", "nsga2"])
def test_a_search_is_what_its_seed_says(sampler: str) -> None:
    batches = run(sampler)
    assert [len(each) for each in batches] == [6, 6, 6, 6]
    assert batches == run(sampler)
    assert batches != run(sampler, seed=1)
    own = [each["compile"] for batch in batches for each in batch]
    assert {each["prototypes"] for each in own} <= set(SPACE["prototypes"])
    assert all(1 <= each["additions"] <= 3 for each in own)
    assert all(100 <= each["calibration-images"] <= 2000 for each in own)
    assert {type(each["calibration-images"]) for each in own} == {int}


@pytest.mark.parametrize("sampler", ["tpe", "nsga2"])
def test_a_search_learns(sampler: str) -> None:
    """Late proposals are nearer to the best than the first, which are drawn at random."""
    batches = run(sampler, trials=120, batch=10)
    off = [[abs(each["compile"]["additions"] - 2) for each in batch] for batch in batches]
    first, last = sum(off[0] + off[1]), sum(off[-1] + off[-2])
    assert last < 0.7 * first


def test_constraints_guide_it() -> None:
    free = run("tpe", trials=80, batch=8)
    held = run("tpe", trials=80, batch=8, constraints=["bytes<=1500"])

    def within(batches: list[Any]) -> int:
        return sum(figures(each)["bytes"] <= 1500 for batch in batches[3:] for each in batch)

    assert within(held) > within(free)


def test_optuna_stays_as_talkative_as_it_was() -> None:
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.DEBUG)
    run("random", trials=2)
    after = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(before)
    assert after == optuna.logging.DEBUG

"""One trial by itself: what its settings ask of the verbs, its name, and what goes wrong in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tabfab.cli.sweeps import trial as trial_module
from tabfab.cli.sweeps.source import Source, code_version, read_source
from tabfab.cli.sweeps.spec import parse_sweep
from tabfab.cli.sweeps.trial import (
    OtherCodeError,
    Outcome,
    compile_request_of,
    make_program,
    map_program,
    program_name,
    trial_name,
)
from tabfab.compiler.frontend.model_file import save_model
from torch import nn


def source(**changes: str) -> Source:
    """One without network and images."""
    nothing: Any = None
    identity = {"network": "a", "tabfab": code_version(), **changes}
    return Source(nothing, nothing, nothing, {}, identity, 1)


def test_settings_become_what_compile_is_asked() -> None:
    request = compile_request_of(
        {
            "compile": {
                "mask": "all-but-first",
                "prototypes": 8,
                "seed": 3,
                "conv*:table-bits": 6,
                "layer": ["linear:prototypes=4"],
                "calibration-images": 50,
            }
        }
    )
    assert request.mask == "all-but-first"
    assert request.settings == {"prototypes": 8}
    assert list(request.layer) == ["linear:prototypes=4", "conv*:table-bits=6"]
    assert (request.seed, request.calibration_images) == (3, 50)


def test_a_name_is_of_settings_and_of_what_they_are_tried_on() -> None:
    eight = {"compile": {"prototypes": 8, "seed": 1}, "plan": {"device": "ecp5-25k"}}
    other_order = {"plan": {"device": "ecp5-25k"}, "compile": {"seed": 1, "prototypes": 8}}
    elsewhere = {**eight, "plan": {"device": "ecp5-85k"}}
    assert trial_name(eight, source()) == trial_name(other_order, source())
    assert trial_name(eight, source()) != trial_name(elsewhere, source())
    assert program_name(eight, source()) == program_name(elsewhere, source())
    for change in ({"network": "b"}, {"tabfab": "older"}):
        assert trial_name(eight, source()) != trial_name(eight, source(**change))
        assert program_name(eight, source()) != program_name(eight, source(**change))


def test_a_worker_with_other_code_computes_nothing() -> None:
    with pytest.raises(OtherCodeError, match="install the same on all machines"):
        make_program(source(tabfab="older"), {"compile": {}})


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ValueError("no such thing.\nmore"), "at fault (ValueError: no such thing); report it"),
        (MemoryError(), "there was not enough memory; see [needs]"),
    ],
)
def test_what_goes_wrong_in_a_trial_is_a_sentence(
    error: Exception, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> Outcome:
        raise error

    monkeypatch.setattr(trial_module, "_make_program", fail)
    made = make_program(source(), {"compile": {}})
    assert sentence in made.failure
    assert not made.figures
    assert map_program(source(), made, {"compile": {}, "plan": {}}) is made


@pytest.mark.parametrize("of", ["held-out", "test"])
def test_images_become_the_sequences_that_a_network_takes(of: str, tmp_path: Path) -> None:
    layers = nn.Conv1d(2, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(4, 3)
    save_model(nn.Sequential(*layers).eval(), (2, 32), tmp_path / "model.pt2", ("a", "b", "c"))
    rng = np.random.default_rng(0)
    sequences = rng.integers(0, 256, (300, 2, 32), dtype=np.uint8)
    np.savez(tmp_path / "own.npz", images=sequences, labels=rng.integers(0, 3, 300))
    asked = {"mask": "exact", "calibration-images": [50, 60]}
    named = {"model": "model.pt2", "data": "own.npz", "evaluate": {"of": of}}
    sweep = parse_sweep({**named, "compile": asked}, tmp_path)
    made = make_program(read_source(sweep, tmp_path), next(sweep.space.grid()))
    assert not made.failure
    assert made.figures["agreement"] is not None

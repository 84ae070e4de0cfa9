"""One trial by itself: what its settings ask of the verbs, its name, and what goes wrong in it."""

from __future__ import annotations

from typing import Any

import pytest
from tabfab.cli.sweeps import trial as trial_module
from tabfab.cli.sweeps.source import Source, code_version
from tabfab.cli.sweeps.trial import (
    OtherCodeError,
    Outcome,
    compile_request_of,
    make_program,
    map_program,
    program_name,
    trial_name,
)


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

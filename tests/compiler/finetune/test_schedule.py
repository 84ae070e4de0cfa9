"""When layers are converted in fine-tuning, and how long its steps are."""

from __future__ import annotations

import pytest
from tabfab.compiler.finetune.options import FinetuneOptions
from tabfab.compiler.finetune.schedule import Schedule

_RATE = 0.01


def schedule(steps_per_layer: int = 30, joint_steps: int = 50) -> Schedule:
    """Of two layers."""
    options = FinetuneOptions(
        steps_per_layer=steps_per_layer, joint_steps=joint_steps, learning_rate=_RATE
    )
    return Schedule(["first", "second"], options)


def test_each_layer_is_converted_once_in_order() -> None:
    plan = schedule()
    converted = {
        step: plan.conversions(step) for step in range(plan.steps) if plan.conversions(step)
    }
    assert converted == {0: ("first",), 30: ("second",)}
    assert [plan.phase(step) for step in (0, 29, 30, 59, 60)] == [
        *("first", "first", "second", "second", "all layers")
    ]
    assert schedule(steps_per_layer=0).conversions(0) == ()


@pytest.mark.parametrize("phase", [range(30, 60), range(60, 110)], ids=["layer", "joint"])
def test_the_rate_falls_to_nothing_in_each_phase(phase: range) -> None:
    rates = [schedule().learning_rate(step) for step in phase]
    assert rates[0] == _RATE
    assert rates == sorted(rates, reverse=True)
    assert rates[len(phase) // 2] == pytest.approx(_RATE / 2)
    assert 0 < rates[-1] < 0.01 * _RATE


def test_the_first_steps_are_short() -> None:
    plan = schedule(steps_per_layer=1000)
    assert plan.learning_rate(0) == pytest.approx(_RATE / 20)
    assert plan.learning_rate(19) == pytest.approx(_RATE, rel=1e-2)


def test_a_single_step_a_layer_is_a_whole_one() -> None:
    plan = schedule(steps_per_layer=1)
    assert plan.learning_rate(1) == pytest.approx(2 / 20 * _RATE)

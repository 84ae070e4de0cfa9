"""What a user may ask of an automatic mask."""

from __future__ import annotations

import pytest
from tabfab.compiler.mask.goal import MaskGoal, parse_goal
from tabfab.compiler.store.errors import TabfabError


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("auto:similarity=0.9", MaskGoal(similarity=0.9)),
        ("auto:operations=0.4", MaskGoal(operations=0.4)),
        ("auto:tabconv=0.4", MaskGoal(operations=0.4, as_tabconv=True)),
        (
            "auto:bytes=2x,tabconv=0.4",
            MaskGoal(operations=0.4, as_tabconv=True, stored=2.0, relative=True),
        ),
        ("auto: accuracy = 1", MaskGoal(accuracy=1.0)),
        ("auto:bytes=2000", MaskGoal(stored=2000.0)),
        ("auto:bytes=1.5M", MaskGoal(stored=1.5e6)),
        ("auto:bytes=64k,operations=.8", MaskGoal(operations=0.8, stored=64e3)),
        ("auto:bytes=4x", MaskGoal(stored=4.0, relative=True)),
        ("auto:additions=1.4x", MaskGoal(additions=1.4, relative=True)),
        ("auto:additions=20M", MaskGoal(additions=2e7)),
    ],
)
def test_goals(text: str, goal: MaskGoal) -> None:
    assert parse_goal(text) == goal


@pytest.mark.parametrize(
    "text",
    [
        "auto:",
        "auto:speed=3",
        "auto:operations",
        "auto:operations=much",
        "auto:operations=0",
        "auto:operations=1.1",
        "auto:accuracy=nan",
        "auto:operations=0.5,operations=0.6",
        "auto:operations=0.5,tabconv=0.6",
        "auto:tabconv=0.5,operations=0.6",
        "auto:tabconv=1.5",
        "auto:tabconv=most",
        "auto:operations=0.5,accuracy=0.9",
        "auto:accuracy=0.9,bytes=4x",
        "auto:bytes=-1",
        "auto:bytes=inf",
        "auto:bytes=",
        "auto:bytes=x",
        "auto:additions=0",
        "auto:additions=many",
        "auto:additions=inf",
        "auto:additions=1x,operations=0.5",
        "auto:additions=1x,bytes=2x",
    ],
)
def test_what_is_no_goal_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(TabfabError, match=r"auto:|bytes must be above 0") as caught:
        parse_goal(text)
    assert "\n" not in str(caught.value)


def test_bytes_are_counted_or_relative_to_the_weights() -> None:
    assert MaskGoal(stored=1000).bytes_allowed(50) == 1000
    assert MaskGoal(stored=1.5, relative=True).bytes_allowed(50) == 75
    assert MaskGoal(operations=0.5).bytes_allowed(50) is None


def test_additions_are_counted_or_relative_to_the_products() -> None:
    assert MaskGoal(additions=1000).additions_allowed(50) == 1000
    assert MaskGoal(additions=1.5, relative=True).additions_allowed(50) == 75
    assert MaskGoal(operations=0.5).additions_allowed(50) is None

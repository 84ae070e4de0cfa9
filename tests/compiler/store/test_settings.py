"""Settings: what fields say of themselves, and which contradict each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import pytest
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.store.settings import (
    refuse_opposites,
    setting,
    settings_of,
    with_settings,
)


@dataclass(frozen=True, kw_only=True)
class Oven:
    """What all recipes need."""

    about: ClassVar[str] = "The oven"

    degrees: int = setting(180, "How hot.", least=20)
    rack: Literal["top", "middle"] = setting("middle", "Where.", option="--where")
    clean: bool = True


@dataclass(frozen=True, kw_only=True)
class Bread(Oven):
    """One of them."""

    minutes: float = setting(40.0, "How long.")
    until: str | None = setting(None, "Until when.", default="40 min", instead_of=("minutes",))
    loaves: int | None = setting(None, "How many.")


def test_fields_say_what_they_are() -> None:
    found = settings_of(Bread)
    assert list(found) == ["minutes", "until", "loaves", "degrees", "rack"]
    assert [each.type for each in found.values()] == [
        float, str, int, int, Literal["top", "middle"],
    ]  # fmt: skip
    assert [each.value for each in found.values()] == [40.0, None, None, 180, "middle"]
    assert [each.group for each in found.values()] == ["", "", "", "The oven", "The oven"]
    assert found["until"].default == "40 min"
    assert found["degrees"].least == 20
    assert (found["degrees"].flag, found["rack"].flag) == ("--degrees", "--where")


def test_one_setting_takes_the_place_of_another() -> None:
    timed = with_settings(Bread(), {"until": "noon"})
    assert (timed.until, timed.minutes) == ("noon", 40.0)
    long = with_settings(timed, {"minutes": 90.0, "degrees": 200})
    assert (long.until, long.minutes, long.degrees) == (None, 90.0, 200)
    assert with_settings(Bread(minutes=5.0), {"until": "one"}).minutes == 40.0


def test_opposites_are_refused_together() -> None:
    refuse_opposites(Bread, {"minutes": 1.0, "degrees": 90})
    with pytest.raises(TabfabError, match=r"^--minutes and --until contradict each other"):
        refuse_opposites(Bread, {"minutes": 1.0, "until": "noon"})
    with pytest.raises(TabfabError, match=r"^rye: minutes and until contradict each other"):
        refuse_opposites(Bread, {"minutes": 1.0, "until": "noon"}, "rye: ")

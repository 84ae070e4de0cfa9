"""Records as JSON values and arrays, and back: what comes back, and what is refused by name."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.store.records.decode_record import decode_record, decode_tagged
from tabfab.compiler.store.records.encode_record import encode_record
from tabfab.compiler.store.records.record_rules import MAX_INTEGER, PLAIN, RecordRules, Scalar


class CookbookError(TabfabError):
    """A cookbook that is none."""


@dataclass(frozen=True)
class Boil:
    kind: ClassVar[str] = "boil"
    minutes: int


@dataclass(frozen=True)
class Bake:
    kind: ClassVar[str] = "bake"
    degrees: float
    pans: tuple[int, ...] = ()


@dataclass(frozen=True)
class Recipe:
    name: str
    step: Boil | Bake
    share: Fraction
    size: tuple[int, int]
    taste: Literal["sweet", "salty"]
    vegan: bool
    note: str | None = None
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Picture:
    pixels: NDArray[np.int16]


def _fraction(value: object, where: str) -> Fraction:
    if not isinstance(value, str):
        raise CookbookError(f"{where} must be a fraction")
    return Fraction(value)


RULES = RecordRules(CookbookError, {Fraction: Scalar(str, _fraction)})
INTEGERS = st.integers(-MAX_INTEGER, MAX_INTEGER)
FLOATS = st.floats(allow_nan=False)
RECIPES = st.builds(
    Recipe,
    name=st.text(),
    step=st.one_of(
        st.builds(Boil, minutes=INTEGERS),
        st.builds(Bake, degrees=FLOATS, pans=st.lists(INTEGERS).map(tuple)),
    ),
    share=st.fractions(),
    size=st.tuples(INTEGERS, INTEGERS),
    taste=st.sampled_from(["sweet", "salty"]),
    vegan=st.booleans(),
    note=st.none() | st.text(),
    parts=st.dictionaries(st.text(), FLOATS),
)


def encoded(recipe: Recipe) -> dict[str, Any]:
    return dict(encode_record(recipe, "recipe", {}, RULES))


RECIPE = Recipe("soup", Boil(20), Fraction(1, 3), (1, 2), "salty", True, parts={"salt": 0.5})


@given(recipe=RECIPES)
def test_what_was_written_is_read(recipe: Recipe) -> None:
    text = json.dumps(encoded(recipe), allow_nan=False)
    assert decode_record(Recipe, json.loads(text), "the recipe", {}, RULES) == recipe


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_has_no_word_for(value: float) -> None:
    document = encode_record(Bake(value), "bake", {})
    read = decode_record(Bake, json.loads(json.dumps(document, allow_nan=False)), "bake", {})
    assert read.degrees == value or math.isnan(read.degrees)
    assert math.isnan(read.degrees) == math.isnan(value)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ((), 7, "the recipe must be a JSON object, not 7"),
        (("name",), 7, "the recipe, name must be of type str, not 7"),
        (("colour",), 7, "the recipe has an unknown field 'colour'"),
        (("step",), None, "the recipe, step must be a JSON object"),
        (("step", "kind"), "fry", "the recipe, step has kind 'fry', which is none of bake, boil"),
        (("step", "minutes"), True, "the recipe, step, minutes must be an integer, not True"),
        (("step", "minutes"), 1.0, "the recipe, step, minutes must be an integer, not 1.0"),
        (("step", "minutes"), MAX_INTEGER + 1, "must be an integer of 53 bits"),
        (("share",), 0.5, "the recipe, share must be a fraction"),
        (("size",), [1], "the recipe, size must be a list of 2 values"),
        (("size",), "12", "the recipe, size must be a list"),
        (("taste",), "sour", "the recipe, taste must be one of sweet, salty"),
        (("vegan",), 1, "the recipe, vegan must be of type bool"),
        (("note",), 1, "the recipe, note must be of type str"),
        (("parts",), [], "the recipe, parts must be a JSON object"),
        (("parts", "salt"), "much", "the recipe, parts of 'salt' must be a number"),
        (("parts", "salt"), 10**400, "must be a number, not one of that size"),
    ],
)
def test_wrong_values_are_named(place: tuple[str, ...], value: object, words: str) -> None:
    document: Any = {"whole": encoded(RECIPE)}
    here = document
    for key in ("whole", *place)[:-1]:
        here = here[key]
    here[("whole", *place)[-1]] = value
    with pytest.raises(CookbookError) as refusal:
        decode_record(Recipe, document["whole"], "the recipe", {}, RULES)
    assert words in str(refusal.value)


def test_fields_without_a_default_are_wanted() -> None:
    document = encoded(RECIPE)
    del document["note"], document["parts"]  # a later format may have added them
    assert decode_record(Recipe, document, "the recipe", {}, RULES).parts == {}
    del document["name"]
    with pytest.raises(CookbookError, match="the recipe has no field 'name'"):
        decode_record(Recipe, document, "the recipe", {}, RULES)


def test_a_file_without_rules_has_the_ground_error_and_no_types_of_its_own() -> None:
    assert PLAIN.error is TabfabError
    with pytest.raises(TabfabError, match="none of boil"):
        decode_tagged({"boil": Boil}, {"kind": "bake"}, "the step", {})


def test_arrays_go_beside_and_come_back_once() -> None:
    arrays: dict[str, NDArray[Any]] = {}
    pixels = np.arange(6, dtype=np.int16).reshape(2, 3)
    document = encode_record(Picture(pixels), "picture", arrays, RULES)
    assert document == {"pixels": {"tensor": "picture/pixels", "dtype": "int16", "shape": [2, 3]}}
    with pytest.raises(CookbookError, match="two arrays are named 'picture/pixels'"):
        encode_record(Picture(pixels), "picture", arrays, RULES)
    with pytest.raises(CookbookError, match="dtype int64 instead of int16"):
        encode_record(Picture(pixels.astype(np.int64)), "other", arrays, RULES)  # type: ignore[arg-type]
    read = decode_record(Picture, document, "the picture", arrays, RULES)
    np.testing.assert_array_equal(read.pixels, pixels)
    assert not arrays
    with pytest.raises(CookbookError, match="refers to the tensor 'picture/pixels', which is not"):
        decode_record(Picture, document, "the picture", arrays, RULES)


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        (np.zeros((2, 3), np.int32), "has dtype int32 instead of int16"),
        (np.zeros((3, 2), np.int16), r"has shape \[3, 2\] instead of \[2, 3\]"),
    ],
)
def test_other_arrays_than_the_record_says(stored: NDArray[Any], words: str) -> None:
    arrays: dict[str, NDArray[Any]] = {}
    document = encode_record(Picture(np.zeros((2, 3), np.int16)), "picture", arrays)
    arrays["picture/pixels"] = stored
    with pytest.raises(TabfabError, match=f"the picture, pixels {words}"):
        decode_record(Picture, document, "the picture", arrays)


def test_narrower_arrays_of_earlier_formats_widen() -> None:
    document = {"pixels": {"tensor": "p", "dtype": "uint8", "shape": [1]}}
    read = decode_record(Picture, document, "the picture", {"p": np.array([200], np.uint8)})
    assert read.pixels.dtype == np.int16
    assert read.pixels.tolist() == [200]

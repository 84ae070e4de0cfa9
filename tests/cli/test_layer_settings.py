"""Methods and settings of single layers."""

from __future__ import annotations

import pytest
from tabfab.cli.layer_settings import (
    LayerSettings,
    parse_layer_settings,
    parse_mask,
    refuse_unused,
    usual_mask,
    with_layers,
)
from tabfab.compiler.graph import Graph
from tabfab.compiler.methods.mask import Mask
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.store.errors import TabfabError

from support.graphs import chain


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("all", "table"),
        ("none", "exact"),
        ("exact", "exact"),
        ("1", ("table",)),
        ("0,1", ("exact", "table")),
        ("exact, table,1", ("exact", "table", "table")),
        ("all-but-first", ("all-but-first",)),
        ("1,3-5, conv*=dyadic", ("1", "3-5", "conv*=dyadic")),
    ],
)
def test_masks(text: str, mask: Mask) -> None:
    assert CompileOptions(mask=parse_mask(text)).mask == mask


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,,0",
        "0,1,2",
        "all,exact",
        "none,1-2",
        "exact,2-3",
        "2=",
        "=exact",
        "2=tables",
        "exact=table",
    ],
)
def test_what_is_no_mask(text: str) -> None:
    with pytest.raises(TabfabError, match=r"mask must be .*\(table, exact, .* is none of"):
        CompileOptions(mask=parse_mask(text))


def test_the_only_layer_is_not_left_out() -> None:
    network = chain()
    assert CompileOptions(mask=usual_mask(network)).methods(network) == {
        "conv1": "exact", "conv2": "table", "linear": "table",
    }  # fmt: skip
    alone = Graph(network.layers[:2])
    assert [layer.name for layer in alone.convs] == ["conv1"]
    assert CompileOptions(mask=usual_mask(alone)).methods(alone) == {"conv1": "table"}


def test_settings_are_read_by_the_types_of_their_fields() -> None:
    assert parse_layer_settings(["a.*:prototypes=8,encoder=nearest", "b:method=exact"]) == [
        LayerSettings("a.*", {"prototypes": 8, "encoder": "nearest"}),
        LayerSettings("b", {}, "exact"),
    ]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["a:prototypes=8", "b:prototypes=4", "a:prototypes=16"], "twice for 'a', 8 and 16"),
        (["a:table-bits=4,table-bits=4"], "table-bits twice for 'a', 4 and 4"),
        (["a:method=exact", "a:method=table"], "method twice for 'a', exact and table"),
        (["a:subspaces=4,subspace-length=2"], "--layer 'a': subspace-length and subspaces contra"),
        (["a:subspaces=4", "a:subspace-length=2"], "--layer 'a': subspace-length and subspaces"),
        (["a:rows=4"], "no setting 'rows'; choose from method, subspace-length, subspaces"),
        (["a:prototypes=1.5"], "prototypes must be a whole number, not '1.5'"),
        (["a"], "NAME:SETTING=VALUE"),
        ([":prototypes=4"], "NAME:SETTING=VALUE"),
    ],
)
def test_settings_that_mean_nothing(texts: list[str], message: str) -> None:
    with pytest.raises(TabfabError) as raised:
        parse_layer_settings(texts)
    assert message in str(raised.value)


def test_layers_get_methods_and_settings() -> None:
    given = parse_layer_settings(["conv*:prototypes=32", "conv2:method=exact,exact-bits=6"])
    options = with_layers(CompileOptions(table_bits=7), chain(), given)
    assert options.mask == ("table", "exact", "table")
    assert set(options.layers) == {"conv1", "conv2"}
    assert (options.of("conv1").prototypes, options.of("conv1").exact_bits) == (32, None)
    assert (options.of("conv2").prototypes, options.of("conv2").exact_bits) == (32, 6)
    assert options.of("conv1").table_bits == options.of("linear").table_bits == 7


def test_a_method_alone_is_no_setting() -> None:
    options = with_layers(CompileOptions(), chain(), parse_layer_settings(["*:method=exact"]))
    assert options.mask == ("exact",) * 3
    assert not options.layers


def test_an_exception_comes_after_the_rule() -> None:
    texts = ["conv*:prototypes=8,method=table", "*2:prototypes=16", "*:tree-levels=5"]
    options = with_layers(CompileOptions(), chain(), parse_layer_settings(texts))
    assert (options.of("conv1").prototypes, options.of("conv2").prototypes) == (8, 16)
    assert options.of("conv2").tree_levels == 5
    for other in ("*:prototypes=16", "*1:prototypes=4", "c*:method=exact", "[cl]*:prototypes=2"):
        given = parse_layer_settings(["conv1:prototypes=8", "conv*:method=table", other])
        with pytest.raises(TabfabError, match=r"layer 'conv1' two values of .* fewer layers last"):
            with_layers(CompileOptions(), chain(), given)


@pytest.mark.parametrize(
    ("mask", "given", "texts", "message"),
    [
        ("none", {"prototypes": 8}, [], "--prototypes is a setting of table layers"),
        ("all", {"terms": 2}, [], "--terms is a setting of dyadic layers, and the mask has only"),
        ("dyadic", {"exact_bits": 4}, [], "--exact-bits is a setting of exact layers"),
        ("all", {}, ["conv1:method=exact,prototypes=8"], "--layer 'conv1': prototypes is"),
        ((0, 1, 1), {}, ["conv1:prototypes=8"], "what it fits has only exact ones"),
        ((0, 1, 1), {"prototypes": 8, "exact_bits": 4}, ["conv*:prototypes=8"], ""),
        ("exact", {"table_bits": 4, "argmax": True}, [], ""),
    ],
)
def test_settings_of_methods_that_no_layer_has(mask, given, texts, message) -> None:
    layers = parse_layer_settings(texts)
    options = with_layers(CompileOptions(mask=mask), chain(), layers)
    if not message:
        refuse_unused(options, chain(), given, layers)
        return
    with pytest.raises(TabfabError, match=message):
        refuse_unused(options, chain(), given, layers)


def test_a_layers_length_counts_where_all_layers_have_a_number_of_subspaces() -> None:
    given = parse_layer_settings(["conv1:subspace-length=3"])
    options = with_layers(CompileOptions(subspaces=8), chain(), given)
    assert (options.of("conv1").subspaces, options.of("conv1").subspace_length) == (None, 3)
    assert options.of("conv2").subspaces == 8


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("conv1:method=hash", "'hash' is none of these"),
        ("stem:method=exact", "no layer is called 'stem'; there are conv1, conv2, linear"),
        ("conv1:prototypes=3", "power of two"),
    ],
)
def test_layers_that_cannot_be_so(text: str, message: str) -> None:
    with pytest.raises(TabfabError, match=message):
        with_layers(CompileOptions(), chain(), parse_layer_settings([text]))

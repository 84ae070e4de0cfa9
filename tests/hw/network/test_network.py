from __future__ import annotations

import re

import pytest
from amaranth.hdl import unsigned
from hypothesis import given
from hypothesis import strategies as st
from tabfab.hw.network.content import Activations
from tabfab.hw.network.network import (
    Link,
    Network,
    Port,
    Stage,
    identifier,
    instance_name,
)
from tabfab.hw.stream.queue import Queue
from tabfab.hw.stream.streams import StreamFormat
from tabfab.sim.models.cycles import predict

from support.streams import Beats, Traffic, check

FORMAT = StreamFormat(bits=3, is_signed=False, lanes=2, elements=2, height=2, width=3)


def queues(*depths: int) -> Network:
    """Queues one after another."""
    stages = [
        Stage(f"queue.{n}", f"queue_{n}", "image", Queue(unsigned(3), 2, depth))
        for n, depth in enumerate(depths)
    ]
    ends = [Port(None, "i")]
    for stage in stages:
        ends += [Port(stage.name, "i"), Port(stage.name, "o")]
    ends.append(Port(None, "o"))
    links = [
        Link(f"link{n}", "image", source, sink, FORMAT, Activations("image"))
        for n, (source, sink) in enumerate(zip(ends[::2], ends[1::2], strict=True))
    ]
    return Network(stages, links)


def test_knows_its_ends() -> None:
    network = queues(1, 2)
    assert (network.input.name, network.output.name) == ("link0", "link2")


def test_wires_stages_one_after_another(traffic: Traffic) -> None:
    beats = Beats.of([[n % 8, (3 * n) % 8] for n in range(18)], image=6)

    class Timed(Network):
        """The network with the rules of its only stage."""

        def timing(self, counts: dict[str, int]) -> list[object]:
            return self.stages[0].component.timing(counts)

    network = queues(2)
    check(Timed(network.stages, network.links), {"i": beats}, {"o": beats}, traffic)


def test_latencies_of_stages_add_up() -> None:
    times = predict(queues(2, 2, 2), images=1)
    assert times["link0"].tolist() == list(range(6))
    assert times["link3"].tolist() == list(range(3, 9))


@pytest.mark.parametrize(
    ("name", "taken", "instance"),
    [
        ("conv1.encoder", [], "conv1_encoder"),
        ("a.b", ["a_b"], "a_b_2"),
        ("a.b", ["a_b", "a_b_2"], "a_b_3"),
        ("größe.engine", [], "gr__e_engine"),
        ("层.engine", ["__engine"], "__engine_2"),
        ("x" * 300 + ".encoder", [], "x" * 99 + "__" + "x" * 91 + "_encoder"),
    ],
)
def test_instances_have_verilog_names(name: str, taken: list[str], instance: str) -> None:
    assert instance_name(name, taken) == instance


@given(names=st.lists(st.text(), unique=True))
def test_any_names_become_different_instances(names: list[str]) -> None:
    taken: list[str] = []
    for name in names:
        taken.append(instance_name(name, taken))
    assert len(set(taken)) == len(names)
    assert all(re.fullmatch("[A-Za-z0-9_]*", instance) for instance in taken)
    assert all(len(identifier(name)) <= 200 for name in names)

"""Activity: when each stage of a network works and how full its queues are, by the cycle model.

A stage works on a clock on which a beat enters or leaves it. The busiest stage sets the rate of the
network: the others wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...hw.network.network import Link, Network
from ...hw.stream.elastic import Elastic, group_ends, group_starts
from ...hw.stream.fork import Fork
from ...hw.stream.timing import Times


@dataclass(frozen=True, eq=False)
class StageActivity:
    """When one stage works.

    Parameters
    ----------
    name, node: of the stage.
    clocks: of each image, the clocks on which a beat of it enters or leaves the stage; rising.
    """

    name: str
    node: str
    clocks: tuple[Times, ...]

    def shares(self, image: int, bins: int, end: int) -> NDArray[np.float64]:
        """(bins,) share of each bin's clocks on which the stage works for an image.

        Parameters
        ----------
        image: number of the image.
        bins: equal parts of the clocks 0 to `end` - 1.
        end: the first clock that is not shown.
        """
        edges = np.linspace(0, end, bins + 1)
        counts = np.histogram(self.clocks[image], edges)[0]
        return counts / np.maximum(np.diff(np.ceil(edges)), 1)

    def busy(self, rate: int) -> float:
        """Share of all clocks on which it works, images back to back.

        Once the rate is steady, each image passes a stage as the one before it did, so many clocks
        later; so the clocks of all images are those of the last one, modulo these.

        Parameters
        ----------
        rate: clocks between two images, once that is steady.
        """
        return len(np.unique(self.clocks[-1] % rate)) / rate


@dataclass(frozen=True, eq=False)
class QueueActivity:
    """How many beats one queue holds.

    Parameters
    ----------
    name: of its stage; of one behind a fork, the node that is read and the one that reads it.
    node: of its stage.
    is_fork: whether it stands behind a fork, where the planner chose its depth.
    depth: beats that it can hold.
    arrived, left: the clock on which the place of each beat is taken, and given back; rising.
    """

    name: str
    node: str
    is_fork: bool
    depth: int
    arrived: Times
    left: Times

    @property
    def most(self) -> int:
        """Beats that it holds at most."""
        return int(self._held(self.arrived).max(initial=0))

    def levels(self, bins: int, end: int) -> NDArray[np.int64]:
        """(bins,) the most beats that it holds in each of `bins` equal parts of clocks 0 to `end`.

        A beat is counted on the clock of its arrival and on that on which it leaves.
        """
        edges = np.linspace(0, end, bins + 1)
        most = self._held(np.ceil(edges[:-1]).astype(np.int64))
        places = np.minimum(np.searchsorted(edges, self.arrived, "right") - 1, bins - 1)
        np.maximum.at(most, places, self._held(self.arrived))
        return most

    def _held(self, clocks: Times) -> NDArray[np.int64]:
        entered = np.searchsorted(self.arrived, clocks, "right")
        return entered - np.searchsorted(self.left, clocks, "left")


def stage_activities(
    network: Network, times: Mapping[str, Times], images: int
) -> list[StageActivity]:
    """When each stage works, in the order of the stages.

    Parameters
    ----------
    network: the hardware.
    times: the clock of every beat of every stream (`tabfab.sim.models.cycles.predict`).
    images: how many passed.
    """
    ports: dict[str, list[Link]] = {stage.name: [] for stage in network.stages}
    for link in network.links:
        for end in (link.source, link.sink):
            if end.stage is not None:
                ports[end.stage].append(link)
    by_image = {link.name: times[link.name].reshape(images, -1) for link in network.links}
    return [
        StageActivity(
            stage.name,
            stage.node,
            tuple(
                np.unique(np.concatenate([by_image[link.name][n] for link in ports[stage.name]]))
                for n in range(images)
            ),
        )
        for stage in network.stages
    ]


def queue_activities(network: Network, times: Mapping[str, Times]) -> list[QueueActivity]:
    """How full the queues are behind forks and behind cores that never wait (`Elastic`).

    What other stages hold is not told apart by the cycle model.

    Parameters
    ----------
    network, times: see `stage_activities`.
    """
    entering = {link.sink.stage: times[link.name] for link in network.links}
    leaving = {(link.source.stage, link.source.port): link for link in network.links}
    nodes = {stage.name: stage.node for stage in network.stages}
    readers = {link.name: nodes.get(link.sink.stage or "", "output") for link in network.links}
    queues = []
    for stage in network.stages:
        component = stage.component
        if isinstance(component, Fork):
            for n, queue in enumerate(component.queues):
                link = leaving[stage.name, f"o{n}"]
                name = f"{stage.node} to {readers[link.name]}"
                arrived, left = entering[stage.name], times[link.name]
                queues.append(QueueActivity(name, stage.node, True, queue.depth, arrived, left))
        elif isinstance(component, Elastic):
            left = times[leaving[stage.name, "o"].name]
            starts = group_starts(group_ends(component.core.groups, len(left)))
            arrived = entering[stage.name][starts]
            queues.append(
                QueueActivity(stage.name, stage.node, False, component.depth, arrived, left)
            )
    return queues

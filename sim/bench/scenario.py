"""Scenarios: what is played into a network, and what every stream must then carry, and when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...compiler.program import Program
from ...compiler.store.errors import TabfabError
from ...hw.network.network import Network
from ...hw.stream.timing import Times
from ..models import golden
from ..models.beats import cut, expected_beats
from ..models.cycles import Stalls, predict_packets
from ..models.measures import measured
from ..models.packets import Packets, random_lengths
from .testbench import Job

_SLACK = 1000
"""Clocks beyond the predicted end before a silent design is given up."""


@dataclass(frozen=True)
class Traffic:
    """How images arrive and answers leave.

    Parameters
    ----------
    stall: probability with which source and sink stall, 0 <= stall < 1.
    burst: clocks for which they go on to stall, or not to.
    disorder: probability with which the packet of an image is too short or too long.
    reset_after: clocks of random signals at all ports, which a reset ends before the images.
    seed: of all that is random.
    """

    stall: float = 0.0
    burst: int = 1
    disorder: float = 0.0
    reset_after: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.stall < 1:
            raise TabfabError(f"--stall is a probability below 1, not {self.stall}")
        if self.burst < 1:
            raise TabfabError(f"a burst lasts at least one clock, not {self.burst}")
        if not 0 <= self.disorder <= 1:
            raise TabfabError(f"--disorder is a probability, not {self.disorder}")
        if self.reset_after < 0:
            raise TabfabError(f"--reset-after is a number of clocks, not {self.reset_after}")

    @property
    def stalls(self) -> Stalls:
        """Stall patterns of both ports."""
        if not self.stall:
            return Stalls.none()
        return Stalls.random(self.seed, self.stall, burst=self.burst)


@dataclass(frozen=True, eq=False)
class Scenario:
    """What is played and what must come of it.

    Parameters
    ----------
    network: that it is played into.
    packets: what arrives at the input port.
    traffic: when.
    beats: golden beats of every stream, by its name.
    clocks: their clocks.
    errors: clocks on which `frame_error` is high.
    """

    network: Network
    packets: Packets
    traffic: Traffic
    beats: dict[str, NDArray[np.int16]]
    clocks: dict[str, Times]
    errors: Times

    @classmethod
    def of_images(
        cls, program: Program, network: Network, images: golden.Images, traffic: Traffic
    ) -> Scenario:
        """Play `images`, some of them too short or too long.

        Raises
        ------
        TabfabError: the images are not the program's, or there are none.
        """
        golden.check_images(program, images)
        if not len(images):
            raise TabfabError("there are no images to simulate; give at least one")
        rng = np.random.default_rng(traffic.seed)
        fmt = network.input.format
        lengths = random_lengths(rng, len(images), fmt.beats_per_image, traffic.disorder)
        beats = cut(images.astype(np.int16), fmt.lanes).reshape(-1, fmt.lanes)
        packets = Packets.of_images(beats, lengths, rng)
        # What the hardware makes of the packets.
        pixels = packets.images(fmt.beats_per_image).reshape(*images.shape[:3], -1)
        received = pixels[..., : images.shape[3]].astype(np.uint8)
        values = golden.run(program, received)
        made = measured(program, network, values)
        clocks, errors = predict_packets(network, lengths, traffic.stalls, made)
        expected = {link.name: expected_beats(program, values, link) for link in network.links}
        return cls(network, packets, traffic, expected, clocks, errors)

    @property
    def last(self) -> int:
        """Clock of the last beat on any stream."""
        return max(int(clocks[-1]) for clocks in self.clocks.values())

    def job(self) -> Job:
        """The same for the bench."""
        stalls = self.traffic.stalls
        output = self.network.output
        return Job(
            beats=self.packets.beats.astype(np.uint8),
            tlast=self.packets.last,
            answers=len(self.clocks[output.name]),
            answers_per_image=output.format.beats_per_image,
            source=stalls.source,
            sink=stalls.sink,
            last=self.last,
            limit=self.last + _SLACK,
            warm_up=self.traffic.reset_after,
            seed=self.traffic.seed,
        )

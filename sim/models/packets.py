"""Packets: what arrives at the input port, and the images that the hardware makes of it.

A packet is what the source ends with `tlast`. Where its length is not that of an image,
`tabfab.hw.stream.frame_guard.FrameGuard` fills it up with zeros or cuts it; this module is the
model that the hardware is compared with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...hw.stream.frame_guard import PacketLengths, positions


@dataclass(frozen=True, eq=False)
class Packets:
    """Beats at the input port.

    Parameters
    ----------
    beats: (beats, lanes) all packets' beats, one after another.
    lengths: beats of each packet, at least 1.
    """

    beats: NDArray[np.int16]
    lengths: PacketLengths

    @property
    def last(self) -> NDArray[np.bool_]:
        """(beats,) `tlast`."""
        last = np.zeros(len(self.beats), bool)
        last[np.cumsum(self.lengths) - 1] = True
        return last

    def images(self, per_image: int) -> NDArray[np.int16]:
        """One image per packet, of `per_image` beats each: (packets * per_image, lanes)."""
        image, beat = positions(np.full(len(self.lengths), per_image, np.int64))
        starts = np.cumsum(self.lengths) - self.lengths
        passes = beat < self.lengths[image]
        images = np.zeros((len(image), self.beats.shape[1]), self.beats.dtype)
        images[passes] = self.beats[(starts[image] + beat)[passes]]
        return images

    @classmethod
    def of_images(
        cls, beats: NDArray[np.int16], lengths: PacketLengths, rng: np.random.Generator
    ) -> Packets:
        """Packets of the given lengths that start with an image each and go on at random.

        Parameters
        ----------
        beats: (images * beats of an image, lanes) bytes.
        lengths: of each image's packet.
        rng: makes the surplus beats.
        """
        images = len(lengths)
        packet, place = positions(lengths)
        packets = rng.integers(0, 256, (len(packet), beats.shape[1])).astype(np.int16)
        per_image = len(beats) // images
        passes = place < per_image
        packets[passes] = beats[(packet * per_image + place)[passes]]
        return cls(packets, lengths)


def random_lengths(
    rng: np.random.Generator, images: int, per_image: int, wrong: float
) -> PacketLengths:
    """Packet lengths, each too short or too long with probability `wrong`.

    Long packets have up to another image's beats too many.
    """
    lengths = np.full(images, per_image, np.int64)
    surplus = rng.integers(1, per_image + 1, images)
    # An image of one beat cannot be cut short: its packet becomes longer instead.
    short = (rng.random(images) < 0.5) & (surplus < per_image)
    other = per_image + np.where(short, -surplus, surplus)
    return np.where(rng.random(images) < wrong, other, lengths)

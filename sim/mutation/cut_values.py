"""Values for a network whose streams are cut: random ones offered, and what must come of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ...compiler.program import Program
from ...hw.network.network import Link, Measured, Network, measured_stages
from ..models import golden
from ..models.beats import expected_beats, read_by
from ..models.measures import measure
from ..models.parts import Activations as Tensor
from .cuts import is_offered
from .extremes.aimed import aimed

_FEWEST, _MOST = 2, 500
"""Images that pass a stream."""
_KINDS = 7
"""Of images. Odd, so that each kind comes first in some turn: a component may show a fault only in
the first image after a reset."""


def random_tensors(
    program: Program, images: int, rng: np.random.Generator, turn: int = 0
) -> dict[str, Tensor]:
    """Values of every node's type, by node, each image of a kind that some fault shows in.

    Parameters
    ----------
    program: the network.
    images: how many.
    rng: makes them.
    turn: number of the call. Kinds go on where the fewest images of the turn before ended, so
        that a component with few images a turn meets all kinds in the end.

    Returns
    -------
    (images, height, width, channels) int16 for each node.
    """
    return {
        node.name: _random(
            images, (node.type.low, node.type.high), aimed(program, node.name, rng), rng, turn
        )
        for node in program
    }


def _random(
    images: int,
    limits: tuple[int, int],
    ends: NDArray[np.int16],
    rng: np.random.Generator,
    turn: int,
) -> Tensor:
    """Uniform values, extremes by channel and by element, near ones, and `aimed`, in turn."""
    low, high = limits
    size = (images, *ends.shape[2:])
    uniform = rng.integers(low, high + 1, size)
    near = np.clip(uniform[:, :1, :1, :1] + rng.integers(-8, 9, size), low, high)
    extremes = np.where(rng.random(size) < 0.5, low, high)
    even = np.broadcast_to(np.arange(size[-1]) % 2 == 0, size)
    number, kind = np.divmod(np.arange(images) + turn * _FEWEST, _KINDS)
    most, least = ends[:, number % ends.shape[1]]
    kinds = [uniform, np.where(even, high, low), np.where(even, low, high), extremes, near]
    kind = kind[:, None, None, None]
    return np.choose(np.broadcast_to(kind, size), [*kinds, most, least]).astype(np.int16)


def image_counts(network: Network, beats: int) -> dict[str, int]:
    """How many images pass each stream of a network with cuts, so that all components are busy.

    Parameters
    ----------
    network: with cuts.
    beats: about how many of a component's busiest stream, within limits.
    """
    counts = {name: beats // per_image for name, per_image in _busiest(network).items()}
    return {name: min(max(count, _FEWEST), _MOST) for name, count in counts.items()}


def shares(network: Network) -> dict[str, float]:
    """Beats of each stream of a network with cuts for one of the component's busiest stream."""
    busiest = _busiest(network)
    return {link.name: link.format.beats_per_image / busiest[link.name] for link in network.links}


def _busiest(network: Network) -> dict[str, int]:
    """For each stream the beats an image of the busiest one at the same component."""
    ends = {link.name: _component(link) for link in network.links}
    busiest: dict[str, int] = {}
    for link in network.links:
        component = ends[link.name]
        busiest[component] = max(busiest.get(component, 0), link.format.beats_per_image)
    return {name: busiest[component] for name, component in ends.items()}


def _component(link: Link) -> str:
    """What a stream with a cut at one end has at the other; a port of the network for itself."""
    end = link.sink if is_offered(link) else link.source
    return end.stage or link.name


def cut_beats(
    program: Program,
    network: Network,
    images: NDArray[np.uint8],
    fed: Mapping[str, Tensor],
    counts: Mapping[str, int],
) -> dict[str, NDArray[np.int16]]:
    """The beats of every stream of a network with cuts.

    Parameters
    ----------
    program, network: what is computed, and where, with cuts.
    images: at the input port.
    fed: what is offered behind the cuts, by the node whose output it takes the place of.
    counts: images of each stream, by its name.

    Returns
    -------
    (beats, lanes) for each stream, by its name.
    """
    inputs: dict[str | None, list[Link]] = {}
    for link in network.links:
        inputs.setdefault(link.sink.stage, []).append(link)
    beats = {}
    for link in network.links:
        if is_offered(link):
            arriving = [link]
        else:
            arriving = inputs[link.source.stage] if link.source.stage else []
        read = {name for each in arriving for name in read_by(program, each.content)}
        known = {name: fed[name][: counts[link.name]] for name in read}
        if not known:
            known = {program.input.name: images.astype(np.int16)}
        for name in read_by(program, link.content):
            _evaluate(program, name, known)
        beats[link.name] = expected_beats(program, known, link)
    return beats


def cut_measures(
    program: Program, network: Network, fed: Mapping[str, Tensor], counts: Mapping[str, int]
) -> Measured:
    """What that makes of the stages whose clocks depend on values.

    Parameters
    ----------
    program, network, fed, counts: as `cut_beats` takes them.
    """
    offered = {link.sink.stage: link for link in network.links if is_offered(link)}
    return {
        stage.name: measure(
            program,
            stage,
            {
                name: fed[name][: counts[offered[stage.name].name]]
                for name in program[stage.node].inputs
            },
        )
        for stage in measured_stages(network)
    }


def _evaluate(program: Program, name: str, known: dict[str, Tensor]) -> None:
    """Add a node's output, and those that it takes, to what is known."""
    if name in known:
        return
    node = program[name]
    for source in node.inputs:
        _evaluate(program, source, known)
    known[name] = golden.evaluate(program, node, known)

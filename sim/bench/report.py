"""The report of a simulation: what was compared, what differed, how fast it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ...compiler.store.printable import html_table
from ...hw.stream.streams import StreamFormat
from ...hw.stream.timing import Times
from .compare import Mismatch, StreamResult


@dataclass(frozen=True)
class SimulationReport:
    """What came of a simulation.

    Parameters
    ----------
    images: simulated.
    clocks: from the first input beat to the last answer, in the RTL.
    clocks_per_image: between two answers in steady state, in the RTL; of one image alone, its
        first answer.
    value_mismatches, clock_mismatches: beats that differ from golden model and cycle model.
    first_mismatch: where the earliest difference is; None where there is none.
    frame_errors: packets that the RTL told to be too short or too long.
    streams: per stream.
    """

    images: int
    clocks: int
    clocks_per_image: int
    value_mismatches: int
    clock_mismatches: int
    first_mismatch: str | None
    frame_errors: int
    streams: tuple[StreamResult, ...] = field(repr=False)

    def _repr_html_(self) -> str:
        """A row for each stream, as notebooks show it: what was compared, and what was wrong."""
        rows = [
            (each.name, each.beats, each.value_mismatches, each.clock_mismatches)
            for each in self.streams
        ]
        title = f"simulation of {self.images} images, {self.clocks_per_image:,} clocks an image"
        if self.first_mismatch:
            title += f"; first difference: {self.first_mismatch}"
        return html_table(title, ["stream", "beats", "wrong values", "wrong clocks"], rows)

    @property
    def beats(self) -> int:
        """Beats compared."""
        return sum(stream.beats for stream in self.streams)


def make_report(
    images: int,
    streams: Sequence[StreamResult],
    errors: StreamResult,
    answers: Times,
    answer: StreamFormat,
) -> SimulationReport:
    """Sum up the comparisons.

    Parameters
    ----------
    images: simulated.
    streams: of every stream.
    errors: of the clocks on which a wrong packet was told.
    answers: clock of every beat at the output, as seen.
    answer: what an answer is.
    """
    everything = (*streams, errors)
    ends = answers[answer.beats_per_image - 1 :: answer.beats_per_image]
    first = min(_firsts(everything), key=lambda mismatch: mismatch.clock, default=None)
    return SimulationReport(
        images=images,
        clocks=int(answers[-1]) + 1 if len(answers) else 0,
        clocks_per_image=_steady_rate(ends),
        value_mismatches=sum(result.value_mismatches for result in everything),
        clock_mismatches=sum(result.clock_mismatches for result in everything),
        first_mismatch=None if first is None else first.message,
        frame_errors=errors.beats,
        streams=tuple(streams),
    )


def _firsts(results: Sequence[StreamResult]) -> list[Mismatch]:
    return [
        mismatch
        for result in results
        for mismatch in (result.first_value, result.first_clock)
        if mismatch is not None
    ]


def _steady_rate(ends: Times) -> int:
    """Clocks between the last two answers; of a single image, until its answer."""
    if len(ends) > 1:
        return int(ends[-1] - ends[-2])
    return int(ends[0]) + 1 if len(ends) else 0

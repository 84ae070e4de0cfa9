"""Device: a build on a board, from Python.

from tabfab.boards.host import Device

with Device("/dev/ttyUSB0", "build") as device:
    answers = device.classify(images)  # as tabfab.sim.models.golden.logits gives them
    print(device.throughput())
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..compiler.program import Program
from ..hw.rtl.build import Build, load_build
from ..hw.rtl.loading import load_stream
from ..sim.models.golden import Images, check_images
from .design import DEFAULT_BAUD
from .identity import build_number, tables_number
from .layout import answer_values, bytes_of, image_bytes
from .link.framing import host_frame
from .link.line import Line, LinkError, SerialLine
from .link.protocol import MOST_PAYLOAD, Kind
from .link.session import Report, Session, Step

_BITS_PER_BYTE = 10
"""On a serial line, start and stop bit included."""
_MEASURED = 200
"""Images of a measurement of the network alone."""

Answers = NDArray[np.int16]
"""(images, outputs)."""


@dataclass(frozen=True)
class Counters:
    """What a board counted since the session began.

    Parameters
    ----------
    images: answers that the board gave.
    clocks: on which an image was under way in the network.
    stalls: those of them on which the network waited for the host.
    rejected: frames that the board did not take.
    resent, repeated, restarts: frames and images that this host sent again, and sessions that it
        had to begin again.
    damaged: pieces of what came from the board that were no frames.
    """

    images: int
    clocks: int
    stalls: int
    rejected: int
    resent: int
    repeated: int
    restarts: int
    damaged: int


@dataclass(frozen=True)
class Throughput:
    """How fast a board is.

    Parameters
    ----------
    clock_mhz: of the network.
    clocks_per_image: between two answers of the network alone, images back to back.
    latency_clocks: from an image's first beat to the last of its answer.
    link_images_per_second: over the serial line, there and back.
    """

    clock_mhz: float
    clocks_per_image: float
    latency_clocks: int
    link_images_per_second: float

    @property
    def core_images_per_second(self) -> float:
        """Of the network alone."""
        return 1e6 * self.clock_mhz / self.clocks_per_image


class Device:
    """A build on a board.

    Parameters
    ----------
    port: name or URL of the serial port, or a line that is not open yet.
    build: directory that the board's bitstream was made of, or what it holds.
    baud: bits per second, as the bitstream was made for.
    patience: seconds that a board may be silent.

    Raises
    ------
    LinkError: nothing answers, or another build is on the board.
    """

    def __init__(
        self,
        port: str | Line,
        build: Path | str | Build,
        baud: int = DEFAULT_BAUD,
        patience: float = 10.0,
    ) -> None:
        self.build = build if isinstance(build, Build) else load_build(Path(build))
        network = self.build.network
        self.input, self.output = network.input.format, network.output.format
        self.loadable = bool(network.ports)
        self.program = self.build.program
        self.baud = baud
        self.line = SerialLine(port, baud) if isinstance(port, str) else port
        self.line.open()
        try:
            self.session = Session(self.line, patience)
            self._check(self.session.report())
            self.session.start()
        except BaseException:
            self.line.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the port; the board is ready for the next host."""
        self.line.close()

    def _check(self, report: Report) -> None:
        """Raise LinkError unless this build is on the board."""
        ours = build_number(self.build)
        if report["build"] != ours:
            raise LinkError(
                f"the board on {self.line.name} holds build {report['build']:014x} and "
                f"{self.build.directory} is build {ours:014x}; put it on the board with 'tabfab "
                "bitstream' and 'tabfab program'"
            )
        self.clock_mhz = report["clock_khz"] / 1000
        self.tables = report["tables"]

    # ------------------------------------------------------------------- images

    def classify(
        self, images: Images, progress: Callable[[int, int], None] | None = None
    ) -> Answers:
        """The network's answers.

        Parameters
        ----------
        images: (N, height, width, channels) uint8.
        progress: called with (images answered, images in all).

        Returns
        -------
        (N, outputs) int16, as `tabfab.sim.models.golden.logits` gives them.

        Raises
        ------
        TabfabError: the images are not the program's.
        LinkError: the board does not answer any more, or holds the tables of another program.
        """
        check_images(self.program, images)
        self._check_tables()
        work = _Images(image_bytes(images, self.input), self.input.lanes, progress)
        self.session.run(work)
        answers = np.frombuffer(b"".join(self._whole(work.answers)), np.uint8)
        return answer_values(answers.reshape(len(images), -1), self.output)

    def _whole(self, answers: dict[int, bytes]) -> list[bytes]:
        length = bytes_of(self.output)
        for tag, answer in answers.items():
            if len(answer) != length:
                raise LinkError(
                    f"the answer to image {tag} has {len(answer)} bytes instead of {length}; the "
                    "board is broken, or another program than tabfab answers"
                )
        return [answers[tag] for tag in sorted(answers)]

    def _check_tables(self) -> None:
        if not self.loadable:
            return
        ours = tables_number(self.build, self.program)
        if self.tables != ours:
            held = f"the tables {self.tables:08x}" if self.tables else "tables replaced in part"
            raise LinkError(
                f"the board holds {held} and the program has {ours:08x}; load the program first "
                "(Device.load, 'tabfab run --load'), or put the bitstream on the board again"
            )

    # ------------------------------------------------------------------- tables

    def load(self, program: Program, progress: Callable[[int, int], None] | None = None) -> None:
        """Replace tables, weights and biases by those of `program`, which is answered for then.

        Parameters
        ----------
        program: that differs from the build's in nothing else.
        progress: called with (words loaded, words in all).

        Raises
        ------
        LoadError: the build cannot be loaded, or not with this program.
        LinkError: the board does not answer any more.
        """
        words = load_stream(self.build, program).astype("<u4").tobytes()
        name = tables_number(self.build, program)
        self.session.start()  # a load that was cut off before ends here
        self.session.run(_Load(words, name, progress))
        report = self.session.report()
        if report["tables"] != name or not report["loaded"]:
            raise LinkError(
                f"the board on {self.line.name} did not keep what was loaded; load it again"
            )
        self.tables = name
        self.program = program

    # ------------------------------------------------------------------ figures

    def counters(self) -> Counters:
        """What the board counted since this session began."""
        report = self.session.report()
        return Counters(
            images=self.session.answers,
            clocks=report["clocks"],
            stalls=report["stalls"],
            rejected=self.session.rejected,
            resent=self.session.resent,
            repeated=self.session.repeated,
            restarts=self.session.restarts,
            damaged=self.session.damaged,
        )

    def throughput(self, images: int = 100, seed: int = 0) -> Throughput:
        """How fast the board is: the network by its own clocks, the link by this machine's.

        Parameters
        ----------
        images: random ones to send over the link.
        seed: of them.

        Raises
        ------
        LinkError: the board does not answer any more.
        """
        latency, clocks_per_image = self._clocks(1), self.clocks_per_image()
        channels, height, width = self.program.input.shape
        pixels = np.random.default_rng(seed).integers(
            0, 256, (images, height, width, channels), np.uint8
        )
        begun = time.monotonic()
        self.classify(pixels)
        return Throughput(
            clock_mhz=self.clock_mhz,
            clocks_per_image=clocks_per_image,
            latency_clocks=latency,
            link_images_per_second=images / (time.monotonic() - begun),
        )

    def clocks_per_image(self) -> float:
        """Between two answers of the network alone, images back to back, as the board counts.

        Raises
        ------
        LinkError: the board does not answer any more.
        """
        return (self._clocks(_MEASURED) - self._clocks(1)) / (_MEASURED - 1)

    def _clocks(self, images: int) -> int:
        """That the network takes for so many images back to back."""
        self.session.start()
        self.session.run(_Frames([Step(Kind.MEASURE, bytes(images))]))
        return self.session.report()["clocks"]


def line_images_per_second(build: Build, baud: int) -> float:
    """Images that a serial line can carry, if none of their bytes needs an escape."""
    fmt = build.network.input.format
    sizes = [len(chunk) for chunk in _chunks(bytes(bytes_of(fmt)), fmt.lanes)]
    frames = sum(len(host_frame(Kind.IMAGE, 1, 0, bytes(size))) for size in sizes)
    answer = bytes_of(build.network.output.format)
    return baud / _BITS_PER_BYTE / max(frames, answer)


def _chunks(data: bytes, unit: int) -> list[bytes]:
    """Payloads of frames, each of whole units."""
    size = MOST_PAYLOAD // unit * unit
    return [data[n : n + size] for n in range(0, len(data), size)]


class _Images:
    """Work of a session: images to be answered.

    Parameters
    ----------
    images: (N, bytes).
    lanes: bytes of a beat.
    progress: called with (images answered, images in all).
    """

    def __init__(
        self,
        images: NDArray[np.uint8],
        lanes: int,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self.images = images
        self.lanes = lanes
        self.progress = progress
        self.answers: dict[int, bytes] = {}
        self._waiting = deque(range(len(images)))
        self._begun: deque[Step] = deque()  # what is left of the image that is being sent

    def next(self) -> Step | None:
        """The next part of an image."""
        if not self._begun:
            if not self._waiting:
                return None
            tag = self._waiting.popleft()
            *first, last = _chunks(self.images[tag].tobytes(), self.lanes)
            self._begun.extend(Step(Kind.IMAGE, chunk) for chunk in first)
            self._begun.append(Step(Kind.IMAGE_END, last, tag))
            self._tag = tag
        return self._begun.popleft()

    def answered(self, tag: int, answer: bytes) -> None:
        """Keep the answer."""
        self.answers[tag] = answer
        if self.progress is not None:
            self.progress(len(self.answers), len(self.images))

    def again(self, tags: Sequence[int]) -> None:
        """Put these images in front of the others."""
        self._waiting.extendleft(reversed(tags))

    def restart(self) -> None:
        """Begin the image that was being sent again."""
        if self._begun:
            self._begun.clear()
            self._waiting.appendleft(self._tag)


class _Frames:
    """Work of a session: frames that must be played, from the first on if the board forgets."""

    def __init__(
        self, steps: Sequence[Step], progress: Callable[[int, int], None] | None = None
    ) -> None:
        self.steps = steps
        self.progress = progress
        self._next = 0

    def next(self) -> Step | None:
        """The next one."""
        if self._next == len(self.steps):
            return None
        self._next += 1
        if self.progress is not None:
            self.progress(self._next, len(self.steps))
        return self.steps[self._next - 1]

    def answered(self, tag: int, answer: bytes) -> None:
        """None of them is answered."""

    def again(self, tags: Sequence[int]) -> None:
        """None of them is answered."""

    def restart(self) -> None:
        """Begin with the first one again."""
        self._next = 0


class _Load(_Frames):
    """Work of a session: words for the tables, and the name for them."""

    def __init__(
        self, words: bytes, name: int, progress: Callable[[int, int], None] | None
    ) -> None:
        *first, last = _chunks(words, 4)
        super().__init__(
            [
                *(Step(Kind.LOAD, chunk) for chunk in first),
                Step(Kind.LOAD_END, last),
                Step(Kind.NAME, name.to_bytes(4, "little")),
            ],
            progress,
        )

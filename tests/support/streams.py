"""Drives components through their streams in Amaranth's simulator and checks the stream rules.

Every clock on which a beat moves is recorded, so that a test can compare what moved and when
with what should have.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Cat, ClockDomain, Module, Shape
from amaranth.sim import Simulator
from numpy.typing import ArrayLike, NDArray
from tabfab.hw.stream.core import Core
from tabfab.hw.stream.timing import Gate, Rule, Times, shifted, solve
from tabfab.sim.models.cycles import allowed

Pattern = NDArray[np.bool_]
"""Per clock, repeated for ever: whether a port of the outside world acts."""

ALWAYS: Pattern = np.ones(1, bool)

SETTLE = 12
"""Clocks that a simulation goes on after the last expected transfer, to see none follow."""


@dataclass(frozen=True, eq=False)
class Beats:
    """What passes a stream: ``data`` (beats, lanes), ``last`` (beats,)."""

    data: NDArray[np.int64]
    last: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.data)

    @classmethod
    def of(cls, data: ArrayLike, image: int) -> Beats:
        """Beats of images of `image` beats each."""
        rows = np.asarray(data, np.int64)
        return cls(rows, np.arange(1, len(rows) + 1) % image == 0)


@dataclass(frozen=True, eq=False)
class Transfers(Beats):
    """Beats and the clock on which each moved."""

    clocks: Times


@dataclass(frozen=True)
class Traffic:
    """How the outside world stalls; every port gets its own pattern of the kind.

    Parameters
    ----------
    source, sink: share of clocks on which a new beat is offered or accepted.
    burst: clocks for which a port keeps to what it does.
    """

    source: float = 1.0
    sink: float = 1.0
    burst: int = 1

    def pattern(self, port: str, *, is_source: bool, period: int = 211) -> Pattern:
        """The pattern of `port`."""
        share = self.source if is_source else self.sink
        if share == 1.0:
            return ALWAYS
        rng = np.random.default_rng(sum(map(ord, port)) + int(1000 * share) + self.burst)
        pattern = np.repeat(rng.random(period) < share, self.burst)
        pattern[rng.integers(len(pattern))] = True
        return pattern


FULL_SPEED = Traffic()
TRAFFIC = {
    "full speed": FULL_SPEED,
    "random": Traffic(0.6, 0.6),
    "slow source": Traffic(source=0.25),
    "slow sink": Traffic(sink=0.25),
    "bursts": Traffic(0.5, 0.5, burst=7),
}
"""What every elastic component must bear."""


# ----------------------------------------------------------------------------- one port


@dataclass
class Port:
    """A stream of a component under simulation, with its payload as one integer."""

    stream: Any
    name: str
    words: list[int] = field(default_factory=list)
    clocks: list[int] = field(default_factory=list)
    held: int | None = None

    def __post_init__(self) -> None:
        self.payload = self.stream.p.as_value()
        self.valid, self.ready = self.stream.valid, self.stream.ready
        self.offer = Cat(self.valid, self.payload)
        layout = self.stream.p.shape()["data"].shape
        self.element = Shape.cast(layout.elem_shape)
        self.lanes: int = layout.length

    def offered(self, ctx: Any) -> int | None:
        """The payload under offer."""
        return ctx.get(self.payload) if ctx.get(self.valid) else None

    def pack(self, beats: Beats) -> list[int]:
        """Each beat as one integer."""
        width = self.element.width
        words = []
        for row, last in zip(beats.data.tolist(), beats.last.tolist(), strict=True):
            assert len(row) == self.lanes, f"{self.name} has {self.lanes} lanes, not {len(row)}"
            word = int(last) << (width * self.lanes)
            for lane, value in enumerate(row):
                low = -(1 << (width - 1)) if self.element.signed else 0
                assert 0 <= value - low < 1 << width, f"{value} is no element of {self.name}"
                word |= (value & ((1 << width) - 1)) << (width * lane)
            words.append(word)
        return words

    def transfers(self) -> Transfers:
        """What was seen."""
        width, mask = self.element.width, (1 << self.element.width) - 1
        rows = [[word >> (width * n) & mask for n in range(self.lanes)] for word in self.words]
        data = np.array(rows, np.int64).reshape(-1, self.lanes)
        if self.element.signed:
            data = np.where(data >> (width - 1), data - (1 << width), data)
        last = np.array([word >> (width * self.lanes) for word in self.words], bool)
        return Transfers(data, last, np.array(self.clocks, np.int64))

    def watch(self, ctx: Any, clock: int) -> None:
        """Record a transfer; an offered beat must stay as it is until it is taken."""
        word = self.offered(ctx)
        if self.held is not None:
            assert word is not None, f"{self.name} took its offer back on clock {clock}"
            assert word == self.held, f"{self.name} changed its offer on clock {clock}"
        self.held = word
        if word is not None and ctx.get(self.ready):
            self.words.append(word)
            self.clocks.append(clock)
            self.held = None


@dataclass
class Source:
    """Offers beats on the clocks that a pattern allows, and keeps offering until they go."""

    port: Port
    words: list[int]
    pattern: Pattern
    offering: bool = False
    sent: int = 0

    def offer(self, clock: int, noise: bytes) -> int:
        """Valid, and above it the payload; `noise` while there is no offer."""
        if not self.offering and self.sent < len(self.words):
            self.offering = bool(self.pattern[clock % len(self.pattern)])
        if self.offering:
            return self.words[self.sent] << 1 | 1
        return (int.from_bytes(noise) & ((1 << len(self.port.payload)) - 1)) << 1

    def advance(self, ctx: Any) -> None:
        """Go on to the next beat where this one was taken."""
        if self.offering and ctx.get(self.port.ready):
            self.offering = False
            self.sent += 1


# --------------------------------------------------------------------------- components


@dataclass(frozen=True)
class Bench:
    """How to drive a component.

    Parameters
    ----------
    inputs: what each input gets.
    outputs: names of the outputs.
    patterns: of inputs and outputs; `ALWAYS` where not named.
    probes: further streams to watch.
    registered: whether `ready` of the inputs must come from registers.
    """

    inputs: Mapping[str, Beats]
    outputs: Sequence[str]
    patterns: Mapping[str, Pattern] = field(default_factory=dict)
    probes: Mapping[str, Any] = field(default_factory=dict)
    registered: bool = True

    def pattern(self, port: str) -> Pattern:
        """The pattern of `port`."""
        return self.patterns.get(port, ALWAYS)


def drive(component: Any, bench: Bench, clocks: int) -> dict[str, Transfers]:
    """Simulate `component` for so many clocks; what passed each port and probe."""
    return Driver(component).drive(bench, clocks)


class Driver:
    """A component in the simulator, where it can be driven several times, each from its reset.

    What the outside world does on a clock is set at once: a simulator settles the whole design
    after each change, which takes most of its time.
    """

    def __init__(self, component: Any) -> None:
        m = Module()
        m.domains.sync = ClockDomain()  # some components are combinational
        m.submodules.component = component
        self._component = component
        self._simulator: Simulator | None = None
        self._module = m
        self._script: Callable[[Any], Awaitable[None]]

    def drive(self, bench: Bench, clocks: int) -> dict[str, Transfers]:
        """What passed each port and probe of `bench` in so many clocks."""
        ports = {
            name: Port(getattr(self._component, name), name)
            for name in (*bench.inputs, *bench.outputs)
        }
        probes = {name: Port(stream, name) for name, stream in bench.probes.items()}
        sources = [
            Source(ports[name], ports[name].pack(beats), bench.pattern(name))
            for name, beats in bench.inputs.items()
        ]
        sinks = [
            (ports[name], bench.pattern(name))
            for name in bench.outputs
            if not ports[name].stream.signature.always_ready
        ]
        offers = Cat(*(source.port.offer for source in sources))
        readies = Cat(*(port.ready for port, _ in sinks))
        outputs = [ports[name] for name in bench.outputs]
        inputs = [source.port for source in sources]
        noise = np.random.default_rng(1).bytes

        async def script(ctx: Any) -> None:
            for clock in range(clocks):
                offer = width = 0
                for source in sources:
                    given = source.offer(clock, noise(len(source.port.payload) // 8 + 1))
                    offer |= given << width
                    width += len(source.port.offer)
                ctx.set(offers, offer)
                ready = sum(
                    int(pattern[clock % len(pattern)]) << n for n, (_, pattern) in enumerate(sinks)
                )
                if sinks:
                    ctx.set(readies, ~ready & ((1 << len(sinks)) - 1))
                before = _offers_and_readies(ctx, outputs, inputs)
                if sinks:
                    ctx.set(readies, ready)
                _check_independence(ctx, clock, before, outputs, inputs, bench)
                for port in (*ports.values(), *probes.values()):
                    port.watch(ctx, clock)
                for source in sources:
                    source.advance(ctx)
                await ctx.tick()

        self._run(script)
        return {name: port.transfers() for name, port in (ports | probes).items()}

    def _run(self, script: Callable[[Any], Awaitable[None]]) -> None:
        """Run `script` from the reset; the simulator starts its testbenches anew."""

        async def testbench(ctx: Any) -> None:
            await self._script(ctx)

        self._script = script
        if self._simulator is None:
            self._simulator = Simulator(self._module)
            self._simulator.add_clock(1e-6)
            self._simulator.add_testbench(testbench)
        else:
            self._simulator.reset()
        self._simulator.run()


def _offers_and_readies(
    ctx: Any, outputs: list[Port], inputs: list[Port]
) -> tuple[list[int | None], list[int]]:
    return [port.offered(ctx) for port in outputs], [ctx.get(port.ready) for port in inputs]


def _check_independence(
    ctx: Any,
    clock: int,
    before: tuple[list[int | None], list[int]],
    outputs: list[Port],
    inputs: list[Port],
    bench: Bench,
) -> None:
    """`valid` and payload never wait for `ready`, nor `ready` for a consumer on the same clock.

    `before` is what there was when every consumer's `ready` was another one.
    """
    offers, readies = _offers_and_readies(ctx, outputs, inputs)
    assert before[0] == offers, f"valid or payload depends on ready on clock {clock}"
    if not bench.registered:
        return
    assert before[1] == readies, f"ready depends on a consumer's ready on clock {clock}"
    for number, port in enumerate(inputs):
        valid = ctx.get(port.valid)
        ctx.set(port.valid, not valid)
        now = [ctx.get(other.ready) for other in inputs]
        ctx.set(port.valid, valid)
        assert now == readies, f"ready depends on valid of input {number} on clock {clock}"


def gate(pattern: Pattern) -> Gate:
    """What `tabfab.hw.stream.timing.solve` takes for a port that stalls by `pattern`."""
    return partial(allowed, pattern=pattern)


def predict(
    component: Any,
    counts: Mapping[str, int],
    patterns: Mapping[str, Pattern],
    inputs: Sequence[str],
) -> dict[str, Times]:
    """When so many beats pass each port of `component`, from the timing rules that it states."""
    rules: list[Rule] = list(component.timing(counts))
    lengths = dict(counts)
    for rule in rules:
        lengths.setdefault(rule.target, len(rule.index))
    gates: dict[str, Gate] = {}
    for port in counts:
        pattern = patterns.get(port, ALWAYS)
        gated = port
        if port in inputs:
            gated, beats = f"offer {port}", counts[port]
            lengths[gated] = beats
            rules += [
                Rule(gated, port, shifted(beats, 1), 1),
                Rule(port, gated, shifted(beats, 0), 0),
            ]
        gates[gated] = gate(pattern)
    return solve(lengths, rules, gates)


def check(
    component: Any,
    inputs: Mapping[str, Beats],
    outputs: Mapping[str, Beats],
    traffic: Traffic = FULL_SPEED,
    *,
    registered: bool = True,
) -> dict[str, Transfers]:
    """Drive `component`: payloads as expected, clocks as its timing rules predict.

    Parameters
    ----------
    component: with elastic streams.
    inputs: what each input gets.
    outputs: what each output must give.
    traffic: stalls.
    registered: whether `ready` of the inputs must come from registers.
    """
    patterns = {name: traffic.pattern(name, is_source=True) for name in inputs} | {
        name: traffic.pattern(name, is_source=False) for name in outputs
    }
    expected = {**inputs, **outputs}
    counts = {name: len(beats) for name, beats in expected.items()}
    times = predict(component, counts, patterns, list(inputs))
    end = max(int(times[name][-1]) for name in expected) + SETTLE
    bench = Bench(inputs, list(outputs), patterns, registered=registered)
    seen = drive(component, bench, end)
    for name, beats in expected.items():
        same(name, seen[name], beats, times[name])
    return seen


def same(name: str, seen: Transfers, beats: Beats, clocks: Times) -> None:
    """Assert that a stream carried `beats` on `clocks`."""
    np.testing.assert_array_equal(seen.data, beats.data, f"values of {name}")
    np.testing.assert_array_equal(seen.last, beats.last, f"last of {name}")
    np.testing.assert_array_equal(seen.clocks, clocks, f"clocks of {name}")


# -------------------------------------------------------------------------------- cores


def gap_patterns(first: int) -> Iterator[Pattern]:
    """With which gaps beats come to a core from clock `first` on."""
    rng = np.random.default_rng(5)
    for pattern in (
        np.ones(4000, bool),
        rng.random(4000) < 0.5,
        np.repeat(rng.random(800) < 0.4, 5),
    ):
        pattern[:first] = False
        yield pattern


def check_core(core: Core, beats: Beats, expected: ArrayLike, first: int = 0) -> None:
    """Drive a core with and without gaps: one answer per group, exactly `latency` clocks later.

    Parameters
    ----------
    core: the component, alone.
    beats: its input.
    expected: (groups, lanes) what it must answer.
    first: clock of the first beat.
    """
    answers = np.asarray(expected, np.int64)
    ends = np.cumsum(np.resize(core.groups, len(beats)))
    ends = ends[ends <= len(beats)] - 1
    assert len(ends) == len(answers), "the test's expectation has another number of groups"
    driver = Driver(core)
    for pattern in gap_patterns(first):
        offered = allowed(np.arange(len(beats)), pattern)
        bench = Bench({"i": beats}, ["o"], {"i": pattern})
        seen = driver.drive(bench, int(offered[-1]) + core.latency + SETTLE)
        same("i", seen["i"], beats, offered)
        same("o", seen["o"], Beats(answers, beats.last[ends]), offered[ends] + core.latency)

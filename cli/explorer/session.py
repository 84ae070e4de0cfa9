"""Session: what the page shows and changes. It lives on the server, for all tabs and reloads."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...compiler.graph import Graph
from ...compiler.methods.catalog import METHODS
from ...compiler.methods.mask import Mask
from ...compiler.options import CompileOptions
from ...compiler.store.errors import TabfabError, shown
from ...compiler.store.progress import Progress, silent
from ...hw.device.devices import Device
from ..layer_settings import parse_mask
from .choices import Choice, controls, default_choice, find_method_name
from .costs import Costs, Planned
from .jobs import baseline, compile_mask, fit_mask, fold, plan_mask, try_layer
from .losses import Losses
from .points import Points
from .settings import ChosenMask, compile_command, mask_of_options, settings_of_mask
from .worker import Job, Worker, WorkerDiedError

_SETTLED = 0.4
"""Seconds without a change after which a mask is planned."""
_IDLE = 0.1
"""Seconds between two looks for something to measure, where there is nothing."""
_LIVES = 4
"""Times that a measurement is begun, as compiling is cancelled meanwhile or the worker dies."""


@dataclass
class Work:
    """Something that goes on in the background.

    Parameters
    ----------
    what: is done; empty where nothing is.
    done, total: steps; of an unknown number where that is 0.
    """

    what: str = ""
    done: int = 0
    total: int = 0


@dataclass(eq=False)
class Explorer:
    """What the page is about.

    Parameters
    ----------
    graph: the float network.
    name: of it, for people.
    base: options of all layers, whose mask does not count.
    given: options of `tabfab compile` that were given beside the mask.
    planned: options of `tabfab plan`.
    source: options of `tabfab compile` that name network and data.
    device: that is planned for.
    clock_mhz: frequency that the design is expected to run at.
    output: folder of the points.
    """

    graph: Graph
    name: str
    base: CompileOptions
    given: Mapping[str, Any]
    planned: Mapping[str, Any]
    source: Mapping[str, Any]
    device: Device
    clock_mhz: float
    output: Path


@dataclass(eq=False)
class Session:
    """The mask that is looked at, and all that is known of it.

    Parameters
    ----------
    about: the network.
    mask: to begin with.
    costs, losses, points: what is known.
    folding: the worker that folds and plans.
    trying: the worker that tries layers and compiles.
    """

    about: Explorer
    mask: dict[str, Choice]
    costs: Costs
    losses: Losses
    points: Points
    folding: Worker
    trying: Worker
    version: int = 0
    closing: bool = False
    planning: Work = field(default_factory=Work)
    measuring: Work = field(default_factory=Work)
    compiling: Work = field(default_factory=Work)
    message: str = ""
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _mask_time: float = 0.0
    _compile: asyncio.Task[None] | None = None

    # ------------------------------------------------------------------------- the mask

    def choose(
        self,
        layers: Sequence[str],
        method: object = None,
        field: object = None,
        value: object = None,
    ) -> None:
        """Compute layers in another way.

        Parameters
        ----------
        layers: their names.
        method: to compute them by, with the settings that are usual; as they are if not given.
        field, value: a setting to change.

        Raises
        ------
        TabfabError: there is no such layer, method, setting or value, or it cannot be.
        """
        changed = dict(self.mask)
        for name in layers:
            if name not in changed:
                raise TabfabError(f"the network has no layer {shown(name)}; reload the page")
            choice = changed[name]
            if method is not None:
                wanted = find_method_name(method)
                if wanted != choice.method:
                    choice = default_choice(wanted, self.about.base)
            if isinstance(field, str):
                choice = choice.with_setting(field, value)
            changed[name] = choice
        self._check(changed)
        self._take(changed)

    def _check(self, mask: ChosenMask) -> None:
        """Refuse settings that no layer can have, as the compiler would."""
        base = self.about.base
        layers = {name: choice.options(base.of_one_layer()) for name, choice in mask.items()}
        methods = tuple(choice.method for choice in mask.values())
        dataclasses.replace(base, mask=methods, layers=layers).methods(self.about.graph)

    def choose_setting(self, field: str, value: object) -> None:
        """Change a setting of all layers whose method has it."""
        names = [
            name
            for name, choice in self.mask.items()
            if any(each.field == field for each in controls(choice.method))
        ]
        self.choose(names, field=field, value=value)

    def choose_mask(self, text: object) -> None:
        """Take a mask as `tabfab compile` does.

        Raises
        ------
        TabfabError: it is none.
        """
        if not isinstance(text, str):
            raise TabfabError(f"a mask is a text, not {shown(text)}")
        mask: Mask = parse_mask(text)
        options = dataclasses.replace(self.about.base, mask=mask)
        self._take(mask_of_options(options, self.about.graph))

    def choose_point(self, name: object) -> None:
        """Take the mask of a point.

        Raises
        ------
        TabfabError: there is no such point, or its mask is not known.
        """
        for point in self.points.all():
            if point.trial.name == name and point.mask is not None:
                self._take(point.mask)
                return
        raise TabfabError(f"there is no compiled point {shown(name)}; reload the page")

    def _take(self, mask: ChosenMask) -> None:
        self.mask = dict(mask)
        self._mask_time = time.monotonic()
        self.message = ""
        self.touch()

    # -------------------------------------------------------------------- what it comes to

    @property
    def settings(self) -> Any:
        """Of the trial that compiles the mask."""
        return settings_of_mask(self.mask, self.about.base, self.about.given, self.about.planned)

    def command(self, output: Path) -> str:
        """The command that compiles the mask."""
        return compile_command(self.about.source, self.settings, output)

    # ------------------------------------------------------------------------- the watchers

    def touch(self) -> None:
        """Tell all tabs that something is new."""
        self.version += 1
        with suppress(RuntimeError):  # no loop yet
            asyncio.get_running_loop().create_task(self._notify())

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def newer(self, version: int, timeout: float) -> bool:
        """Wait until there is something newer; False if there is nothing in so many seconds."""
        async with self._changed:
            try:
                await asyncio.wait_for(
                    self._changed.wait_for(lambda: self.version > version or self.closing), timeout
                )
            except TimeoutError:
                return False
            return True

    # ---------------------------------------------------------------------- the background

    async def work(self) -> None:
        """Fold, plan and measure, as long as there is something; until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._fold_and_plan())
            group.create_task(self._measure())

    def end(self) -> None:
        """End the workers."""
        self.closing = True
        self.trying.stop()
        self.folding.end()
        self.trying.end()

    async def _fold_and_plan(self) -> None:
        while True:
            wanted = next(self._to_fold(urgent=True), None)
            if wanted is None and self._is_to_plan():
                await self._fit()
                if self._is_to_plan():
                    await self._plan()
                continue
            wanted = wanted or next(self._to_fold(urgent=False), None)
            if wanted is None:
                await asyncio.sleep(_IDLE)
                continue
            layer, choice = wanted
            kind = self.costs.kind(layer, choice)
            try:
                self.costs.ways[kind] = await self.folding.run(fold, layer, choice, kind)
            except (TabfabError, WorkerDiedError) as error:
                self.costs.ways[kind] = str(error) or "folding ended; there is too little memory"
            if self.mask[layer] == choice or not choice.settings:
                self.touch()

    def _to_fold(self, urgent: bool) -> Iterator[tuple[str, Choice]]:
        """Layers and choices whose foldings are not known: the mask's, or those one toggle away."""
        for layer, choice in self._near(urgent):
            if self.costs.kind(layer, choice) not in self.costs.ways and not isinstance(
                self.costs.counted(layer, choice), str
            ):
                yield layer, choice

    def _near(self, urgent: bool) -> Iterator[tuple[str, Choice]]:
        if urgent:
            yield from self.mask.items()
            return
        yield from self._usual()
        for layer, choice in self.mask.items():
            for control in controls(choice.method):
                for value in control.values:
                    with suppress(TabfabError):
                        near = choice.with_setting(control.field, value)
                        near.options(self.about.base)
                        yield layer, near

    def _usual(self) -> Iterator[tuple[str, Choice]]:
        """Each layer by each method that a mask of it alone would mean, with usual settings."""
        options = self.about.base.of_one_layer()
        for name, method in METHODS.items():
            for layer in self.about.graph.convs:
                if method.takes(self.about.graph, layer, options):
                    yield layer.name, default_choice(name, options)

    def _is_to_plan(self) -> bool:
        settled = time.monotonic() - self._mask_time > _SETTLED
        return settled and self.costs.plan_of(self.mask) is None

    async def _fit(self) -> None:
        """Make the planner's search, which takes about a second, for a prediction by it."""
        mask = dict(self.mask)
        kinds = self.costs.kinds(mask)
        if kinds is None or self.costs.is_fitted(mask):
            return
        with suppress(TabfabError, WorkerDiedError):
            self.costs.note_fitted(mask, await self.folding.run(fit_mask, mask, kinds))
            self.touch()

    async def _plan(self) -> None:
        mask = dict(self.mask)

        def progress(done: int, total: int, what: str = "") -> None:
            self.planning = Work(f"planning: {what}", done, total)
            self.touch()

        self.planning = Work("planning")
        self.touch()
        job = asyncio.create_task(self.folding.run(plan_mask, mask, progress=progress))
        try:
            while not job.done():
                await asyncio.wait([job], timeout=_IDLE)
                if self.mask != mask and not job.done():
                    self.folding.end()  # what is planned is not looked at any more
            self.costs.note(mask, job.result())
        except WorkerDiedError:
            if self.mask == mask:
                self.costs.note(mask, Planned(refused="the planner ended; is there enough memory?"))
        except TabfabError as error:
            self.costs.note(mask, Planned(refused=str(error)))
        finally:
            self.planning = Work()
            self.touch()

    async def _measure(self) -> None:
        def progress(done: int, total: int, what: str = "") -> None:
            self.measuring = Work(f"preparing: {what}", done, total)
            self.touch()

        try:
            await self._measure_baseline(progress)
            await self._measure_layers()
        except TabfabError as error:
            self.message = f"losses cannot be measured: {error}"
            self.measuring = Work()
            self.touch()

    async def _measure_baseline(self, progress: Progress) -> None:
        self.measuring = Work("the network's answers")
        self.touch()
        self.losses.set_baseline(await self._lasting(baseline, progress=progress))
        self._learn()

    async def _measure_layers(self) -> None:
        while True:
            wanted = list(self._to_try())
            if not wanted:
                if self.measuring.what:
                    self.measuring = Work()
                    self.touch()
                await asyncio.sleep(_IDLE)
                continue
            layer, choice = wanted[0]
            every = len(self.mask) * len(METHODS)
            what = f"trying {layer} as {choice.method}"
            self.measuring = Work(what, max(every - len(wanted), 0), every)
            self.touch()
            try:
                self.losses.add(layer, choice, await self._lasting(try_layer, layer, choice))
            except TabfabError as error:
                self.losses.refuse(layer, choice, str(error))
            self.touch()

    async def _lasting(self, job: Job, *arguments: Any, progress: Progress = silent) -> Any:
        """A job of the worker that compiles, begun again where that is cancelled.

        Raises
        ------
        TabfabError: the job's; or the worker dies of it again and again.
        """
        for _ in range(_LIVES):
            with suppress(WorkerDiedError):
                return await self.trying.run(job, *arguments, progress=progress)
        raise TabfabError("the worker died of it, of too little memory perhaps")

    def _to_try(self) -> Iterator[tuple[str, Choice]]:
        """Layers and choices whose losses are not known, the mask's first."""
        seen: set[tuple[str, Choice]] = set()
        for pair in (*self.mask.items(), *self._usual()):
            if pair in seen or self.losses.knows(*pair):
                continue
            seen.add(pair)
            if not isinstance(self.costs.counted(*pair), str):
                yield pair

    # -------------------------------------------------------------------------- compiling

    def compile(self) -> None:
        """Compile the mask in the background.

        Raises
        ------
        TabfabError: something is being compiled, or this is compiled already.
        """
        if self._compile is not None and not self._compile.done():
            raise TabfabError("a mask is being compiled; wait for it, or cancel it")
        settings, mask = self.settings, dict(self.mask)
        known = self.points.trials.get(self.points.name(settings))
        if known is not None and not known.failure:
            raise TabfabError(f"this mask is compiled already, as {known.name}")
        self.compiling = Work("compiling: starting")
        self.message = ""
        self._compile = asyncio.get_running_loop().create_task(self._compiled(settings, mask))
        self.touch()

    async def cancel(self) -> None:
        """End what is being compiled; nothing of it is kept."""
        if self._compile is not None and not self._compile.done():
            await asyncio.to_thread(self.trying.end)

    async def _compiled(self, settings: Any, mask: ChosenMask) -> None:
        def progress(done: int, total: int, what: str = "") -> None:
            self.compiling = Work(what, done, total)
            self.touch()

        try:
            outcome = await self.trying.run(compile_mask, settings, progress=progress)
            trial = await asyncio.to_thread(self.points.add, settings, outcome)
            self.message = trial.failure
            self._learn()
        except WorkerDiedError:
            self.message = "" if self.closing else "compiling was cancelled; nothing is kept of it"
        except (TabfabError, OSError) as error:
            self.message = str(error)
        finally:
            self.compiling = Work()
            self.touch()

    def _learn(self) -> None:
        """Let what masks really came to better the prediction."""
        known = []
        for point in self.points.all():
            figure = point.trial.figures.get(self.points.figure)
            if point.mask is not None and figure is not None:
                known.append((point.mask, figure))
        self.losses.learn(known)

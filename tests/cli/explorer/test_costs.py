"""What a mask is said to take of a device, at once and a second later, beside its plan."""

from __future__ import annotations

import pytest
from tabfab.cli.explorer import jobs
from tabfab.cli.explorer.choices import Choice, default_choice
from tabfab.cli.explorer.costs import Costs
from tabfab.compiler.options import LayerOptions
from tabfab.compiler.store.progress import silent
from tabfab.hw.device.devices import find_device
from tabfab.hw.plan import PlanOptions

from support.graphs import chain, labelled

BASE = LayerOptions()
GRAPH = chain()
LAYERS = [layer.name for layer in GRAPH.convs]


class Page:
    """What the page knows of costs, and the jobs that it asks for, without a worker."""

    def __init__(self, device: str, fps: float | None = None) -> None:
        options = PlanOptions(device=device, fps=fps)
        images = labelled(GRAPH, 16).images
        self.sketch = jobs.Sketch(GRAPH, images, BASE, options)
        self.costs = Costs(GRAPH, BASE, options.aim(find_device(device)))

    def fold(self, mask: dict[str, Choice]) -> None:
        for layer, choice in mask.items():
            kind = self.costs.kind(layer, choice)
            self.costs.ways[kind] = jobs.fold(self.sketch, silent, layer, choice, kind)

    def fit(self, mask: dict[str, Choice]) -> None:
        kinds = self.costs.kinds(mask)
        assert kinds is not None
        self.costs.note_fitted(mask, jobs.fit_mask(self.sketch, silent, mask, kinds))


@pytest.fixture(autouse=True)
def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker remembers what it was given first."""
    monkeypatch.setattr(jobs, "_SKETCHED", [])


def masks() -> list[dict[str, Choice]]:
    exact, table, dyadic = (default_choice(each, BASE) for each in ("exact", "table", "dyadic"))
    return [
        dict.fromkeys(LAYERS, exact),
        {**dict.fromkeys(LAYERS, exact), LAYERS[-1]: table},
        {**dict.fromkeys(LAYERS, table), LAYERS[0]: dyadic},
    ]


@pytest.mark.parametrize("fps", [None, 2000.0])
def test_the_planners_search_says_what_the_plan_will(fps: float | None) -> None:
    page = Page("ecp5-25k", fps)
    for mask in masks():
        assert page.costs.kinds(mask) is None
        page.fold(mask)
        assert not page.costs.is_fitted(mask)
        page.fit(mask)
        assert page.costs.is_fitted(mask)
        said, plan = page.costs.estimated(mask), jobs.plan_mask(page.sketch, silent, mask)
        assert said.fits
        assert said.clocks == plan.clocks
        assert said.cells is not None
        assert plan.cells is not None
        assert said.cells.luts == pytest.approx(plan.cells.luts, rel=0.1)


def test_what_lies_between_layers_is_taken_from_the_mask_most_like() -> None:
    page = Page("ecp5-25k")
    first, second, _ = masks()
    for mask in (first, second):
        page.fold(mask)
    alone = page.costs.estimated(second)
    page.fit(first)
    beside = page.costs.between[tuple(first.values())]
    assert beside.cells.luts > 0
    estimated = page.costs.estimated(second)
    assert estimated.cells is not None
    assert alone.cells is not None
    assert estimated.cells.luts > alone.cells.luts


def test_what_does_not_fit_is_known_before_it_is_planned() -> None:
    page = Page("ice40-up5k", fps=1e6)
    mask = masks()[0]
    page.fold(mask)
    page.fit(mask)
    said = page.costs.estimated(mask)
    assert not said.fits
    assert jobs.plan_mask(page.sketch, silent, mask).refused

"""From what is asked of `tabfab compile`, and what was read for it, to a program."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from ..compiler.data import ImageSet
from ..compiler.mask.goal import PREFIX, MaskGoal, parse_goal
from ..compiler.options import CALIBRATION_IMAGES, CompileOptions
from ..compiler.program import Program
from ..compiler.recipes import RECIPES
from ..compiler.store.errors import TabfabError
from ..compiler.store.settings import refuse_opposites, with_settings
from ..compiler.workers.extra import need_sweep_extra
from .console import Bar, progress
from .float_network import FloatNetwork, check_argmax, task_meta
from .layer_settings import (
    LayerSettings,
    parse_layer_settings,
    parse_mask,
    refuse_unused,
    usual_mask,
    with_layers,
)

USUAL = "tabfab"
"""The recipe that says nothing of its own."""
MASK_IMAGES = 500
"""Images to choose a mask by, at most, where nobody says how many."""


@dataclass(frozen=True, kw_only=True)
class CompileRequest:
    """What is asked of a compilation, checked as far as it can be without the network.

    Parameters
    ----------
    recipe, mask, rank, layer, calibration_images, mask_images, workers, seed: as `tabfab compile`
        takes them; None where not given.
    settings: fields of `CompileOptions` that are given.

    Raises
    ------
    TabfabError: they contradict each other, or are none.
    """

    recipe: str = USUAL
    mask: str | None = None
    rank: Literal["similarity", "loss"] | None = None
    layer: Sequence[str] = ()
    calibration_images: int = CALIBRATION_IMAGES
    mask_images: int | None = None
    workers: int | None = None
    seed: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _refuse_contradictions(
            self.mask_text,
            self.goal,
            self.layers,
            {"rank": self.rank, "mask-images": self.mask_images, "workers": self.workers},
        )
        refuse_opposites(CompileOptions, self.settings)
        self.options()
        if self.workers is not None:
            need_sweep_extra()

    @property
    def mask_text(self) -> str:
        """The mask that is given, or else the recipe's."""
        return str(RECIPES[self.recipe].mask) if self.mask is None else self.mask

    @cached_property
    def goal(self) -> MaskGoal | None:
        """What an automatic mask is to reach; None without one."""
        return parse_goal(self.mask_text) if self.mask_text.startswith(PREFIX) else None

    @cached_property
    def layers(self) -> list[LayerSettings]:
        """Settings of single layers."""
        return parse_layer_settings(self.layer)

    def options(self) -> CompileOptions:
        """The options, without what depends on the network."""
        mask = "all" if self.goal else parse_mask(self.mask_text)
        return with_settings(
            RECIPES[self.recipe], {**self.settings, "mask": mask, "seed": self.seed}
        )

    @property
    def searched_by(self) -> int:
        """Images that the mask is chosen by, at most."""
        return (self.mask_images or MASK_IMAGES) if self.goal else 0


def compile_request(
    request: CompileRequest, network: FloatNetwork, train: ImageSet, bar: Bar = progress
) -> Program:
    """Compile a network as asked.

    Parameters
    ----------
    request: what is asked.
    network: what is compiled; its name in messages is that of its file.
    train: images to learn from, and to choose a mask by.
    bar: shows how far it is.

    Returns
    -------
    Program: which notes how it was made, but not from which data.

    Raises
    ------
    TabfabError: what is asked does not fit the network or the images.
    """
    from ..compiler.compile import compile_graph
    from ..compiler.mask.search import choose_mask

    options, goal, graph = request.options(), request.goal, network.graph
    images = train.sample(request.calibration_images, request.seed)
    if options.argmax:
        check_argmax(network.task)
    if request.mask is None and request.recipe == USUAL:
        options = dataclasses.replace(options, mask=usual_mask(graph))
    options = with_layers(options, graph, request.layers)
    choosable = goal.methods if goal else ()
    refuse_unused(options, graph, request.settings, request.layers, choosable)
    _refuse_recipe(request.recipe, choosable or tuple(options.methods(graph).values()))
    searched: dict[str, object] = {}
    if goal:
        by = train.rest(request.calibration_images, request.seed)
        by = by.sample(request.searched_by, request.seed)
        by_default: Literal["similarity", "loss"] = (
            "similarity" if request.recipe == "tabconv" else "loss"
        )
        with bar(f"choosing a mask for {network.name}") as advance:
            choice = choose_mask(
                graph,
                images.images,
                by,
                options,
                goal,
                request.rank or by_default,
                advance,
                network.task,
                request.workers,
            )
        options = choice.options
        searched = {"mask_goal": request.mask_text, "mask_scores": dict(choice.scores)}
    with bar(f"compiling {network.name}") as advance:
        program = compile_graph(graph, images.images, options, advance).program
    meta = {
        **program.meta,
        "recipe": request.recipe,
        **searched,
        **task_meta(network.task),
        "model": dict(network.meta),
    }
    return dataclasses.replace(program, classes=network.classes, meta=meta)


def _refuse_recipe(recipe: str, used: Collection[str]) -> None:
    """Refuse a recipe for a method by which no layer is computed.

    Parameters
    ----------
    recipe: its name.
    used: the layers' methods.
    """
    method = RECIPES[recipe].mask
    if recipe != USUAL and method not in used:
        raise TabfabError(
            f"--recipe {recipe} is for {method} layers, and the mask has only "
            f"{' and '.join(sorted(set(used)))} ones; leave one away"
        )


def _refuse_contradictions(
    mask: str,
    goal: MaskGoal | None,
    layers: Sequence[LayerSettings],
    of_a_search: Mapping[str, object],
) -> None:
    """Refuse what only an automatic mask, or none, can make use of.

    Parameters
    ----------
    mask: as it was given.
    goal: the one in it; None if it is no automatic mask.
    layers: settings of single layers.
    of_a_search: options of the search by name; None where not given.
    """
    for name, value in of_a_search.items():
        if value is not None and goal is None:
            raise TabfabError(
                f"--{name} is for an automatic mask, such as auto:operations=0.4, and the mask is "
                f"{mask!r}; leave --{name} away"
            )
    for layer in layers:
        if layer.method is not None and goal is not None:
            raise TabfabError(
                f"--layer gives {layer.pattern!r} the method {layer.method!r}, but {mask!r} "
                "chooses the method of every layer; leave one away"
            )

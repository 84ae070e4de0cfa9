"""What Dask's workers run: the two parts of a trial, on a source that was sent to them before."""

from __future__ import annotations

import dataclasses

from ...compiler.workers.dask_workers import shared
from .source import Source
from .space import Settings
from .trial import Outcome, make_program, map_program


def make_task(source: str, settings: Settings, keep: bool) -> Outcome:
    """`make_program`.

    Parameters
    ----------
    source: the name under which it was shared.
    settings: of the trial.
    keep: its files; otherwise figures alone.
    """
    return _kept(make_program(_source(source), settings), keep)


def map_task(source: str, made: Outcome, settings: Settings, keep: bool) -> Outcome:
    """`map_program` of what `make_task` made; other parameters as there."""
    return _kept(map_program(_source(source), made, settings), keep)


def _source(name: str) -> Source:
    source = shared(name)
    assert isinstance(source, Source)
    return source


def _kept(outcome: Outcome, keep: bool) -> Outcome:
    return outcome if keep else dataclasses.replace(outcome, files={})

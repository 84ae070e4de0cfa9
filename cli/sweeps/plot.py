"""The trials of a sweep as an interactive picture: one HTML file that needs nothing else."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from .front import shown_figure, shown_settings, shown_value
from .results import SweepResults
from .store import Trial

_GREY, _COLOUR = "#9aa5b1", "#c2410c"
_OTHERS = ("operations", "bytes")
"""What a single objective is drawn over."""


def draw_front(results: SweepResults, path: Path) -> None:
    """Draw all trials, those of the front in colour, with settings and figures under the pointer.

    Two objectives are the axes; of more, each pair has a picture of its own.

    Parameters
    ----------
    results: of the sweep.
    path: of the HTML file; the same trials give the same bytes.
    """
    names = list(results.objectives)
    others = [each for each in _OTHERS if each in results.figures and each not in names]
    names += others[: max(2 - len(names), 0)]
    front = {each.name for each in results.front}
    told = _told(results)
    behind = [each for each in results.trials if not each.failure and each.name not in front]
    figure = go.Figure()
    kinds = (("other trials", behind, _GREY), ("front", list(results.front), _COLOUR))
    for label, trials, colour in kinds:
        figure.add_trace(_trace(trials, told, names, label, colour))
    held = "".join(f", {each}" for each in results.constraints)
    figure.update_layout(
        title=html.escape(f"{len(front)} on the front of {len(front) + len(behind)} trials{held}"),
        template="plotly_white",
        hoverlabel={"align": "left"},
    )
    if len(names) <= 2:
        figure.update_xaxes(title=names[-1])
        figure.update_yaxes(title=names[0])
    figure.write_html(path, include_plotlyjs=True, full_html=True, div_id="front")


def _trace(
    trials: Sequence[Trial], told: Mapping[str, str], names: list[str], label: str, colour: str
) -> Any:
    text = [told[each.name] for each in trials]
    marker = {"color": colour, "size": 9}
    if len(names) > 2:
        dimensions = [
            {"label": name, "values": [each.figures.get(name) for each in trials]} for name in names
        ]
        return go.Splom(
            dimensions=dimensions, text=text, name=label, marker=marker, hoverinfo="text",
            diagonal={"visible": False}, showupperhalf=False,
        )  # fmt: skip
    ordered = label == "front"
    return go.Scatter(
        x=[each.figures.get(names[-1]) for each in trials],
        y=[each.figures.get(names[0]) for each in trials],
        mode="lines+markers" if ordered else "markers",
        line={"color": colour, "width": 1, "dash": "dot"} if ordered else None,
        marker=marker,
        text=text,
        hoverinfo="text",
        name=label,
    )


def _told(results: SweepResults) -> dict[str, str]:
    """What is shown of each trial under the pointer, by its name."""
    settings, figures = shown_settings(results.trials), results.figures
    return {each.name: _text(each, settings, figures) for each in results.trials}


def _text(trial: Trial, settings: Mapping[str, tuple[str, str]], figures: Sequence[str]) -> str:
    lines = [f"<b>{trial.name}</b>"]
    for name, (table, option) in settings.items():
        value = trial.settings.get(table, {}).get(option)
        if value is not None:
            lines.append(f"{html.escape(name)} = {html.escape(str(shown_value(value)))}")
    lines += [
        f"{name} {shown_figure(trial, name):,}"
        for name in figures
        if trial.figures.get(name) is not None
    ]
    return "<br>".join(lines)

"use strict";
// The front of what was compiled, and where the mask that is looked at should come to lie.

const chart = (() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function trace(name, points, x, y, more) {
    return {
      name, type: "scatter", mode: "markers", hoverinfo: "text",
      x: points.map((p) => p.figures[x]), y: points.map((p) => 100 * p.figures[y]),
      text: points.map((p) => p.label), customdata: points.map((p) => p.name), ...more,
    };
  }

  function draw(place, { points, front, here, x, y, xWords, yWords, choose }) {
    if (!window.Plotly) return;
    const best = front.map((name) => points.find((p) => p.name === name)).filter(Boolean);
    best.sort((a, b) => a.figures[x] - b.figures[x]);
    const others = points.filter((p) => !front.includes(p.name) && p.figures[x] != null);
    const accent = colour("--accent"), soft = colour("--soft"), line = colour("--line");
    const traces = [
      trace("compiled", others, x, y, { marker: { color: soft, size: 9 } }),
      trace("front", best, x, y, {
        mode: "lines+markers", marker: { color: accent, size: 10 },
        line: { color: accent, width: 1.5, dash: "dot" },
      }),
    ];
    if (here && here.figures[x] != null && here.figures[y] != null) {
      traces.push(trace("this mask, predicted", [here], x, y, {
        marker: { color: "rgba(0,0,0,0)", size: 14, symbol: "diamond", line: { color: colour("--warm"), width: 2.5 } },
      }));
    }
    const axis = { gridcolor: line, zeroline: false, linecolor: line, tickcolor: line, automargin: true };
    const layout = {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: colour("--ink"), size: 12, family: "system-ui, sans-serif" },
      margin: { l: 50, r: 10, t: 10, b: 40 }, showlegend: true,
      legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0 },
      xaxis: { ...axis, title: { text: xWords }, tickformat: "~s", rangemode: "tozero" },
      yaxis: { ...axis, title: { text: `${yWords}, %` } },
      hovermode: "closest",
    };
    window.Plotly.react(place, traces, layout, { displaylogo: false, responsive: true, displayModeBar: false });
    if (!place.listens) {
      place.listens = true;
      place.on("plotly_click", (event) => choose(event.points[0].customdata));
    }
  }
  return { draw };
})();

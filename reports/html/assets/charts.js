"use strict";
// Draws the page's charts from the embedded numbers. Colours come from the style sheet, so that dark mode is one place.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const seconds = (v) => (v == null ? "" : v < 0.9995 ? +(v * 1000).toPrecision(3) + " ms" : +v.toPrecision(3) + " s");
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // Shades the disturbed stretches and marks what the nemesis did, beneath the data.
  const scenery = {
    hooks: {
      drawClear: (u) => {
        const { ctx, bbox } = u;
        ctx.save();
        ctx.beginPath();
        ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
        ctx.clip();
        ctx.fillStyle = css("--shade");
        for (const span of data.shades) {
          const left = u.valToPos(span.from, "x", true);
          ctx.fillRect(left, bbox.top, Math.max(u.valToPos(span.to, "x", true) - left, 1), bbox.height);
        }
        ctx.strokeStyle = css("--nemesis");
        ctx.setLineDash([4, 4]);
        for (const mark of data.marks) {
          const x = Math.round(u.valToPos(mark.at, "x", true)) + 0.5;
          ctx.beginPath();
          ctx.moveTo(x, bbox.top);
          ctx.lineTo(x, bbox.top + bbox.height);
          ctx.stroke();
        }
        ctx.restore();
      },
    },
  };

  const kinds = {
    latency: { y: seconds, log: true, points: true, scenery: true },
    cdf: { y: (v) => (v == null ? "" : Math.round(v * 100) + "%"), x: seconds, logX: true },
    rates: { y: (v) => (v == null ? "" : v.toFixed(1)), scenery: true },
    work: { y: (v) => (v == null ? "" : String(v)), scenery: true, stepped: true },
  };

  const axis = (values, extra) => ({
    stroke: css("--soft"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line"), width: 1 },
    font: "12px system-ui, sans-serif", values: (u, ticks) => ticks.map((v) => (v == null ? "" : values(v))), ...extra,
  });

  const options = (kind, chart, width) => ({
    width, height: kind.points ? 300 : 240, plugins: kind.scenery ? [scenery] : [],
    cursor: { points: { size: 7 } },
    legend: { markers: { width: 0, fill: (u, i) => css(`--s${((i - 1) % 9) + 1}`) } },
    scales: {
      x: { time: false, distr: kind.logX ? 3 : 1, ...(kind.logX ? {} : { range: [0, data.end] }) },
      y: { distr: kind.log ? 3 : 1, ...(kind.log ? {} : { range: (u, lo, hi) => [0, kind.logX ? 1 : Math.max(hi, 1) * 1.05] }) },
    },
    axes: [axis(kind.x || ((v) => +v.toFixed(2) + "s")), axis(kind.y, { size: 62 })],
    series: [
      { label: kind.logX ? "within" : "at", value: (u, v) => (v == null ? "–" : kind.logX ? seconds(v) : v.toFixed(2) + " s") },
      ...chart.names.map((name, i) => ({
        label: name, stroke: css(`--s${(i % 9) + 1}`), width: kind.points ? 0 : 1.6, value: (u, v) => (v == null ? "–" : kind.y(v)),
        ...(kind.points ? { paths: () => null, points: { show: true, size: 5, width: 0, fill: css(`--s${(i % 9) + 1}`) } } : { points: { show: false } }),
        ...(kind.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
      })),
    ],
  });

  const draw = (box) => {
    const chart = data[box.dataset.chart], kind = kinds[box.dataset.kind || box.dataset.chart];
    if (!chart.x.length || !chart.names.length) {
      box.textContent = "nothing to draw";
      box.dataset.drawn = "empty";
      return;
    }
    box.replaceChildren();
    box.plot = new uPlot(options(kind, chart, box.clientWidth), [chart.x, ...chart.y], box);
    box.dataset.drawn = "yes";
  };

  const boxes = [...document.querySelectorAll("[data-chart]")];
  boxes.forEach(draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => boxes.forEach(draw));
  let pending = 0;
  addEventListener("resize", () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => boxes.forEach((box) => box.plot && box.plot.setSize({ width: box.clientWidth, height: box.plot.height })));
  });
})();

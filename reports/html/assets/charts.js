"use strict";
// Draws the page's charts from the embedded numbers. Colours come from the style sheet, so that dark mode is one place.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const seconds = (v) => (v == null ? "" : v < 0.9995 ? +(v * 1000).toPrecision(3) + " ms" : +v.toPrecision(3) + " s");
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const FONT = "system-ui, sans-serif", LANE = 15;

  // What tells series apart besides their colour: dashes of a line, the shape of a point.
  const DASHES = { active: [], asked: [2, 3], failed: [8, 4], unclear: [10, 3, 2, 3], "line-1": [], "line-2": [8, 4], "line-3": [3, 3], "line-4": [12, 3, 2, 3], "line-5": [5, 2], "line-6": [16, 5] };
  const SHAPES = {
    asked: (c, x, y, r) => c.arc(x, y, r, 0, 7),
    active: (c, x, y, r) => { c.moveTo(x, y - r * 1.3); c.lineTo(x + r * 1.2, y + r); c.lineTo(x - r * 1.2, y + r); c.closePath(); },
    deleted: (c, x, y, r) => c.rect(x - r, y - r, 2 * r, 2 * r),
    updating: (c, x, y, r) => { c.moveTo(x, y - r * 1.4); c.lineTo(x + r * 1.4, y); c.lineTo(x, y + r * 1.4); c.lineTo(x - r * 1.4, y); c.closePath(); },
    unclear: (c, x, y, r) => { c.moveTo(x - r, y - r); c.lineTo(x + r, y + r); c.moveTo(x + r, y - r); c.lineTo(x - r, y + r); },
  };
  const dash = (role) => DASHES[role] || [];

  const hatch = (colour, ratio) => {
    const tile = document.createElement("canvas"), size = Math.round(8 * ratio);
    tile.width = tile.height = size;
    const ink = tile.getContext("2d");
    ink.strokeStyle = colour;
    ink.lineWidth = ratio;
    for (const shift of [-size, 0, size]) { ink.moveTo(shift, size); ink.lineTo(shift + size, 0); }
    ink.stroke();
    return ink.createPattern(tile, "repeat");
  };

  // Names of what was broken stand above the plot, each in the first lane with room; what finds none is in the list below.
  const labels = (u, ratio) => {
    const { ctx, bbox } = u, right = bbox.left + bbox.width, lanes = [-Infinity, -Infinity];
    ctx.font = `${11 * ratio}px ${FONT}`;
    ctx.textBaseline = "bottom";
    ctx.textAlign = "left";
    const things = [...data.spans.map((span) => [span.from, span.name]), ...data.marks.map((mark) => [mark.at, mark.name])];
    for (const [at, name] of things.sort((a, b) => a[0] - b[0])) {
      const x = u.valToPos(at, "x", true);
      if (x > right) continue;
      const lane = lanes.findIndex((taken) => taken < x);
      if (lane < 0) continue;
      let text = name;
      const room = right - x;
      while (text.length > 4 && ctx.measureText(text).width > Math.max(room, 60 * ratio)) text = text.slice(0, -2).trimEnd() + "…";
      const from = Math.min(x, right - ctx.measureText(text).width);
      if (lanes[lane] > from) continue;
      lanes[lane] = from + ctx.measureText(text).width + 8 * ratio;
      ctx.fillText(text, from, bbox.top - (1 - lane) * LANE * ratio - 2 * ratio);
    }
  };

  // Hatches the disturbed stretches and draws a line for each act of the nemesis, beneath the data.
  const scenery = {
    hooks: {
      drawClear: (u) => {
        const { ctx, bbox } = u, ratio = devicePixelRatio;
        ctx.save();
        ctx.fillStyle = css("--disturbed");
        labels(u, ratio);
        ctx.beginPath();
        ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
        ctx.clip();
        for (const span of data.spans) {
          const left = u.valToPos(span.from, "x", true), width = Math.max(u.valToPos(span.to, "x", true) - left, ratio);
          for (const fill of [css("--shade"), hatch(css("--hatch"), ratio)]) {
            ctx.fillStyle = fill;
            ctx.fillRect(left, bbox.top, width, bbox.height);
          }
        }
        ctx.strokeStyle = css("--disturbed");
        ctx.lineWidth = ratio;
        ctx.setLineDash([4 * ratio, 4 * ratio]);
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

  // A gate is a line at its threshold, over its phase, with its name where it begins.
  const thresholds = (gates) => ({
    hooks: {
      draw: (u) => {
        const { ctx, bbox } = u, ratio = devicePixelRatio, right = bbox.left + bbox.width;
        ctx.save();
        ctx.font = `${11 * ratio}px ${FONT}`;
        ctx.textBaseline = "bottom";
        ctx.textAlign = "left";
        for (const gate of gates) {
          const y = Math.round(u.valToPos(gate.at, "y", true)) + 0.5, x = u.valToPos(gate.from, "x", true), to = Math.min(u.valToPos(gate.to, "x", true), right);
          ctx.strokeStyle = ctx.fillStyle = css(gate.passed ? "--active" : "--failed");
          ctx.lineWidth = 1.6 * ratio;
          ctx.setLineDash(gate.passed ? [] : [6 * ratio, 3 * ratio]);
          ctx.beginPath();
          ctx.moveTo(x, y);
          ctx.lineTo(to, y);
          ctx.stroke();
          ctx.fillText(gate.name, Math.max(Math.min(x + 4 * ratio, right - ctx.measureText(gate.name).width), bbox.left), y - 2 * ratio);
        }
        ctx.restore();
      },
    },
  });

  const shape = (role, colour) => (u, index) => {
    const { ctx } = u, ratio = devicePixelRatio, xs = u.data[0], ys = u.data[index], draw = SHAPES[role];
    ctx.save();
    ctx.fillStyle = ctx.strokeStyle = colour;
    ctx.lineWidth = 1.4 * ratio;
    ctx.beginPath();
    for (let i = 0; i < xs.length; i++) {
      if (ys[i] == null) continue;
      const x = u.valToPos(xs[i], "x", true), y = u.valToPos(ys[i], "y", true), r = 2.6 * ratio;
      ctx.moveTo(x + r, y);
      draw(ctx, x, y, r);
    }
    role === "unclear" ? ctx.stroke() : ctx.fill();
    ctx.restore();
    return false;
  };

  const kinds = {
    latency: { y: seconds, points: true, scenery: true, height: 320 },
    cdf: { y: (v) => (v == null ? "" : Math.round(v * 100) + "%"), x: seconds, cumulative: true },
    rates: { y: (v) => (v == null ? "" : +v.toFixed(2) + "/s"), scenery: true },
    work: { y: (v) => (v == null ? "" : String(v)), scenery: true, stepped: true },
  };

  const axis = (values, extra) => ({
    stroke: css("--soft"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line"), width: 1 },
    font: `12px ${FONT}`, values: (u, ticks) => ticks.map((v) => (v == null ? "" : values(v))), ...extra,
  });

  // A logarithmic axis has labels at 1, 2 and 5 only, or at powers of ten, so that none overlap.
  const rounded = (low, high) => {
    const kept = high / low > 200 ? [1] : [1, 2, 5];
    const leading = (v) => v / 10 ** Math.floor(Math.log10(v * 1.0001));
    return { filter: (u, ticks) => ticks.map((v) => (kept.some((k) => Math.abs(leading(v) - k) < 1e-4) ? v : null)) };
  };

  const options = (kind, chart, width, key) => {
    const logX = kind.cumulative && chart.log, scene = kind.scenery && data.spans.length + data.marks.length > 0;
    const gates = chart.gates || [], bounds = gates.map((gate) => gate.at);
    const ys = kind.points ? [...chart.y.flat().filter((v) => v != null), ...bounds] : [];
    const [low, high] = ys.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
    const end = chart.end ?? data.end;
    const xs = kind.cumulative ? [chart.x[0], chart.x.at(-1)] : [0, end];
    return {
      width, height: (kind.height || 240) + (scene ? 2 * LANE : 0), plugins: [...(scene ? [scenery] : []), ...(gates.length ? [thresholds(gates)] : [])],
      padding: [scene ? 2 * LANE + 4 : 10, 14, 0, 0],
      cursor: { points: { size: 7 }, y: false }, legend: { show: false },
      scales: {
        x: { time: false, distr: logX ? 3 : 1, range: () => xs },
        y: { distr: kind.points ? 3 : 1, range: kind.points ? () => [low / 1.4, high * 1.4] : (u, lo, hi) => [0, kind.cumulative ? 1.02 : Math.max(hi, 1, ...bounds) * 1.08] },
      },
      axes: [
        axis(kind.x || ((v) => +v.toFixed(2) + " s"), { size: 30, ...(logX ? rounded(...xs) : {}) }),
        axis(kind.y, { size: 62, ...(kind.points ? rounded(low, high) : {}), ...(kind.stepped ? { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000] } : {}) }),
      ],
      series: [
        {},
        ...chart.names.map((name, i) => {
          const role = chart.roles[i], colour = css(`--${role}`);
          return kind.points
            ? { label: name, paths: () => null, points: { show: shape(role, colour) } }
            : { label: name, stroke: colour, width: chart.widths ? chart.widths[i] : 1.8, dash: dash(role), points: { show: false }, ...(kind.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}) };
        }),
      ],
      hooks: {
        setCursor: [(u) => {
          const at = u.cursor.idx, x = at == null ? null : chart.x[at];
          key.at.textContent = x == null ? "" : kind.cumulative ? `within ${seconds(x)}` : `at ${x.toFixed(2)} s`;
          key.values.forEach((value, i) => { value.textContent = at == null || kind.points ? "" : kind.y(chart.y[i][at]); });
        }],
      },
    };
  };

  // The key is part of the page, not of the plot: names with their dashes or marks, and the values under the pointer.
  const keyOf = (kind, chart) => {
    const list = document.createElement("ul"), at = document.createElement("li"), values = [];
    list.className = "key plot-key";
    at.className = "at";
    chart.names.forEach((name, i) => {
      const row = document.createElement("li"), swatch = document.createElement("canvas"), value = document.createElement("b");
      const ratio = devicePixelRatio, ink = swatch.getContext("2d"), colour = css(`--${chart.roles[i]}`);
      [swatch.width, swatch.height] = [28 * ratio, 12 * ratio];
      swatch.setAttribute("aria-hidden", "true");
      ink.fillStyle = ink.strokeStyle = colour;
      ink.beginPath();
      if (kind.points) {
        ink.lineWidth = 1.6 * ratio;
        SHAPES[chart.roles[i]](ink, 14 * ratio, 6 * ratio, 3.6 * ratio);
        chart.roles[i] === "unclear" ? ink.stroke() : ink.fill();
      } else {
        ink.lineWidth = (chart.widths ? Math.min(chart.widths[i], 6) : 2) * ratio;
        ink.setLineDash(dash(chart.roles[i]).map((v) => v * ratio));
        ink.moveTo(0, 6 * ratio);
        ink.lineTo(28 * ratio, 6 * ratio);
        ink.stroke();
      }
      row.append(swatch, " ", name, " ", value);
      values.push(value);
      list.append(row);
    });
    list.append(at);
    return { list, at, values };
  };

  // Of a chart by cluster only what is ticked in the list of clusters is drawn.
  const ticks = [...document.querySelectorAll("[data-plot]")];
  const chosen = (name, chart) => {
    if (!ticks.length || (name !== "cdf" && name !== "work") || !chart.names.length) return chart;
    const wanted = ticks.filter((tick) => tick.checked).map((tick) => +tick.dataset.plot).sort((a, b) => a - b).slice(0, data.lines);
    return { ...chart, names: wanted.map((i) => chart.names[i]), roles: wanted.map((_, i) => `line-${i + 1}`), y: wanted.map((i) => chart.y[i]) };
  };

  const draw = (box) => {
    const name = box.dataset.chart, kind = kinds[box.dataset.kind || name], chart = chosen(name, data[name]);
    if (box.plot) box.plot.destroy();
    box.plot = null;
    if (!chart.x.length || !chart.names.length) {
      box.textContent = "nothing to draw";
      box.dataset.drawn = "empty";
      return;
    }
    const key = keyOf(kind, chart);
    box.replaceChildren(key.list);
    box.plot = new uPlot(options(kind, chart, box.clientWidth, key), [chart.x, ...chart.y], box);
    box.append(key.list);
    box.dataset.drawn = "yes";
  };

  const boxes = [...document.querySelectorAll("[data-chart]")];
  const drawAll = () => boxes.forEach(draw);
  const limit = () => {
    const full = ticks.filter((tick) => tick.checked).length >= data.lines;
    for (const tick of ticks) tick.disabled = full && !tick.checked;
  };
  for (const tick of ticks) tick.addEventListener("change", () => { limit(); boxes.filter((box) => box.dataset.chart === "cdf" || box.dataset.chart === "work").forEach(draw); });
  limit();
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  let pending = 0;
  addEventListener("resize", () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => boxes.forEach((box) => box.plot && box.plot.setSize({ width: box.clientWidth, height: box.plot.height })));
  });
})();

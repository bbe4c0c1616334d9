// The trend of a target, drawn from the data that the page carries beside its table. Without this script the table
// tells the same.
"use strict";

(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  const lineOf = (name, data, look) => ({
    name,
    data,
    type: "line",
    connectNulls: false,
    symbol: "none",
    emphasis: { disabled: true },
    ...look,
  });

  // The band is a stack: nothing up to the low end, a shade from there to the high one.
  const band = (data) => {
    const { low, high } = data.series;
    const width = high.map((value, at) => (value === null || low[at] === null ? null : value - low[at]));
    const shade = { stack: "band", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } };
    return [
      lineOf("low", low, shade),
      lineOf(data.names.range, width, { ...shade, areaStyle: { color: colour("accent"), opacity: 0.15 } }),
    ];
  };

  // Each line has a dash and a mark of its own: colour is never the only sign.
  const lines = (data) => [
    lineOf(data.names.schedule, data.series.schedule, {
      lineStyle: { color: colour("ink-quiet"), type: "dashed", width: 1.5 },
      itemStyle: { color: colour("ink-quiet") },
    }),
    lineOf(data.names.last_year, data.series.last_year, {
      lineStyle: { color: colour("level-2"), type: "dotted", width: 1.5 },
      itemStyle: { color: colour("level-2") },
      symbol: "triangle",
      symbolSize: 6,
    }),
    lineOf(data.names.forecast, data.series.forecast, {
      lineStyle: { color: colour("accent"), type: [2, 4], width: 2 },
      itemStyle: { color: colour("accent") },
    }),
    lineOf(data.names.verified, data.series.verified, {
      lineStyle: { color: colour("accent"), width: 3 },
      itemStyle: { color: colour("accent") },
      symbol: (_value, at) => (data.incomplete[at.dataIndex] ? "emptyCircle" : "circle"),
      symbolSize: 8,
      markLine: {
        silent: true,
        symbol: "none",
        data: data.target === null ? [] : [{ yAxis: data.target }],
        lineStyle: { color: colour("ink-quiet"), type: "solid", width: 1 },
        label: { formatter: data.names.target, position: "insideEndTop", color: colour("ink-quiet") },
      },
    }),
  ];

  const hasAny = (values) => values.some((value) => value !== null);

  const number = (value, decimals) =>
    value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

  // "12,345.5". What the browser has for it is slow to begin, and the drawing waits for it.
  const grouped = (value) => {
    const [whole, part] = String(value).split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
  };

  const tooltip = (data) => ({
    trigger: "axis",
    renderMode: "richText", // HTML tooltips would need inline styles
    backgroundColor: colour("surface"),
    borderColor: colour("line-strong"),
    textStyle: { color: colour("ink"), fontSize: 12 },
    formatter: (points) => {
      const at = points[0].dataIndex;
      const rows = ["verified", "schedule", "last_year", "forecast"].map((key) => [key, data.series[key][at]]);
      const told = rows.filter(([, value]) => value !== null).map(([key, value]) => `${data.names[key]}  ${number(value, data.decimals)}`);
      if (data.series.low[at] !== null) {
        told.push(`${data.names.range}  ${number(data.series.low[at], data.decimals)} – ${number(data.series.high[at], data.decimals)}`);
      }
      return [`${data.labels[at]}  ${data.coverage[at]}`, ...told].join("\n");
    },
  });

  // On a narrow screen each name has a line of its own, and the drawing begins below the last one.
  const NARROW = 480;
  const LINE = 22;

  const optionOf = (data, width) => {
    const text = { color: colour("ink-quiet"), fontSize: 12 };
    const shown = lines(data).filter((line) => hasAny(line.data));
    return {
      animation: false,
      textStyle: { fontFamily: colour("font") },
      grid: { left: 8, right: 44, top: width < NARROW ? shown.length * LINE + 30 : 56, bottom: 8, containLabel: true },
      legend: {
        top: 0,
        left: 0,
        orient: width < NARROW ? "vertical" : "horizontal",
        data: shown.map((line) => line.name),
        textStyle: { ...text, color: colour("ink") },
      },
      tooltip: tooltip(data),
      xAxis: {
        type: "category",
        boundaryGap: false,
        data: data.labels,
        axisLabel: { ...text, alignMinLabel: "left" }, // else "January 2020" begins outside the drawing
        axisLine: { lineStyle: { color: colour("line-strong") } },
      },
      yAxis: {
        type: "value",
        name: data.unit,
        nameTextStyle: { ...text, align: "left" },
        axisLabel: { ...text, formatter: grouped },
        splitLine: { lineStyle: { color: colour("line") } },
      },
      series: [...(hasAny(data.series.low) ? band(data) : []), ...shown],
    };
  };

  // Chinese breaks anywhere, other languages between words.
  const broken = (pen, text, width) => {
    const lines = [""];
    for (const piece of text.match(/[\u3000-\uffef]|[^\s\u3000-\uffef]+\s*|\s+/g) || []) {
      if (pen.measureText(lines[lines.length - 1] + piece).width > width) lines.push("");
      lines[lines.length - 1] += piece;
    }
    return lines;
  };

  // A picture that is sent on says what it shows, and whether its data are a demonstration's.
  const SCALE = 2;
  const picture = (chart, data) => {
    const drawing = chart.renderToCanvas({ pixelRatio: SCALE, backgroundColor: colour("surface") });
    const marker = document.querySelector(".demonstration-banner");
    const told = [data.description, ...(marker ? [marker.textContent.trim()] : [])];
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    const font = `${14 * SCALE}px ${colour("font")}`;
    const [margin, line] = [12 * SCALE, 22 * SCALE];
    pen.font = font;
    const lines = told.flatMap((text) => broken(pen, text, drawing.width - 2 * margin));
    canvas.width = drawing.width;
    canvas.height = drawing.height + lines.length * line + 2 * margin;
    pen.fillStyle = colour("surface");
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = colour("ink");
    pen.font = font;
    lines.forEach((text, at) => pen.fillText(text, margin, margin + (at + 0.75) * line));
    pen.drawImage(drawing, 0, canvas.height - drawing.height);
    return canvas;
  };

  const save = (chart, data) => {
    const anchor = document.createElement("a");
    anchor.href = picture(chart, data).toDataURL("image/png");
    anchor.download = `${data.title.replace(/[\\/:*?"<>|]/g, " ")}.png`;
    anchor.click();
  };

  const show = (place) => {
    const data = JSON.parse(place.dataset.chart);
    const chart = echarts.init(place, null, { renderer: "canvas" });
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", data.description);
    let drawnFor = 0;
    const draw = () => {
      drawnFor = place.clientWidth;
      chart.setOption(optionOf(data, drawnFor), true);
    };
    draw();
    dark.addEventListener("change", draw);
    // Paper is white whatever the screen is; it does not wait for the next frame.
    window.matchMedia("print").addEventListener("change", () => {
      chart.resize();
      draw();
      chart.getZr().flush();
    });
    new ResizeObserver(() => {
      if (place.clientWidth === drawnFor) return; // it tells once at the start, too
      chart.resize();
      draw();
    }).observe(place);
    const button = document.querySelector(`[data-chart-png="${place.id}"]`);
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => save(chart, data));
  };

  // The library is half a megabyte to read: it comes with the page, which is painted first, and draws at once after.
  const places = [...document.querySelectorAll("[data-chart]")];
  const runLibrary = () => {
    const script = document.createElement("script");
    script.src = places[0].dataset.source;
    script.addEventListener("load", () => places.forEach(show));
    script.addEventListener("error", () => places.forEach((place) => (place.hidden = true)));
    document.head.append(script);
  };
  if (places.length) requestAnimationFrame(() => setTimeout(runLibrary));
})();

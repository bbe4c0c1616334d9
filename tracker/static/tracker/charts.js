// The trend of a target: the page carries its drawing; this tells the numbers under the pointer and saves a picture, from
// the data beside it. Without this script the drawing stands, and the table tells the numbers.
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
    const pale = { color: colour("accent"), opacity: 0.15 };
    const shade = { stack: "band", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } };
    return [
      lineOf("low", low, shade),
      lineOf(data.names.range, width, { ...shade, areaStyle: pale, itemStyle: pale }),
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
      const known = ["verified", "schedule", "last_year", "forecast"].filter((key) => data.series[key][at] !== null);
      const told = known.map((key) => `${data.names[key]}  ${data.printed[key][at]}`);
      if (data.series.low[at] !== null) told.push(`${data.names.range}  ${data.printed.low[at]} – ${data.printed.high[at]}`);
      return [`${data.labels[at]}  ${data.coverage[at]}`, ...told].join("\n");
    },
  });

  // In the page, names and axes are the drawing's that lies below; a picture to be sent on has its own.
  const optionOf = (data, layout) => {
    const text = { color: colour("ink-quiet"), fontSize: 12 };
    const shown = lines(data).filter((line) => hasAny(line.data));
    const alone = !layout;
    return {
      animation: false,
      textStyle: { fontFamily: colour("font") },
      grid: layout || { left: 8, right: 44, top: 56, bottom: 8, containLabel: true },
      legend: {
        show: alone,
        top: 0,
        left: 0,
        data: [
          ...shown.map(({ name, symbol }) => (symbol === "none" ? { name, itemStyle: { opacity: 0 } } : { name })),
          ...(hasAny(data.series.low) ? [{ name: data.names.range, icon: "rect" }] : []),
        ],
        textStyle: { ...text, color: colour("ink") },
      },
      tooltip: tooltip(data),
      xAxis: {
        type: "category",
        boundaryGap: false,
        data: data.labels,
        axisLabel: { ...text, show: alone, alignMinLabel: "left" }, // else "January 2020" begins outside the drawing
        axisTick: { show: alone },
        axisLine: { show: alone, lineStyle: { color: colour("line-strong") } },
      },
      yAxis: {
        type: "value",
        ...data.axis,
        name: alone ? data.unit : "",
        nameTextStyle: { ...text, align: "left" },
        axisLabel: { ...text, show: alone, formatter: grouped },
        splitLine: { show: alone, lineStyle: { color: colour("line") } },
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
  // It is as large wherever it is saved: names stand beside each other in it.
  const SCALE = 2;
  const SIZE = { width: 1160, height: 400 };
  const picture = (data) => {
    const chart = echarts.init(document.createElement("div"), null, { renderer: "canvas", ...SIZE });
    chart.setOption(optionOf(data, null));
    const drawing = chart.renderToCanvas({ pixelRatio: SCALE, backgroundColor: colour("surface") });
    chart.dispose();
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

  const save = (data) => {
    const anchor = document.createElement("a");
    anchor.href = picture(data).toDataURL("image/png");
    anchor.download = `${data.title.replace(/[\\/:*?"<>|]/g, " ")}.png`;
    anchor.click();
  };

  // Half a megabyte to read: it waits until somebody asks the drawing for more than it shows.
  let library = null;
  const withLibrary = (address) => {
    library ||= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.addEventListener("load", resolve);
      script.addEventListener("error", () => {
        script.remove();
        library = null;
        reject(new Error(address));
      });
      document.head.append(script);
    });
    return library;
  };

  // The same curves on top of the drawing, telling their numbers under the pointer. Where the screen's size or colours
  // change, the drawing, which follows by itself, stands alone again.
  const enliven = (place, data) => {
    const area = place.querySelector(".trend-area");
    const plot = area.querySelector(".trend-plot").getBoundingClientRect();
    const outer = area.getBoundingClientRect();
    const width = area.clientWidth;
    const live = document.createElement("div");
    live.className = "trend-live";
    area.prepend(live);
    const chart = echarts.init(live, null, { renderer: "canvas" });
    chart.setOption(
      optionOf(data, {
        left: plot.left - outer.left,
        top: plot.top - outer.top,
        right: outer.right - plot.right,
        bottom: outer.bottom - plot.bottom,
      }),
    );
    const end = () => {
      dark.removeEventListener("change", end);
      size.disconnect();
      chart.dispose();
      live.remove();
    };
    const size = new ResizeObserver(() => {
      if (area.clientWidth !== width) end(); // it tells once at the start, too
    });
    size.observe(area);
    dark.addEventListener("change", end);
    return chart;
  };

  const attend = (place) => {
    const data = JSON.parse(place.dataset.chart);
    const area = place.querySelector(".trend-area");
    const ready = () => withLibrary(place.dataset.source);
    let at = null;
    const tell = (event) => {
      if (area.querySelector(".trend-live")) return;
      const asked = at === null;
      at = [event.clientX, event.clientY];
      if (!asked) return;
      const show = () => {
        const outer = area.getBoundingClientRect();
        enliven(place, data).dispatchAction({ type: "showTip", x: at[0] - outer.left, y: at[1] - outer.top });
      };
      // Where the library does not come, the drawing and its table stand, and the next movement asks again.
      ready()
        .then(show, () => {})
        .finally(() => (at = null));
    };
    area.addEventListener("pointermove", tell);
    area.addEventListener("pointerdown", tell);
    const button = document.querySelector(`[data-chart-png="${place.id}"]`);
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      ready().then(() => save(data), () => {});
    });
  };

  document.querySelectorAll("[data-chart]").forEach(attend);
})();

// The trend of a target: the page carries its drawing; this tells the numbers under the pointer, a finger or the arrow
// keys, and saves a picture. Without this script the drawing stands, and the table tells the numbers.
"use strict";

(() => {
  const made = (name, look, parent) => {
    const node = document.createElement(name);
    node.className = look;
    parent.append(node);
    return node;
  };

  // --- the numbers of a period ---

  const heading = ({ label, coverage }) => `${label}  ${coverage}`.trim();

  const attend = (place) => {
    const data = JSON.parse(place.dataset.chart);
    const area = place.querySelector(".trend-area");
    const plot = area.querySelector(".trend-plot");
    const guide = plot.querySelector(".trend-guide");
    const tip = made("div", "trend-tip", area);
    const said = made("p", "visually-hidden", place);
    const last = data.periods.length - 1;
    let at = null;
    tip.hidden = true;
    said.setAttribute("role", "status");
    said.setAttribute("aria-live", "polite");
    area.tabIndex = 0;
    area.setAttribute("role", "application");
    area.setAttribute("aria-label", place.dataset.hint);

    const hide = () => {
      at = null;
      tip.hidden = true;
      said.textContent = "";
      guide.classList.remove("trend-told");
    };

    // Beside the guide, on its other side where there is no room.
    const put = (share) => {
      const [outer, inner] = [area.getBoundingClientRect(), plot.getBoundingClientRect()];
      const x = inner.left - outer.left + share * inner.width;
      const left = x + 12 + tip.offsetWidth > area.clientWidth ? x - 12 - tip.offsetWidth : x + 12;
      tip.style.left = `${Math.max(0, left)}px`;
      tip.style.top = `${inner.top - outer.top}px`;
    };

    const tell = (number) => {
      const period = data.periods[number];
      if (at === number || !period) return;
      at = number;
      const share = last ? number / last : 0;
      guide.setAttribute("x1", `${100 * share}%`);
      guide.setAttribute("x2", `${100 * share}%`);
      guide.classList.add("trend-told");
      tip.textContent = "";
      made("strong", "", tip).textContent = heading(period);
      period.told.forEach(([name, amount]) => {
        const line = made("div", "trend-told-line", tip);
        made("span", "", line).textContent = name;
        made("span", "number", line).textContent = amount;
      });
      tip.hidden = false;
      put(share);
    };

    const say = () => {
      const { told, ...period } = data.periods[at];
      said.textContent = [heading(period), ...told.map((pair) => pair.join(" "))].join("; ");
    };

    const nearest = (event) => {
      const inner = plot.getBoundingClientRect();
      const share = Math.min(1, Math.max(0, (event.clientX - inner.left) / inner.width));
      tell(Math.round(share * last));
    };

    const KEYS = {
      ArrowRight: () => (at === null ? 0 : Math.min(last, at + 1)),
      ArrowLeft: () => (at === null ? last : Math.max(0, at - 1)),
      Home: () => 0,
      End: () => last,
    };
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape") hide();
      if (!KEYS[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      tell(KEYS[event.key]());
      say();
    });
    area.addEventListener("pointermove", nearest);
    area.addEventListener("pointerdown", nearest);
    area.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") hide(); // a finger that was lifted leaves the numbers to be read
    });
    area.addEventListener("blur", hide);
    document.addEventListener("pointerdown", (event) => {
      if (!area.contains(event.target)) hide();
    });
    window.addEventListener("resize", hide);

    const button = document.querySelector(`[data-chart-png="${place.id}"]`);
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => save(place, data));
  };

  // --- the picture ---

  // A picture that is sent on says what it shows, and whether its data are a demonstration's.
  // It is as large wherever it is saved: names stand beside each other in it.
  const SCALE = 2;
  const [WIDTH, HEIGHT, MARGIN, LINE] = [1160, 400, 12, 22];

  const font = (size) => `${size}px ${getComputedStyle(document.documentElement).getPropertyValue("--font")}`;

  // Chinese breaks anywhere, other languages between words.
  const broken = (pen, text, width) => {
    const lines = [""];
    for (const piece of text.match(/[\u3000-\uffef]|[^\s\u3000-\uffef]+\s*|\s+/g) || []) {
      if (pen.measureText(lines[lines.length - 1] + piece).width > width) lines.push("");
      lines[lines.length - 1] += piece;
    }
    return lines;
  };

  const length = (text, whole, letter) => {
    const number = parseFloat(text) || 0;
    if (String(text).endsWith("%")) return (number / 100) * whole;
    return String(text).endsWith("em") ? number * letter : number;
  };

  // Elements of the page's drawing, in the colours that the page gives them, within a box of another size.
  const paint = (pen, node, box) => {
    const letter = 12;
    const across = (name) => length(node.getAttribute(name), box.width, letter);
    const down = (name) => length(node.getAttribute(name), box.height, letter);
    const look = getComputedStyle(node);
    const draw = (path, matrix) => {
      const whole = new Path2D();
      whole.addPath(path, matrix);
      pen.globalAlpha = Number(look.opacity);
      if (look.fill !== "none" && node.tagName !== "line") {
        pen.fillStyle = look.fill;
        pen.fill(whole);
      }
      if (look.stroke !== "none") {
        pen.strokeStyle = look.stroke;
        pen.lineWidth = parseFloat(look.strokeWidth);
        pen.lineJoin = look.strokeLinejoin;
        pen.setLineDash((look.strokeDasharray.match(/[\d.]+/g) || []).map(Number));
        pen.stroke(whole);
      }
      pen.globalAlpha = 1;
    };
    const moved = new DOMMatrix([box.scale[0], 0, 0, box.scale[1], box.left, box.top]);
    const painters = {
      g: () => [...node.children].forEach((child) => paint(pen, child, box)),
      svg: () => {
        const inner = { ...box, left: box.left + across("x"), top: box.top + down("y"), scale: [1, 1] };
        if (node.getAttribute("preserveAspectRatio") === "none") inner.scale = [box.width / 100, box.height / 100];
        [...node.children].forEach((child) => paint(pen, child, inner));
      },
      path: () => draw(new Path2D(node.getAttribute("d")), moved),
      rect: () => draw(new Path2D(`M0 0H${across("width")}V${down("height")}H0Z`), moved),
      line: () => draw(new Path2D(`M${across("x1")} ${down("y1")}L${across("x2")} ${down("y2")}`), moved),
      circle: () => {
        const path = new Path2D();
        path.arc(across("cx"), down("cy"), across("r"), 0, 2 * Math.PI);
        draw(path, moved);
      },
      text: () => {
        pen.font = font(letter);
        pen.fillStyle = look.fill;
        pen.textAlign = { middle: "center", end: "right" }[look.textAnchor] || "left";
        const [x, y] = [across("x") + across("dx"), down("y") + down("dy")];
        pen.fillText(node.textContent, box.left + x, box.top + y);
        pen.textAlign = "left";
      },
    };
    if (painters[node.tagName] && !node.classList.contains("trend-guide")) painters[node.tagName]();
  };

  const legend = (pen, place, top) => {
    let left = MARGIN;
    pen.font = font(12);
    place.querySelectorAll(".trend-legend li").forEach((item) => {
      const name = item.textContent.trim();
      paint(pen, item.querySelector("svg"), { left, top: top - 9, width: 28, height: 10, scale: [1, 1] });
      pen.font = font(12);
      pen.fillStyle = getComputedStyle(item).color;
      pen.fillText(name, left + 34, top);
      left += 34 + pen.measureText(name).width + 20;
    });
  };

  const picture = (place, data) => {
    const plot = place.querySelector(".trend-plot");
    const marker = document.querySelector(".demonstration-banner");
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    pen.font = font(14);
    const told = [data.description, ...(marker ? [marker.textContent.trim()] : [])];
    const lines = told.flatMap((text) => broken(pen, text, WIDTH - 2 * MARGIN));
    const head = lines.length * LINE + 2 * MARGIN;
    canvas.width = WIDTH * SCALE;
    canvas.height = (head + HEIGHT) * SCALE;
    pen.scale(SCALE, SCALE);
    pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();
    pen.fillRect(0, 0, WIDTH, head + HEIGHT);
    pen.fillStyle = getComputedStyle(place).color;
    pen.font = font(14);
    lines.forEach((text, at) => pen.fillText(text, MARGIN, MARGIN + (at + 0.75) * LINE));
    legend(pen, place, head + LINE / 2);
    const amounts = [...plot.querySelectorAll(".trend-amount")].map((label) => pen.measureText(label.textContent).width);
    const left = Math.max(...amounts) + 8 + MARGIN;
    const box = { left, top: head + 56, width: WIDTH - left - 44, height: HEIGHT - 56 - 36, scale: [1, 1] };
    [...plot.children].forEach((child) => paint(pen, child, box));
    return canvas;
  };

  const save = (place, data) => {
    const anchor = document.createElement("a");
    anchor.href = picture(place, data).toDataURL("image/png");
    anchor.download = `${data.title.replace(/[\\/:*?"<>|]/g, " ")}.png`;
    anchor.click();
  };

  document.querySelectorAll("[data-chart]").forEach(attend);
})();

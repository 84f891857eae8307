// The map of files: rectangles of lines, coloured by hotspot score, a folder at a time.
// The trail and the folder buttons do by keyboard what a click on the map does.

const MOST = 60; // rectangles of a folder; the smaller files are one rectangle together
const LEAST = 2200; // square pixels of a rectangle that bears its name
const LEVELS = 2; // of folders that are drawn at once

/** The tree of folders: each with its lines, its files' number and its hottest file. */
function plant(files) {
  const top = folder("", "");
  for (const file of files) {
    const names = file.path.split("/");
    let at = top;
    const way = [top];
    for (const name of names.slice(0, -1)) {
      if (!at.folders.has(name)) at.folders.set(name, folder(name, at.path ? `${at.path}/${name}` : name));
      at = at.folders.get(name);
      way.push(at);
    }
    at.files.push({ ...file, name: names.at(-1) });
    for (const one of way) {
      one.lines += file.lines;
      one.count += 1;
      if (!one.hottest || file.score > one.hottest.score) one.hottest = file;
    }
  }
  return top;
}

const folder = (name, path) => ({ name, path, folders: new Map(), files: [], lines: 0, count: 0, hottest: null });

/** The folder in which files begin to part: what holds one folder and no file says nothing. */
function opened(at) {
  let here = at;
  while (!here.files.length && here.folders.size === 1) [here] = here.folders.values();
  return here;
}

/** The folders from the top to *path*. */
function wayTo(top, path) {
  const way = [top];
  for (const name of path ? path.split("/") : []) way.push(way.at(-1).folders.get(name));
  return way;
}

/** Whether black or white is read more easily on a colour (relative luminance of WCAG 2.2). */
function inkOn(fill) {
  const [red, green, blue] = fill.match(/[\d.]+/g).slice(0, 3).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}

/** The rectangles of a folder (named by its path: the chart library copies what it is given), down to some levels below it; *room* is the area of a line in pixels. */
function rectangles(at, levels, paint, room) {
  const inner = [...at.folders.values()].map((one) => {
    const here = opened(one);
    const name = here.path.slice(at.path ? at.path.length + 1 : 0);
    const hottest = here.hottest.path.slice(here.path.length + 1);
    const facts = { folder: here.path, count: here.count, hottest };
    const heat = here.hottest.score;
    const shown = { name: `${name}/`, value: here.lines, heat, ...facts, ...paint(heat) };
    return levels > 1 ? { ...shown, ...named(shown, room), children: rectangles(here, levels - 1, paint, room) } : shown;
  });
  const files = at.files.map((file) => ({ name: file.name, value: file.lines, heat: file.score, file, ...paint(file.score) }));
  const all = [...inner, ...files]
    .filter((one) => one.value > 0)
    .sort((one, other) => other.value - one.value)
    .map((one) => ({ ...one, label: { ...one.label, show: one.value * room > LEAST } }));
  const rest = all.slice(MOST);
  if (rest.length < 2) return all;
  const lines = rest.reduce((sum, one) => sum + one.value, 0);
  const hottest = Math.max(...rest.map((one) => one.heat));
  return [...all.slice(0, MOST), { name: `${number.format(rest.length)} smaller`, value: lines, ...paint(hottest) }];
}

/** A folder too small for its name has no heading. */
const named = (folder, room) => ({ upperLabel: { show: folder.value * room > 8 * LEAST } });

function describe({ data: item }) {
  if (item.folder) {
    return tip(`${item.folder}/`, [
      ["Files", number.format(item.count)],
      ["Lines", number.format(item.value)],
      ["Hottest file", item.hottest],
    ]);
  }
  if (!item.file) return tip(item.name ?? "", [["Lines", number.format(item.value)]]);
  const { file } = item;
  return tip(file.path, [
    ["Lines", number.format(file.lines)],
    ["Commits (year)", number.format(file.commits)],
    ["Hotspot score", round(file.score)],
    ["Known best by", file.owner_name ?? "nobody"],
    ["Risk of a fix in 90 days", file.probability === null ? "not judged" : wholePercent.format(file.probability)],
  ]);
}

function mapOptions(at, paint, label, size) {
  return {
    ...frame(label, describe, "item"),
    series: [
      {
        type: "treemap",
        data: rectangles(at, LEVELS, paint, size / Math.max(1, at.lines)),
        left: 0, right: 0, top: 0, bottom: 0,
        roam: false,
        nodeClick: false,
        breadcrumb: { show: false },
        visibleMin: 12,
        childrenVisibleMin: LEAST,
        label: { fontSize: 12, overflow: "truncate", padding: 4, position: "insideTopLeft" },
        upperLabel: { show: true, height: 22, fontSize: 12, color: colour("text"), fontWeight: 600, overflow: "truncate" },
        itemStyle: { borderColor: colour("paper"), borderWidth: 1, gapWidth: 1 },
        levels: [
          { itemStyle: { borderWidth: 0, gapWidth: 3 }, upperLabel: { show: false } },
          { itemStyle: { borderColor: colour("rule"), borderWidth: 2, gapWidth: 1 } },
        ],
      },
    ],
  };
}

function startMap() {
  const figure = document.getElementById("map");
  if (!figure) return;
  const [trail, shown, folders] = [".trail", ".shown", ".folders"].map((name) => figure.querySelector(name));
  const top = plant(rowsOf(data.files));
  const most = Math.max(1, ...data.files.score);
  let here = opened(top);
  let chart = null;
  let said = "";

  const button = (text, target) =>
    element("button", text, { type: "button", onclick: () => open(target, true) });

  function show() {
    const stops = heat();
    const paint = (score) => {
      // Scores spread over powers of ten: the root keeps the middle from looking cold.
      const fill = mix(stops, Math.sqrt(score / most));
      return { itemStyle: { color: fill }, label: { color: inkOn(fill) } };
    };
    chart.setOption(mapOptions(here, paint, said, chart.getWidth() * chart.getHeight()), true);
  }

  function list() {
    const way = wayTo(top, here.path);
    const crumbs = way.map((one, place) => {
      const crumb = button(place ? one.name : "All files", one);
      if (one === here) {
        crumb.setAttribute("aria-current", "true");
      }
      return place ? [element("span", "/", { ariaHidden: "true" }), crumb] : [crumb];
    });
    trail.replaceChildren(...crumbs.flat());
    const inner = [...here.folders.values()].map(opened).sort((one, other) => other.hottest.score - one.hottest.score);
    const name = (one) => `${one.path.slice(here.path ? here.path.length + 1 : 0)}/`;
    folders.replaceChildren(...inner.map((one) => element("li", button(name(one), one))));
  }

  function open(target, isMoved) {
    here = target;
    list();
    if (chart) show();
    if (!isMoved) return;
    const hottest = here.hottest.score > 0 ? `; the hottest is ${here.hottest.path}` : "; none is a hotspot";
    shown.textContent =
      `${here.path || "All files"}: ${number.format(here.count)} files, ${number.format(here.lines)} lines${hottest}.`;
    trail.querySelector("[aria-current]").focus({ preventScroll: true });
  }

  drawers.hotspots = (drawnChart, label) => {
    if (!chart) drawnChart.on("click", ({ data: item }) => item?.folder && open(wayTo(top, item.folder).at(-1), true));
    chart = drawnChart;
    said = label;
    show();
  };
  open(here, false);
}

// The hottest files on a ring, area by area, with what joins them. The order around the ring, and
// which connections are drawn, are the page's data.

const AREAS = 6; // that have a colour of their own; the others share one
const LABELLED = 15; // of the largest files, where there is no room for all names
const ROOM = 11; // pixels along the ring that a name needs

/** The areas in the order of the ring, each with its colour; the later ones are one. */
function areaColours(files) {
  const names = [...new Set(files.map((file) => file.area))];
  const own = names.length > AREAS + 1 ? names.slice(0, AREAS) : names.slice(0, AREAS + 1);
  const shown = own.map((area, place) => ({
    area,
    name: area === "." ? "top folder" : area,
    itemStyle: { color: colour(`area-${place + 1}`) },
  }));
  const rest = { area: null, name: `${names.length - own.length} other areas`, itemStyle: { color: colour("quiet") } };
  return names.length > own.length ? [...shown, rest] : shown;
}

/** The last part of each path, with the folder where several are called so. */
function shortNames(paths) {
  const parts = paths.map((path) => path.split("/"));
  const times = new Map();
  parts.forEach((names) => times.set(names.at(-1), (times.get(names.at(-1)) ?? 0) + 1));
  return new Map(paths.map((path, at) => [path, parts[at].slice(times.get(parts[at].at(-1)) > 1 ? -2 : -1).join("/")]));
}

const strength = (link) => (link.is_surprising ? link.support * link.confidence : 0);

/** How a connection is drawn: a line, dashed without an import; a surprise the thicker, the stronger. */
function stroke(link, strongest, thickest) {
  const type = link.is_import ? "solid" : "dashed";
  if (!link.is_surprising) return { color: colour("quiet"), width: 1, opacity: 0.4, type };
  return { color: colour("surprise"), width: 1 + (thickest - 1) * Math.sqrt(strength(link) / strongest), opacity: 0.85, type };
}

function describeConnection({ dataType, data: item }) {
  if (dataType === "node") {
    const { file } = item;
    return tip(file.path, [
      ["Hotspot score", round(file.score)],
      ["Commits (year)", number.format(file.commits)],
      ["Imports", number.format(item.imports)],
      ["Imported by", number.format(item.importers)],
      ["Changes with, without an import", number.format(item.companions)],
    ]);
  }
  const { link } = item;
  return tip(`${link.path} ${link.connection} ${link.other}`, [
    ["Commits together", link.support === null ? "no more than by chance" : number.format(link.support)],
    ["Of the commits to one of them", link.confidence === null ? "–" : wholePercent.format(link.confidence)],
  ]);
}

options.connections = (links, label, width) => {
  const files = rowsOf(data.hottest_files);
  const names = shortNames(files.map((file) => file.path));
  const areas = areaColours(files);
  const margin = Math.min(118, Math.max(84, width * 0.2));
  const across = Math.min(width, 700) - 2 * margin;
  const largest = Math.min(38, width / 18);
  const most = Math.max(...files.map((file) => file.score));
  const strongest = Math.max(...links.map(strength));
  const byHeat = files.map((file) => file.score).sort((one, other) => other - one);
  const hasRoom = (Math.PI * across) / files.length > ROOM;
  const named = hasRoom ? 0 : byHeat[Math.min(LABELLED, files.length) - 1];
  const count = (file, holds) => links.filter((link) => holds(link, file)).length;
  const nodes = files.map((file) => ({
    name: file.path,
    file,
    imports: count(file, (link) => link.is_import && link.path === file.path),
    importers: count(file, (link) => link.is_import && link.other === file.path),
    companions: count(file, (link) => !link.is_import && [link.path, link.other].includes(file.path)),
    category: Math.max(0, areas.findIndex((one) => one.area === file.area || one.area === null)),
    symbolSize: 5 + (largest - 5) * Math.sqrt(file.score / most),
    label: { show: file.score >= named },
  }));
  return {
    ...frame(label, describeConnection, "item"),
    legend: { ...legend(areas.map((area) => area.name)), icon: "circle", itemWidth: 10 },
    series: [
      {
        type: "graph",
        layout: "circular",
        circular: { rotateLabel: true },
        left: margin, right: margin, top: margin + 8, bottom: margin,
        categories: areas,
        data: nodes,
        links: links.map((link) => ({
          source: link.path,
          target: link.other,
          link,
          symbol: ["none", link.is_import ? "arrow" : "none"],
          symbolSize: 5,
          lineStyle: { ...stroke(link, strongest, largest / 10), curveness: 0.25 },
        })),
        label: {
          color: colour("text"),
          fontSize: 11,
          width: margin - 22,
          overflow: "truncate",
          formatter: ({ name }) => names.get(name),
        },
        emphasis: { focus: "adjacency", label: { show: true }, lineStyle: { opacity: 1 } },
        blur: { itemStyle: { opacity: 0.15 }, lineStyle: { opacity: 0.05 }, label: { opacity: 0.15 } },
      },
    ],
  };
};

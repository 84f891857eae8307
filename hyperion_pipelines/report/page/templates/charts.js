// Charts in general: their data, colours and tooltips, and when they are drawn.
// What each one shows stands in series.js and map.js. Text from a repository enters the page as
// text nodes only, never as markup.

const data = JSON.parse(document.getElementById("data").textContent);
const root = document.documentElement;
const number = new Intl.NumberFormat();
const wholePercent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const monthName = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short", timeZone: "UTC" });
const dayName = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const share = (value) => (value === null ? "not known" : wholePercent.format(value));
const round = (value) => number.format(Math.round(value * 10) / 10);

/** The value of a colour of the style sheet, in the theme of now. */
function colour(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** The columns of an insight as rows. */
function rowsOf(columns) {
  const names = Object.keys(columns);
  const length = names.length ? columns[names[0]].length : 0;
  return Array.from({ length }, (_, at) => Object.fromEntries(names.map((name) => [name, columns[name][at]])));
}

/** An element with a text, or with other elements inside. */
function element(name, content, properties = {}) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...[content].flat());
  return made;
}

/** A tooltip of a title and pairs of a label and a value. */
function tip(title, facts) {
  const lines = facts.map(([label, value]) => element("div", [element("span", label), element("span", value)]));
  return element("div", [element("b", title), ...lines], { className: "tip" });
}

/** What all charts share: the page's own type and colours, no motion, a tooltip without markup. */
function frame(label, formatter, trigger = "axis") {
  return {
    animation: false,
    aria: { enabled: true, label: { description: label } },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour("text") },
    tooltip: {
      trigger,
      formatter,
      confine: true,
      backgroundColor: colour("paper"),
      borderColor: colour("rule"),
      textStyle: { color: colour("text") },
      axisPointer: { lineStyle: { color: colour("quiet") } },
    },
  };
}

const grid = (more) => ({ left: 8, right: 14, top: 36, bottom: 8, outerBoundsMode: "same", ...more });
const legend = (names) => ({
  top: 0,
  left: 0,
  data: names,
  textStyle: { color: colour("text"), fontSize: 13 },
  icon: "roundRect",
  itemWidth: 16,
  itemHeight: 9,
  selectedMode: false,
  inactiveColor: colour("quiet"),
});
const axisText = () => ({ color: colour("quiet"), fontSize: 12 });
const timeAxis = (more) => ({
  type: "time",
  axisLine: { lineStyle: { color: colour("rule") } },
  axisTick: { show: false },
  axisLabel: { ...axisText(), hideOverlap: true },
  splitLine: { show: false },
  ...more,
});
const valueAxis = (more) => ({
  type: "value",
  min: 0,
  axisLabel: { ...axisText(), formatter: (value) => number.format(value) },
  splitLine: { lineStyle: { color: colour("rule") } },
  splitNumber: 4,
  nameTextStyle: { ...axisText(), align: "left" },
  nameGap: 12,
  ...more,
});
const percentLabel = () => ({ ...axisText(), formatter: (value) => wholePercent.format(value) });

// A name before the colon chooses how a chart is drawn; all of it, the data. The map adds itself.
const options = {};
const drawers = {};
const drawn = new Map();

function draw(container) {
  const name = container.dataset.chart;
  const kind = name.split(":")[0];
  if (!drawn.has(container)) {
    const chart = echarts.init(container, null, { renderer: "svg" });
    drawn.set(container, chart);
    new ResizeObserver(() => chart.resize()).observe(container);
  }
  const chart = drawn.get(container);
  const label = container.getAttribute("aria-label");
  if (drawers[kind]) drawers[kind](chart, label);
  else chart.setOption(options[kind](rowsOf(data[name]), label, container.clientWidth), true);
}

const redraw = () => drawn.forEach((_, container) => draw(container));
const drawAll = () => document.querySelectorAll(".chart").forEach(draw);

/** Draw each chart when it is about to come into view. */
function drawInView() {
  const observer = new IntersectionObserver(
    (entries) =>
      entries
        .filter((entry) => entry.isIntersecting)
        .forEach((entry) => {
          observer.unobserve(entry.target);
          if (!drawn.has(entry.target)) draw(entry.target);
        }),
    { rootMargin: "300px" },
  );
  document.querySelectorAll(".chart").forEach((container) => observer.observe(container));
}

// What each chart shows: a function from the rows of an insight to the options of its chart.

const line = (name, points, hue, more) => ({
  name,
  type: "line",
  data: points,
  symbol: "none",
  lineStyle: { width: 2, color: hue },
  itemStyle: { color: hue },
  emphasis: { disabled: true },
  ...more,
});

/** One of two charts above each other, whose times are in line. */
const paired = (more) => grid({ left: 64, outerBoundsMode: "none", ...more });

/** The row of an axis' tooltip, by its place. */
const at = (rows, items) => rows[items[0].dataIndex];

/** The newest five years of a series: older ones are in its table. */
const newest = (rows, column) => {
  const last = new Date(rows.at(-1)[column]);
  const first = new Date(Date.UTC(last.getUTCFullYear() - 5, last.getUTCMonth(), last.getUTCDate()));
  return rows.filter((row) => new Date(row[column]) >= first);
};

/** The top of the scale of risk, in fifths: the same for all repositories on a page. */
const mostRisk = () =>
  Object.keys(data)
    .filter((name) => name.startsWith("risk_by_month"))
    .flatMap((name) => newest(rowsOf(data[name]), "month"))
    .reduce((most, row) => Math.max(most, Math.ceil(Math.max(row.ninetieth_percentile, row.known_share ?? 0) * 5) / 5), 0.2);

options.risk_by_month = (all, label) => {
  const rows = newest(all, "month");
  const [mean, known] = [colour("data-1"), colour("data-2")];
  const points = (column) => rows.map((row) => [row.month, row[column]]);
  const complete = rows.filter((row) => row.is_complete).length;
  const part = (from, to) => rows.map((row, place) => [row.month, place >= from && place < to ? row.known_share : null]);
  const names = ["Mean risk", "Up to the riskiest tenth", "Known to have caused a bug"];
  return {
    ...frame(label, (items) => {
      const row = at(rows, items);
      return tip(monthName.format(new Date(row.month)), [
        ["Commits", number.format(row.commits)],
        ["Mean risk", share(row.mean_probability)],
        ["Riskiest tenth from", share(row.ninetieth_percentile)],
        ["Known to have caused a bug", share(row.known_share) + (row.is_complete ? "" : " so far")],
      ]);
    }),
    legend: legend(names),
    grid: grid({ top: 56 }),
    xAxis: timeAxis(),
    yAxis: valueAxis({ max: mostRisk(), axisLabel: percentLabel() }),
    series: [
      line(names[0], points("mean_probability"), mean, { stack: "band", z: 3 }),
      {
        ...line(names[1], rows.map((row) => [row.month, row.mean_probability === null ? null : Math.max(0, row.ninetieth_percentile - row.mean_probability)]), mean),
        stack: "band",
        lineStyle: { width: 0 },
        itemStyle: { color: mean, opacity: 0.25 },
        areaStyle: { color: mean, opacity: 0.18 },
      },
      line(names[2], part(0, complete), known, { lineStyle: { width: 1.5, color: known } }),
      line("Known so far", part(complete - 1, rows.length), known, { lineStyle: { width: 1.5, color: known, type: "dashed" } }),
    ],
  };
};

options.complexity_trend = (rows, label) => {
  const points = (column) => rows.map((row) => [row.month, row[column]]);
  const [size, hard] = [colour("data-1"), colour("data-2")];
  return {
    ...frame(label, (items) => {
      const row = at(rows, items);
      return tip(monthName.format(new Date(row.month)), [
        ["Lines of code", number.format(row.code_lines)],
        ["Files", number.format(row.files)],
        ["Cognitive complexity per 100 lines", round(row.cognitive_per_100_lines)],
      ]);
    }),
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    grid: [paired({ top: 30, bottom: "55%" }), paired({ top: "57%", bottom: 28 })],
    xAxis: [timeAxis({ axisLabel: { show: false } }), timeAxis({ gridIndex: 1 })],
    yAxis: [
      valueAxis({ name: "Lines of code" }),
      valueAxis({ name: "Cognitive complexity per 100 lines", gridIndex: 1 }),
    ],
    series: [
      line("Lines of code", points("code_lines"), size, { areaStyle: { color: size, opacity: 0.18 } }),
      line("Cognitive complexity per 100 lines", points("cognitive_per_100_lines"), hard, { xAxisIndex: 1, yAxisIndex: 1 }),
    ],
  };
};

options.lines_by_year = (rows, label) => {
  const years = [...new Set(rows.map((row) => row.origin_year))].sort((one, other) => one - other);
  const times = [...new Set(rows.map((row) => row.at))].sort();
  const lines = new Map(rows.map((row) => [`${row.at} ${row.origin_year}`, row.lines]));
  const alive = (time, year) => lines.get(`${time} ${year}`) ?? 0;
  const ages = [0, 1, 2, 3, 4].map((step) => colour(`age-${step}`));
  return {
    ...frame(label, (items) => {
      const time = times[items[0].dataIndex];
      const layers = years.map((year) => [String(year), alive(time, year)]).filter(([, count]) => count > 0);
      return tip(dayName.format(new Date(time)), layers.reverse().map(([year, count]) => [year, number.format(count)]));
    }),
    grid: grid({ top: 30 }),
    xAxis: timeAxis(),
    yAxis: valueAxis({ name: "Lines alive" }),
    visualMap: {
      show: years.length > 1,
      type: "continuous",
      min: years[0],
      max: years.at(-1),
      dimension: 2,
      seriesIndex: [],
      text: [`written in ${years.at(-1)}`, String(years[0])],
      textStyle: axisText(),
      orient: "horizontal",
      right: 14,
      top: 0,
      itemHeight: 90,
      itemWidth: 10,
      calculable: false,
      hoverLink: false,
      inRange: { color: ages },
    },
    series: years.map((year, place) => {
      const hue = mix(ages, years.length > 1 ? place / (years.length - 1) : 1);
      return {
        ...line(String(year), times.map((time) => [time, alive(time, year)]), hue),
        stack: "lines",
        lineStyle: { width: 0.5, color: colour("paper") },
        areaStyle: { color: hue, opacity: 1 },
      };
    }),
  };
};

options.line_survival = (rows, label) => {
  const hue = colour("data-1");
  const years = (row) => row.age_days / 365.25;
  return {
    ...frame(label, (items) => {
      const row = at(rows, items);
      return tip(`After ${round(years(row))} years`, [
        ["Lines still alive", wholePercent.format(row.survival)],
        ["Lines that reached it", number.format(row.at_risk)],
      ]);
    }),
    grid: grid({ top: 14 }),
    xAxis: valueAxis({
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: false },
      max: "dataMax",
      axisLabel: { ...axisText(), formatter: (age) => `${round(age)} years`, showMaxLabel: false },
    }),
    yAxis: valueAxis({ max: 1, interval: 0.25, axisLine: { show: false }, axisTick: { show: false }, axisLabel: percentLabel() }),
    series: [
      line("Lines still alive", rows.map((row) => [years(row), row.survival]), hue, {
        step: "end",
        areaStyle: { color: hue, opacity: 0.14 },
        markLine: {
          silent: true,
          symbol: "none",
          label: { formatter: "half", color: colour("quiet"), position: "insideEndTop" },
          lineStyle: { color: colour("quiet"), type: "dashed" },
          data: [{ yAxis: 0.5 }],
        },
      }),
    ],
  };
};

options.delivery_weeks = (all, label) => {
  const rows = newest(all, "week");
  const [bars, pace] = [colour("data-1"), colour("data-2")];
  const names = ["Reviewed", "Not known", "Not reviewed", "Pace"];
  const layer = (name, count, hue, opacity) =>
    line(name, rows.map((row) => [row.week, count(row)]), hue, {
      stack: "commits",
      step: "middle",
      lineStyle: { width: 0 },
      itemStyle: { color: hue, opacity },
      areaStyle: { color: hue, opacity },
    });
  return {
    ...frame(label, (items) => {
      const row = at(rows, items);
      return tip(`Week of ${dayName.format(new Date(row.week))}`, [
        ["Commits", number.format(row.commits)],
        ["Reviewed", number.format(row.reviewed)],
        ["Not known", number.format(row.review_unknown)],
        ["Authors", number.format(row.authors)],
        ["Pace", `${round(row.velocity)} a week`],
      ]);
    }),
    legend: legend(names),
    grid: grid({ top: 44 }),
    xAxis: timeAxis(),
    yAxis: valueAxis(),
    series: [
      layer(names[0], (row) => row.reviewed, bars, 0.85),
      layer(names[1], (row) => row.review_unknown, colour("quiet"), 0.3),
      layer(names[2], (row) => row.commits - row.reviewed - row.review_unknown, bars, 0.35),
      line(names[3], rows.map((row) => [row.week, row.velocity]), pace, { step: "middle", lineStyle: { width: 2.5, color: pace } }),
    ],
  };
};

options.work_hours = (rows, label) => {
  // The first of January 2024 was a Monday.
  const name = new Intl.DateTimeFormat(undefined, { weekday: "short", timeZone: "UTC" });
  const days = [0, 1, 2, 3, 4, 5, 6].map((day) => name.format(new Date(Date.UTC(2024, 0, 1 + day))));
  const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
  const category = (values, more) => ({ type: "category", data: values, axisLine: { show: false }, axisTick: { show: false }, axisLabel: axisText(), ...more });
  return {
    ...frame(
      label,
      ({ data: [hour, day, commits] }) => tip(`${days[day]}, ${hours[hour]}:00`, [["Commits", number.format(commits)]]),
      "item",
    ),
    grid: grid({ top: 8, bottom: 44 }),
    xAxis: category(hours),
    yAxis: category(days, { inverse: true }),
    visualMap: {
      min: 0,
      max: Math.max(1, ...rows.map((row) => row.commits)),
      orient: "horizontal",
      left: 0,
      bottom: 0,
      itemHeight: 120,
      itemWidth: 10,
      text: ["commits", "0"],
      textStyle: axisText(),
      hoverLink: false,
      inRange: { color: heat() },
    },
    series: [
      {
        type: "heatmap",
        data: rows.map((row) => [row.hour, row.weekday - 1, row.commits]),
        itemStyle: { borderColor: colour("paper"), borderWidth: 2, borderRadius: 3 },
        emphasis: { disabled: true },
      },
    ],
  };
};

const heat = () => [0, 1, 2, 3, 4].map((step) => colour(`heat-${step}`));

/** The colour at a place (0 to 1) between *stops*. */
function mix(stops, place) {
  const scaled = Math.min(Math.max(place, 0), 1) * (stops.length - 1);
  const from = Math.min(Math.floor(scaled), stops.length - 2);
  const [one, other] = [stops[from], stops[from + 1]].map((stop) => stop.match(/[\d.]+/g).map(Number));
  const parts = [0, 1, 2].map((part) => Math.round(one[part] + (other[part] - one[part]) * (scaled - from)));
  return `rgb(${parts.join(",")})`;
}

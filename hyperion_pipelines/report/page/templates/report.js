// The page around the charts: theme, the reader's own numbers and dates, contents, printing.

const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const phone = matchMedia("(max-width: 60rem)");

function startTheme() {
  const toggle = document.getElementById("theme");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : darkSystem.matches);
  const name = () => {
    toggle.textContent = isDark() ? "Light colours" : "Dark colours";
  };
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    name();
    redraw();
  });
  darkSystem.addEventListener("change", () => {
    name();
    redraw();
  });
  name();
}

/** Rewrite numbers and dates as the reader's locale has them. */
function localise() {
  const percentage = (value) => {
    const digits = value > 0 && value < 0.1 ? 1 : 0;
    return new Intl.NumberFormat(undefined, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
  };
  const measure = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
  const plain = (value) => new Intl.NumberFormat(undefined, { maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0 });
  for (const one of document.querySelectorAll("data")) {
    const value = Number(one.value);
    const format = { percent: percentage(value), measure }[one.dataset.style] ?? plain(value);
    one.textContent = format.format(value);
  }
  for (const one of document.querySelectorAll("time")) {
    const format = one.dataset.style === "month" ? monthName : dayName;
    one.textContent = format.format(new Date(one.dateTime));
  }
}

function startContents() {
  const details = document.querySelector(".contents details");
  const links = new Map([...details.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const fold = () => {
    details.open = !phone.matches;
  };
  phone.addEventListener("change", fold);
  fold();
  details.addEventListener("click", (event) => {
    if (event.target.closest("a") && phone.matches) details.open = false;
  });
  const observer = new IntersectionObserver(
    (entries) =>
      entries
        .filter((entry) => entry.isIntersecting)
        .forEach((entry) => {
          links.forEach((link) => link.removeAttribute("aria-current"));
          links.get(entry.target.id).setAttribute("aria-current", "true");
        }),
    { rootMargin: "-20% 0px -75% 0px" },
  );
  links.forEach((_, id) => observer.observe(document.getElementById(id)));
}

const PAPER = 640; // pixels: what A4 and Letter have between usual margins

/** On paper lists are open, pictures drawn, and all is dark on white. */
function startPrinting() {
  let theme;
  let closed = [];
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    closed = [...document.querySelectorAll("details:not([open], .figures)")];
    closed.forEach((details) => {
      details.open = true;
    });
    drawAll();
    drawn.forEach((chart) => chart.resize({ width: PAPER }));
    redraw();
  });
  addEventListener("afterprint", () => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    closed.forEach((details) => {
      details.open = false;
    });
    drawn.forEach((chart) => chart.resize({ width: "auto" }));
    redraw();
  });
}

root.classList.add("drawn");
localise();
startTheme();
startMap();
startContents();
startPrinting();
drawInView();

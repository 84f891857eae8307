"""A reader opens the report in a browser without a network: every picture, button and link works.

Each page is watched while it is used: a message on the console, an error or a request for anything
but the file itself fails the test.
"""

import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

from hyperion_pipelines.graph.neighbourhood import hottest_files_graph
from hyperion_pipelines.insights.profile.model import Profile
from hyperion_pipelines.report.comparison import compare
from hyperion_pipelines.report.page.data import FILES, PageData
from hyperion_pipelines.report.page.render import render_comparison_page, render_page
from tests.unit.report.connected_files import imports, pair, pairs, scored
from tests.unit.report.profiles import redis_page_data, redis_profile, small_profile

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 375, "height": 780}
HOSTILE = "<img src=x onerror=document.title='hacked'>\"'</script><script>hacked</script>"
CHARTS = 8


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        reason = "no chromium on the path: install it to read the report as a reader does"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a repository with folders inside folders, whose loop and parser are coupled."""
    rows = [
        ("src/core/engine/loop.c", "src", 900, 800.0, 40, "Ann", 0.6),
        ("src/core/engine/timer.c", "src", 500, 90.0, 9, "Ann", None),
        ("src/core/parser.c", "src", 400, 20.0, 4, None, 0.1),
        ("src/main.c", "src", 300, 10.0, 3, "Bob", 0.1),
        ("tools/deep/only/way/run.py", "tools", 700, 0.0, 0, "Bob", 0.0),
    ]
    files = pl.DataFrame(rows, schema=FILES, orient="row")
    graph = hottest_files_graph(
        scored({path: score for path, _, _, score, *_ in rows if score}),
        imports(("src/main.c", "src/core/engine/loop.c"), ("src/core/engine/loop.c", "src/main.c")),
        pairs(pair("src/core/parser.c", "src/core/engine/loop.c", support=9, confidence=0.9)),
    )
    data = PageData(files, graph)
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(render_page(redis_profile(), data), encoding="utf-8")
    return file


@contextmanager
def reading(
    browser: Browser,
    file: Path,
    *,
    viewport: ViewportSize = WIDE,
    color_scheme: Literal["light", "dark"] = "light",
    locale: str = "en-GB",
    java_script_enabled: bool = True,
) -> Generator[Page]:
    """*file* in a window of its own; it must have been silent when it is closed."""
    said: list[str] = []
    address = file.as_uri()

    def console(message: ConsoleMessage) -> None:
        said.append(f"console: {message.text}")

    def failure(error: Error) -> None:
        said.append(f"error: {error}")

    def request(asked: Request) -> None:
        if asked.url.partition("#")[0] not in {address, "data:,"}:
            said.append(f"request: {asked.url}")

    context = browser.new_context(
        viewport=viewport,
        color_scheme=color_scheme,
        locale=locale,
        java_script_enabled=java_script_enabled,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.on("console", console)
    page.on("pageerror", failure)
    page.on("request", request)
    page.goto(address)
    yield page
    context.close()
    assert said == []


def look_at_all(page: Page) -> None:
    """Scroll every picture into view, and wait until it is drawn."""
    for chart in page.locator(".chart").all():
        chart.scroll_into_view_if_needed()
        chart.locator("svg").wait_for()


def shows_folder(page: Page, name: str, *, milliseconds: float = 5_000) -> bool:
    """Whether the map shows a folder within some time: it is drawn in the frames to come."""
    try:
        expect(page.locator(".trail [aria-current]")).to_have_text(name, timeout=milliseconds)
    except AssertionError:
        return False
    return True


def open_folder(page: Page, name: str) -> None:
    """Click on a folder of the map; once more where the click fell while it was being drawn."""
    label = page.locator('[data-chart="hotspots"]').locator("text", has_text=f"{name}/")
    for _ in range(5):
        label.click(force=True)
        if shows_folder(page, name, milliseconds=2_000):
            return
    raise AssertionError(f"the map does not open {name}")


def test_each_picture_is_drawn_when_it_comes_into_view(browser: Browser, report: Path) -> None:
    with reading(browser, report) as page:
        assert page.locator(".chart svg").count() == 0
        look_at_all(page)
        assert page.locator(".chart svg").count() == CHARTS


def test_the_theme_is_the_system_s_until_the_button_says_otherwise(
    browser: Browser, report: Path
) -> None:
    with reading(browser, report, color_scheme="dark") as page:
        paper = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(paper) == "rgb(20, 23, 28)"
        look_at_all(page)
        dark = page.locator('[data-chart="work_hours"] svg').inner_html()
        page.get_by_role("button", name="Light colours").click()
        assert page.evaluate(paper) == "rgb(255, 255, 255)"
        assert page.locator('[data-chart="work_hours"] svg').inner_html() != dark
        page.get_by_role("button", name="Dark colours").click()
        assert page.evaluate(paper) == "rgb(20, 23, 28)"


def test_the_map_opens_folders_by_mouse_and_the_trail_leads_back(
    browser: Browser, report: Path
) -> None:
    with reading(browser, report) as page:
        look_at_all(page)
        assert shows_folder(page, "All files")
        open_folder(page, "src")
        open_folder(page, "engine")
        assert "2 files, 1,400 lines; the hottest is src/core/engine/loop.c" in (
            page.locator(".shown").inner_text()
        )
        page.locator(".trail").get_by_role("button", name="core").click()
        assert shows_folder(page, "core")
        page.locator(".trail").get_by_role("button", name="All files").click()
        assert shows_folder(page, "All files")


def test_the_map_opens_folders_by_keyboard_and_keeps_the_focus(
    browser: Browser, report: Path
) -> None:
    """A folder that holds nothing but one folder is passed through: its path is one name."""
    with reading(browser, report) as page:
        look_at_all(page)
        page.locator(".folders").get_by_role("button", name="tools/deep/only/way/").focus()
        page.keyboard.press("Enter")
        assert shows_folder(page, "way")
        assert page.evaluate("document.activeElement.textContent") == "way"
        for _ in range(4):
            page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.textContent") == "All files"
        page.keyboard.press("Enter")
        assert shows_folder(page, "All files")
        assert page.evaluate("document.activeElement.textContent") == "All files"


def test_the_figures_of_a_picture_open_as_a_table(browser: Browser, report: Path) -> None:
    with reading(browser, report) as page:
        article = page.locator("#insight-risk_by_month")
        assert not article.locator("table").is_visible()
        article.get_by_text("The figures as a table").click()
        assert article.locator("table").is_visible()
        assert article.locator("tbody tr").count() == len(
            redis_profile().insights["risk_by_month"].rows
        )


def test_a_file_on_the_ring_says_what_joins_it_and_only_its_neighbours_stay_strong(
    browser: Browser, report: Path
) -> None:
    """The parser changes with the loop, without an import; nothing joins it to the timer."""
    with reading(browser, report) as page:
        chart = page.locator('[data-chart="connections"]')
        chart.scroll_into_view_if_needed()
        chart.get_by_text("parser.c", exact=True).hover(force=True)
        tip = chart.locator(".tip")
        expect(tip).to_contain_text("src/core/parser.c")
        expect(tip).to_contain_text("Changes with, without an import1")
        weak = "fill-opacity"
        expect(chart.get_by_text("timer.c", exact=True)).to_have_attribute(weak, "0.15")
        expect(chart.get_by_text("main.c", exact=True)).to_have_attribute(weak, "0.15")
        for strong in ("parser.c", "loop.c"):
            assert chart.get_by_text(strong, exact=True).get_attribute(weak) is None


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_contents_lead_to_every_section(
    browser: Browser, report: Path, viewport: ViewportSize
) -> None:
    """On a phone they fold away when a place is chosen."""
    with reading(browser, report, viewport=viewport) as page:
        contents = page.get_by_role("navigation", name="Contents")
        for link in contents.locator("a").all():
            if viewport is PHONE:
                assert not link.is_visible()
                contents.locator("summary").click()
            link.click()
            heading = page.locator(f"{link.get_attribute('href')} > h2")
            box = heading.bounding_box()
            assert box is not None
            assert 0 <= box["y"] < viewport["height"]


def test_a_keyboard_reaches_the_report_first(browser: Browser, report: Path) -> None:
    with reading(browser, report) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_a_phone_never_scrolls_sideways(browser: Browser, report: Path) -> None:
    with reading(browser, report, viewport=PHONE) as page:
        look_at_all(page)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_numbers_and_dates_are_those_of_the_reader_s_locale(browser: Browser, report: Path) -> None:
    with reading(browser, report, locale="de-DE") as page:
        overview = page.locator(".overview").inner_text()
        assert "13.026 commits" in overview
        assert "22.03.2009" in overview


def test_without_scripts_all_text_and_tables_are_there(browser: Browser, report: Path) -> None:
    with reading(browser, report, java_script_enabled=False) as page:
        assert "13,026 commits" in page.locator(".overview").inner_text()
        assert page.locator("#insight-hotspots table").is_visible()
        page.locator("#insight-risk_by_month summary").click()
        assert page.locator("#insight-risk_by_month table").is_visible()
        assert not page.locator(".chart").first.is_visible()


def test_on_paper_lists_are_open_and_pictures_drawn_dark_on_white(
    browser: Browser, report: Path
) -> None:
    """The figures of a picture stay away: the picture is there."""
    with reading(browser, report, color_scheme="dark") as page:
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("details:not([open], .figures)").count() == 0
        assert not page.locator(".figures").first.is_visible()
        assert page.locator(".chart svg").count() == CHARTS
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
        assert not page.locator("#theme").is_visible()
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        page.emulate_media(media="screen")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 28)"


def test_what_a_repository_holds_is_never_run(browser: Browser, tmp_path: Path) -> None:
    """Names with markup are shown as they are: in the text, on the map and in its tooltips."""
    file = tmp_path / "report.html"
    files = redis_page_data().files.with_columns(
        path=pl.format("{}/{}", pl.lit(HOSTILE.replace("/", "|")), pl.col("path")),
        owner_name=pl.lit(HOSTILE),
    )
    file.write_text(render_page(hostile_profile(), PageData(files)), encoding="utf-8")
    with reading(browser, file) as page:
        look_at_all(page)
        chart = page.locator('[data-chart="hotspots"]')
        chart.hover(position={"x": 200, "y": 200})
        page.locator(".tip").first.wait_for()
        assert "<img src=x" in page.locator(".tip").first.inner_text()
        page.locator(".folders button").first.click()
        assert page.locator("img").count() == 0
        assert "hacked" not in page.title()
        assert page.locator("#insight-risky_commits h4").first.inner_text() == HOSTILE


def hostile_profile() -> Profile:
    profile = redis_profile()
    commits = profile.insights["risky_commits"]
    rows = [row | {"subject": HOSTILE, "author_name": HOSTILE} for row in commits.rows]
    changed = {"risky_commits": commits.model_copy(update={"rows": rows})}
    return profile.model_copy(update={"insights": profile.insights | changed})


def test_a_page_of_which_little_is_known_opens_in_silence(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    empty = PageData(pl.DataFrame(schema=FILES))
    file.write_text(render_page(small_profile(), empty), encoding="utf-8")
    with reading(browser, file) as page:
        assert page.locator("h1").inner_text() == "tiny"
        assert page.locator(".chart").count() == 0


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_assistive_technology_meets_no_serious_barrier(
    browser: Browser, report: Path, scheme: Literal["light", "dark"], viewport: ViewportSize
) -> None:
    with reading(browser, report, color_scheme=scheme, viewport=viewport) as page:
        look_at_all(page)
        if viewport is WIDE:
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert barriers(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_repositories_stand_side_by_side_with_a_picture_each(
    browser: Browser, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    other = redis_profile().model_copy(update={"repository": "valkey"})
    file = tmp_path / "comparison.html"
    file.write_text(render_comparison_page(compare([redis_profile(), other])), encoding="utf-8")
    with reading(browser, file, color_scheme=scheme, viewport=PHONE) as page:
        look_at_all(page)
        assert page.locator(".chart svg").count() == 2
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert barriers(page) == []


def barriers(page: Page) -> list[str]:
    """What axe finds of serious or critical impact: the rule and the first place."""
    page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run({resultTypes: ['violations']}).then((results) => results.violations)"
    )
    return [
        f"{violation['id']}: {violation['nodes'][0]['html']}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
    ]

"""What the page says without a browser: its text, its escaping, its policy, its weight."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES, insight_of
from hyperion_pipelines.insights.profile.model import InsightRows, Profile
from hyperion_pipelines.report.comparison import compare
from hyperion_pipelines.report.page import formats
from hyperion_pipelines.report.page.data import FILES, PageData
from hyperion_pipelines.report.page.layout import Exhibit
from hyperion_pipelines.report.page.owners import area_owners
from hyperion_pipelines.report.page.render import render_comparison_page, render_page
from hyperion_pipelines.report.page.sections import SECTIONS
from tests.unit.report.profiles import redis_page_data, redis_profile, small_profile

VENDOR = Path(formats.__file__).parent / "vendor"
EXHIBITS = [exhibit for section in SECTIONS for exhibit in section.exhibits]
HOSTILE = "<img src=x onerror=alert(1)>\"'</script><script>alert(2)</script>\u2028`]]>"
NO_FILES = PageData(pl.DataFrame(schema=FILES))


class Document(HTMLParser):
    """The elements of a page in order, and its words: the text of all but scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._is_hidden = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of the element."""
        self.elements.append((tag, dict(attrs)))
        self._is_hidden = tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        """What follows a script or a style is read again."""
        if tag in {"script", "style"}:
            self._is_hidden = False

    def handle_data(self, data: str) -> None:
        """Take note of words."""
        if not self._is_hidden:
            self.words.append(data)

    @property
    def names(self) -> list[str]:
        """The names of its elements."""
        return [name for name, _ in self.elements]

    @property
    def text(self) -> str:
        """All its words, with single blanks."""
        return " ".join("".join(self.words).split())


def contents(page: str, tag: str) -> list[str]:
    """What the elements of that name hold, as it is written."""
    return re.findall(f"<{tag}[^>]*>(.*?)</{tag}>", page, re.DOTALL)


def article_of(page: str, table: str) -> str:
    """The part of the page that shows an insight."""
    found = re.search(f'<article id="insight-{table}".*?</article>', page, re.DOTALL)
    assert found is not None
    return found.group()


@pytest.fixture(scope="module")
def page() -> str:
    return render_page(redis_profile(), redis_page_data())


def with_rows(profile: Profile, table: str, rows: list[dict[str, Any]]) -> Profile:
    insight = profile.insights[table]
    changed = InsightRows(question=insight.question, total=len(rows), rows=rows)
    return profile.model_copy(update={"insights": profile.insights | {table: changed}})


def test_every_insight_is_shown_once() -> None:
    assert sorted(exhibit.table for exhibit in EXHIBITS) == sorted(INSIGHT_TABLES)


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.table)
def test_the_columns_of_an_exhibit_are_those_of_its_insight(exhibit: Exhibit) -> None:
    assert {column.name for column in exhibit.columns} <= set(insight_of(exhibit.table).columns)


def test_all_that_the_profile_says_is_on_the_page(page: str) -> None:
    profile = redis_profile()
    said = [
        *(insight.question for insight in profile.insights.values()),
        *(action.why for action in profile.actions),
        *(doubt for model in profile.models for doubt in model.doubts),
    ]
    text = Document(page).text
    assert [sentence for sentence in said if sentence not in text] == []


def test_headings_never_skip_a_level(page: str) -> None:
    levels = [int(name[1]) for name in Document(page).names if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(next_ <= level + 1 for level, next_ in pairwise(levels))


def test_every_link_leads_to_a_place_on_the_page(page: str) -> None:
    elements = Document(page).elements
    places = {attributes["id"] for _, attributes in elements if "id" in attributes}
    targets = {str(attributes["href"]) for name, attributes in elements if name == "a"}
    assert {target.removeprefix("#") for target in targets} <= places


def test_every_picture_says_its_finding_in_words_and_has_a_table(page: str) -> None:
    """The label starts with the headline; the rows of each picture stand in a table beside it."""
    charts = [attributes for _, attributes in Document(page).elements if "data-chart" in attributes]
    assert [chart["role"] for chart in charts] == ["img"] * 7
    labels = {str(chart["data-chart"]): str(chart["aria-label"]) for chart in charts}
    assert labels["hotspots"].startswith("3 of 226 changed files hold half of all change")
    for name in labels:
        assert "<table" in article_of(page, name)


def test_what_a_repository_holds_is_text_and_never_markup() -> None:
    """Paths, subjects, names: each as the same characters, in no new element, in no attribute."""
    profile = redis_profile()
    commit = profile.insights["risky_commits"].rows[0]
    hotspot = profile.insights["hotspots"].rows[0]
    changed = with_rows(
        profile, "risky_commits", [commit | {"subject": HOSTILE, "reviewers": [HOSTILE]}]
    )
    changed = with_rows(changed, "hotspots", [hotspot | {"path": HOSTILE, "area": HOSTILE}])
    action = profile.actions[0].model_copy(update={"what": HOSTILE, "evidence": [HOSTILE]})
    changed = changed.model_copy(update={"actions": [action], "repository": HOSTILE})
    files = redis_page_data().files.with_columns(
        path=pl.lit(HOSTILE), area=pl.lit(HOSTILE), owner_name=pl.lit(HOSTILE)
    )
    page = render_page(changed, PageData(files))
    document = Document(page)
    assert "img" not in document.names
    assert document.names.count("script") == 3
    assert not any(name.startswith("on") for _, of in document.elements for name in of)
    assert document.words.count(HOSTILE) >= 5
    data = json.loads(contents(page, "script")[0])
    assert set(data["files"]["path"]) == set(data["files"]["owner_name"]) == {HOSTILE}


def test_the_policy_allows_the_page_s_own_scripts_and_no_network(page: str) -> None:
    document = Document(page)
    policy = next(
        str(attributes["content"])
        for _, attributes in document.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in (*contents(page, "script")[1:], *contents(page, "style"))
    ]
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == hashes[:2]
    assert rules["style-src"].split() == hashes[2:]
    assert rules["img-src"] == "data:"
    assert "connect-src" not in rules


def test_the_chart_library_is_the_one_that_its_readme_names() -> None:
    digest = hashlib.sha256((VENDOR / "echarts.min.js").read_bytes()).hexdigest()
    assert f"`{digest}`" in (VENDOR / "README.md").read_text(encoding="utf-8")


def test_a_repository_of_which_little_is_known_says_what_has_not_run() -> None:
    page = render_page(small_profile(), NO_FILES)
    text = Document(page).text
    assert "1 commits by 1 person" not in text
    assert "1 commit by 1 person" in text
    assert "What is urgent cannot be said" in text
    assert "has not run, so the risk of commits is not known." in text
    assert text.count("This was not analysed: the stage that it needs has not run.") == len(
        SECTIONS
    )
    assert "No model has judged this repository." in text


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.table)
def test_an_insight_without_rows_says_so_in_a_sentence(exhibit: Exhibit) -> None:
    page = render_page(with_rows(redis_profile(), exhibit.table, []), redis_page_data())
    article = article_of(page, exhibit.table)
    assert exhibit.empty in Document(article).text
    assert "<table" not in article
    assert "data-chart" not in article


def test_a_table_that_is_cut_says_how_many_rows_there_are(page: str) -> None:
    said = Document(article_of(page, "hotspots")).text
    assert "The first 8 of 24 rows of the table hotspots." in said


def test_the_page_of_a_large_repository_weighs_less_than_3_mb() -> None:
    """7,000 files, 15 years of weeks and months, 30 rows of all else."""
    profile = redis_profile()
    for table, insight in profile.insights.items():
        wanted = {"delivery_weeks": 800, "risk_by_month": 185, "complexity_trend": 185}
        rows = insight.rows * (wanted.get(table, 30) // len(insight.rows) + 1)
        profile = with_rows(profile, table, rows[: wanted.get(table, 30)])
    numbers = pl.int_range(7_000, eager=True)
    files = pl.select(
        path=pl.format(
            "modules/part_{}/source/package/component/File{}.java", numbers % 40, numbers
        ),
        area=pl.format("modules/part_{}", numbers % 40),
        lines=numbers,
        score=numbers * 1.5,
        commits=numbers % 90,
        owner_name=pl.format("Somebody Orother {}", numbers % 50),
        probability=numbers / 7_001,
    ).cast(FILES)
    assert len(render_page(profile, PageData(files)).encode()) < 3_000_000


def test_numbers_and_dates_keep_their_exact_values_beside_their_english_text() -> None:
    assert formats.count(13026) == '<data value="13026">13,026</data>'
    assert formats.decimal(2.44) == '<data value="2.44">2.4</data>'
    assert formats.decimal(3.0) == '<data value="3.0">3</data>'
    assert formats.percent(0.57) == '<data value="0.57" data-style="percent">57%</data>'
    assert formats.percent(0.034) == '<data value="0.034" data-style="percent">3.4%</data>'
    assert formats.day("2024-10-18T01:11:23Z") == ('<time datetime="2024-10-18">18 Oct 2024</time>')
    assert formats.month("2024-10-01") == (
        '<time datetime="2024-10-01" data-style="month">Oct 2024</time>'
    )


def test_no_percentile_is_rounded_up_to_all() -> None:
    assert formats.percentile(99.97) == '<data value="99">99</data>'


def test_a_sentence_keeps_percentages_and_dates_whole_and_quotes_as_code() -> None:
    assert formats.prose("`main<T>()` took 5 % by 2024-10-18.") == (
        '<code>main&lt;T&gt;()</code> took <span class="whole">5 %</span> by '
        '<span class="whole">2024-10-18</span>.'
    )


def test_long_lists_say_how_many_they_leave_out() -> None:
    shown = formats.listing([f"name{index}" for index in range(9)])
    assert shown.count("<li>") == 7
    assert shown.endswith("<li>and 3 more</li></ul>")


def test_the_owners_of_an_area_are_weighed_by_the_lines_of_their_files() -> None:
    """Of src's 100 lines Ann knows 60, Bob 20, Cid 10, Dee 5; nobody knows 5."""
    people: tuple[tuple[str | None, int], ...] = (
        ("Ann", 60),
        ("Bob", 20),
        ("Cid", 10),
        ("Dee", 5),
        (None, 5),
    )
    rows = [(f"src/{name}.c", "src", lines, 0.0, 0, name, None) for name, lines in people]
    (area,) = area_owners(pl.DataFrame(rows, schema=FILES, orient="row"))
    assert (area.area, area.files, area.lines) == ("src", 5, 100)
    assert area.owners == [("Ann", 0.6), ("Bob", 0.2), ("Cid", 0.1)]
    assert (area.others, area.unknown) == (0.05, 0.05)


def test_files_that_nobody_is_known_to_own_make_no_bars() -> None:
    assert area_owners(NO_FILES.files) == []


def test_a_comparison_marks_the_best_and_the_worst_in_words() -> None:
    better = redis_profile().model_copy(update={"repository": "valkey"})
    headlines = [
        headline.model_copy(update={"value": 5.0})
        if headline.insight == "truck_factor"
        else headline
        for headline in better.headlines
    ]
    better = better.model_copy(update={"headlines": headlines})
    page = render_comparison_page(compare([redis_profile(), better, small_profile()]))
    row = next(one for one in page.split("<tr>") if "people whose leaving would orphan half" in one)
    cells = [" ".join(re.sub("<[^>]*>", " ", cell).split()) for cell in row.split("<td")[1:]]
    assert "2 people worst" in cells[0]
    assert "5 people best" in cells[1]
    assert cells[2].endswith("not known")
    assert "Its commits were not judged." in page

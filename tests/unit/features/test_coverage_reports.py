"""Coverage reports of a history: every format, names of all origins, and what is left out."""

import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.features.groups.coverage_reports import (
    MAXIMUM_BYTES,
    SCHEMA,
    match_names,
    read_coverage,
)
from hyperion_pipelines.git.log_stream import read_log
from hyperion_pipelines.sample.history_writer import SYMLINK, Commit, Content, Entry
from tests.histories import COMMIT_ID, commit_of, write_history

SOURCES: Mapping[str, Content] = {
    "src/shop/cart.py": "1\n",
    "src/shop/tax.py": "2\n",
    "web/cart.js": "3\n",
    "java/src/main/java/org/shop/Cart.java": "4\n",
    "pkg/cart.go": "5\n",
    "tools/tax.py": "6\n",
}

COBERTURA = """<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>
<coverage line-rate="0.5"><sources><source>/ci/shop/src</source></sources><packages>
<package name="shop"><classes>
<class name="cart.py" filename="shop/cart.py"><methods><method name="total"><lines>
<line number="1" hits="3"/></lines></method></methods>
<lines><line number="1" hits="3"/><line number="2" hits="0"/><line number="3" hits="1"/></lines>
</class>
<class name="Inner" filename="shop/cart.py"><lines><line number="9" hits="0"/></lines></class>
<class name="tax.py" filename="shop/tax.py"><lines/></class>
</classes></package></packages></coverage>
"""
JACOCO = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="shop"><sessioninfo id="ci" start="1" dump="2"/><package name="org/shop">
<class name="org/shop/Cart" sourcefilename="Cart.java"><counter type="LINE" missed="9" covered="1"/>
</class><sourcefile name="Cart.java"><line nr="3" mi="0" ci="2" mb="0" cb="0"/>
<line nr="4" mi="5" ci="0" mb="0" cb="0"/><counter type="LINE" missed="1" covered="1"/></sourcefile>
</package></report>
"""
CLOVER = """<?xml version="1.0" encoding="UTF-8"?>
<coverage generated="1700000000" clover="3.2.0"><project timestamp="1700000000" name="All files">
<package name="web"><file name="cart.js" path="/ci/shop/web/cart.js">
<metrics statements="4" coveredstatements="3"/>
<line num="1" count="1" type="stmt"/><line num="2" count="7" type="method"/>
<line num="3" count="2" type="stmt"/><line num="3" truecount="1" falsecount="0" type="cond"/>
<line num="4" count="0" type="stmt"/></file></package></project></coverage>
"""
LCOV = """TN:unit
SF:/ci/shop/web/cart.js
FN:1,total
DA:1,1
DA:2,0,abcdef
BRDA:1,0,0,1
LF:2
LH:1
end_of_record
TN:integration
SF:/ci/shop/web/cart.js
DA:2,1
DA:3,0
DA:4,0
end_of_record
"""
GO = """mode: atomic
example.org/shop/pkg/cart.go:3.20,5.2 2 1
example.org/shop/pkg/cart.go:7.2,9.12 3 0
example.org/shop/pkg/cart.go:7.2,9.12 3 4
example.org/shop/pkg/cart.go:11.2,12.12 5 0
"""
COVERAGE_PY: dict[str, object] = {
    "meta": {"version": "7.6"},
    "files": {
        "src/shop/cart.py": {"executed_lines": [1, 2, 3], "missing_lines": [4], "summary": {}},
        "src/shop/tax.py": {"executed_lines": [], "missing_lines": []},
    },
    "totals": {"covered_lines": 3},
}


def statement(line: int) -> dict[str, dict[str, int]]:
    return {"start": {"line": line, "column": 0}, "end": {"line": line, "column": 9}}


ISTANBUL = {
    "/ci/shop/web/cart.js": {
        "path": "/ci/shop/web/cart.js",
        "statementMap": {"0": statement(1), "1": statement(1), "2": statement(2)},
        "s": {"0": 0, "1": 5, "2": 0},
        "fnMap": {},
    }
}
ISTANBUL_SUMMARY = {
    "total": {"lines": {"total": 8, "covered": 6, "skipped": 0, "pct": 75}},
    "/ci/shop/web/cart.js": {"lines": {"total": 8, "covered": 6, "skipped": 0, "pct": 75}},
}
CART_PY, CART_JS = "src/shop/cart.py", "web/cart.js"
CART_JAVA, CART_GO = "java/src/main/java/org/shop/Cart.java", "pkg/cart.go"

REPORTS = [  # path, content, the file that it covers, its coverage
    ("coverage.xml", COBERTURA, CART_PY, 2 / 4),
    ("build/cobertura.xml", COBERTURA, CART_PY, 2 / 4),
    ("cobertura-coverage.xml", COBERTURA, CART_PY, 2 / 4),
    ("java/target/site/jacoco.xml", JACOCO, CART_JAVA, 1 / 2),
    ("jacocoTestReport.xml", JACOCO, CART_JAVA, 1 / 2),
    ("web/clover.xml", CLOVER, CART_JS, 3 / 4),
    ("coverage/lcov.info", LCOV, CART_JS, 2 / 4),
    ("coverage.info", LCOV.replace("\n", "\r\n"), CART_JS, 2 / 4),
    ("unit.lcov", LCOV, CART_JS, 2 / 4),
    ("coverage.out", GO, CART_GO, 5 / 10),
    ("cover.out", GO, CART_GO, 5 / 10),
    ("coverage.txt", GO.replace("\n", "\r\n"), CART_GO, 5 / 10),
    ("Coverage.json", json.dumps(COVERAGE_PY), CART_PY, 3 / 4),
    ("coverage/coverage-final.json", json.dumps(ISTANBUL), CART_JS, 1 / 2),
    ("coverage/coverage-summary.json", json.dumps(ISTANBUL_SUMMARY), CART_JS, 6 / 8),
]

BOMB = '<!DOCTYPE c [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><coverage>&b;</coverage>'
FILE_ENTITY = '<!DOCTYPE c [<!ENTITY a SYSTEM "file:///etc/hosts">]><coverage>&a;</coverage>'
UNREADABLE = [
    ("coverage.xml", COBERTURA[:-20]),
    ("coverage.xml", BOMB),
    ("coverage.xml", FILE_ENTITY),
    ("coverage.xml", "<project/>"),
    ("coverage.xml", '<?xml version="1.0" encoding="x-none"?><coverage/>'),
    ("coverage.xml", COBERTURA.replace('hits="3"', 'hits="often"')),
    ("coverage.xml", b"\0\xff"),
    ("jacoco.xml", "<report><sourcefile/></report>"),
    ("coverage.json", "{"),
    ("coverage.json", "[" * 100_000),
    ("coverage.json", '{"files": {"a.py": {"executed_lines": "all", "missing_lines": []}}}'),
    ("coverage-final.json", json.dumps(ISTANBUL).replace('"2": 0}', '"3": 0}')),
    ("coverage-summary.json", json.dumps(ISTANBUL_SUMMARY).replace('"covered": 6', '"covered": 9')),
    ("lcov.info", "these are no lines of lcov"),
    ("lcov.info", f"SF:web/cart.js\nDA:{'9' * 5000},1\n"),
    ("coverage.out", "\n".join(GO.splitlines()[1:])),
    ("coverage.txt", "Name  Stmts  Miss  Cover\n"),
]


def coverage_of(folder: Path, *commits: Commit) -> tuple[list[str], pl.DataFrame]:
    """The commits of a new repository, and what `read_coverage` says of its changes."""
    shas = write_history(folder / "shop.git", commits)
    return shas, read_coverage(folder / "shop.git", read_log(folder / "shop.git", shas).changes)


@pytest.mark.parametrize(("report", "content", "path", "coverage"), REPORTS)
def test_a_report_of_each_format_is_read(
    report: str, content: str, path: str, coverage: float, tmp_path: Path
) -> None:
    shas, read = coverage_of(tmp_path, commit_of({**SOURCES, report: content}))
    assert read.schema == SCHEMA
    assert read.rows() == [(shas[0], path, pytest.approx(coverage))]


def test_each_commit_that_writes_a_report_has_its_rows(tmp_path: Path) -> None:
    shas, read = coverage_of(
        tmp_path,
        commit_of({**SOURCES, "lcov.info": LCOV}),
        commit_of({"web/cart.js": "new\n"}),
        commit_of({"lcov.info": LCOV.replace("DA:3,0", "DA:3,1")}),
        commit_of({"lcov.info": None}),
    )
    assert set(read.rows()) == {(shas[0], CART_JS, 0.5), (shas[2], CART_JS, 0.75)}


def test_of_several_reports_of_a_commit_the_greatest_counts(tmp_path: Path) -> None:
    reports = {"unit/clover.xml": CLOVER, "e2e/lcov.info": LCOV}
    shas, read = coverage_of(tmp_path, commit_of({**SOURCES, **reports}))
    assert read.rows() == [(shas[0], CART_JS, 0.75)]


def test_files_that_come_later_change_nothing(tmp_path: Path) -> None:
    """`shop/cart.py` is the end of two paths in the end, of one when the report was written."""
    first = commit_of({**SOURCES, "coverage.xml": COBERTURA})
    later = commit_of({"copy/shop/cart.py": "1\n"})
    shas, read = coverage_of(tmp_path, first, later)
    assert read["path"].to_list() == [CART_PY]
    assert read["sha"].to_list() == shas[:1]


@pytest.mark.parametrize(("report", "content"), UNREADABLE)
def test_a_report_that_cannot_be_read_is_counted_and_the_others_are_read(
    report: str, content: Content, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "hyperion_pipelines"):
        _, read = coverage_of(
            tmp_path, commit_of({**SOURCES, f"a/{report}": content, "z/clover.xml": CLOVER})
        )
    assert read["path"].to_list() == [CART_JS]
    assert caplog.messages == ["coverage reports left out: 1 not readable"]


def test_the_reasons_are_told_apart(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    large = CLOVER + " " * MAXIMUM_BYTES
    others = {"lcov.info": "SF:/usr/lib/other.js\nDA:1,1\n", "coverage.xml": "<coverage>"}
    with caplog.at_level(logging.WARNING, "hyperion_pipelines"):
        _, read = coverage_of(tmp_path, commit_of({**SOURCES, **others, "clover.xml": large}))
    assert read.rows() == []
    assert read.schema == SCHEMA
    (message,) = caplog.messages
    assert message.endswith("left out: 1 not readable, 1 of other files, 1 too large")


def test_links_submodules_and_other_files_are_no_reports(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    odd: dict[str, Content] = {
        "coverage.xml": Entry(b"build/coverage.xml", SYMLINK),
        "lcov.info": Entry(COMMIT_ID, "160000"),
        "docs/my-coverage.xml": COBERTURA,
        "coverage.xml.txt": COBERTURA,
        "coverage.out/readme": GO,
    }
    _, read = coverage_of(tmp_path, commit_of({**SOURCES, **odd}))
    assert read.rows() == []
    assert caplog.messages == []


def test_a_history_without_reports_costs_nothing(tmp_path: Path) -> None:
    """No git process is started: there is no repository to start it in."""
    paths = [f"src/package_{number % 99}/module_{number}.py" for number in range(200_000)]
    changes = pl.DataFrame({"path": paths}).with_columns(
        sha=pl.lit("1" * 40), mode=pl.lit("100644"), new_blob=pl.lit("2" * 40)
    )
    started = time.perf_counter()
    assert read_coverage(tmp_path / "nowhere.git", changes).rows() == []
    assert time.perf_counter() - started < 0.5


PATHS = ["src/shop/cart.py", "src/shop/tax.py", "tools/tax.py", "main.py", "a/util.py", "b/util.py"]
NAMES: list[tuple[list[str], dict[str, str]]] = [  # names in a report, what they mean
    (["src/shop/cart.py"], {"src/shop/cart.py": "src/shop/cart.py"}),
    (["./main.py"], {"./main.py": "main.py"}),
    (["src\\shop\\cart.py"], {"src\\shop\\cart.py": "src/shop/cart.py"}),
    (["shop/cart.py"], {"shop/cart.py": "src/shop/cart.py"}),
    (["cart.py"], {"cart.py": "src/shop/cart.py"}),
    (["tax.py"], {}),
    (["util.py", "a/util.py"], {"a/util.py": "a/util.py"}),
    (["art.py"], {}),
    (["C:\\ci\\src\\shop\\tax.py"], {"C:\\ci\\src\\shop\\tax.py": "src/shop/tax.py"}),
    (["/app/shop/cart.py"], {"/app/shop/cart.py": "src/shop/cart.py"}),
    (["example.org/x/main.py"], {"example.org/x/main.py": "main.py"}),
    (
        ["/ci/src/shop/cart.py", "/ci/tools/tax.py", "/usr/lib/main.py", "/usr/lib/none.py"],
        {"/ci/src/shop/cart.py": "src/shop/cart.py", "/ci/tools/tax.py": "tools/tax.py"},
    ),
    (["", "/", "src/"], {}),
    ([], {}),
]


@pytest.mark.parametrize(("names", "meant"), NAMES)
def test_the_names_of_a_report_mean_files_of_the_repository(
    names: list[str], meant: dict[str, str]
) -> None:
    assert match_names(names, PATHS) == meant

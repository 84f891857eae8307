"""The page of a validation: what Great Expectations says of each column, for a browser.

It renders what `validation` found and writes one file a table, over the one before. A site of Great
Expectations' own would grow with every run, and its pages are bare text without a network: they
fetch their styles and scripts.
"""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

TEMPLATES = Path(__file__).parent / "page_templates"


def render_page(result: "ExpectationSuiteValidationResult", facts: Mapping[str, Any]) -> str:
    """The page of *result*, a suite's validation result of Great Expectations, as HTML.

    *facts* are what the template `validation.j2` shows above its columns. The page needs no other
    file.
    """
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view.view import DefaultJinjaPageView

    shown: Any = deepcopy(result)
    for answer in shown.results:
        answer.result = _without_samples(answer.result)
    document = ValidationResultsPageRenderer().render(shown)
    view: Any = DefaultJinjaPageView(custom_views_directory=str(TEMPLATES))
    page: str = view.render(document, template="validation.j2", **facts)
    return page


def _without_samples(answer: Mapping[str, Any]) -> dict[str, Any]:
    """*answer* less values of the table, which would come to the page unescaped."""
    return {name: answer[name] for name in answer if not name.startswith("partial_")}


def write_page(page: str, file: Path) -> None:
    """Write *page* to *file*; a reader sees the page before or this one, never a part."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(page, encoding="utf-8")
    unfinished.replace(file)

"""Golden queries: what is asked of a repository, and what is no question."""

from collections.abc import Mapping, Sequence

import polars as pl
import pytest

from hyperion_pipelines.documents.chunking.headings import SEPARATOR
from hyperion_pipelines.documents.grading.golden_queries import (
    FEWEST,
    GOLDEN_QUERIES,
    MOST_OF_A_SOURCE,
    MOST_PATHS,
    golden_queries,
)
from hyperion_pipelines.documents.grading.questions import first_sentence, task, topic
from tests.searched_tables import searched_tables

CART = '''"""What a customer is about to buy."""

class Cart:
    """Goods that somebody wants to buy, with their prices."""

    def total(self, rate: float) -> float:
        """Adds up the prices of all goods, taxes included.

        Rounds to cents.
        """
        return round(sum(self.prices) * (1 + rate), 2)

    def empty(self) -> None:
        self.prices.clear()


def _discount(price: float) -> float:
    """Returns the price."""
    return price
'''


def asked(
    files: Mapping[str, str], commits: Sequence[Mapping[str, object]], source: str
) -> dict[str, list[str]]:
    """The questions of a source, and their answers."""
    queries = golden_queries(searched_tables(files, commits)).filter(pl.col("source") == source)
    return dict(queries.select("query", "answers").iter_rows())


def told(text: str, name: str = "x") -> str | None:
    frame = pl.DataFrame({"text": [text], "name": [name]})
    return frame.select(first_sentence(pl.col("text"), pl.col("name"))).item()


def test_documentation_asks_for_the_code_of_its_symbol_and_says_nothing_of_its_signature() -> None:
    assert asked({"cart.py": CART}, [], "docstring") == {
        "Goods that somebody wants to buy, with their prices": ["cart.py#Cart"],
        "Adds up the prices of all goods, taxes included": ["cart.py#Cart.total"],
    }


def test_documentation_above_the_signature_asks_as_well() -> None:
    source = (
        "package shop\n\n// Total adds up the prices of all goods.\n"
        "func Total(prices []int) int {\n\treturn sum(prices)\n}\n"
    )
    questions = asked({"cart.go": source}, [], "docstring")
    assert questions == {"adds up the prices of all goods": ["cart.go#Total"]}


def test_a_name_in_front_of_its_documentation_is_no_part_of_the_question() -> None:
    assert told("Write (JSON) sends an order out.", "Write") == "sends an order out"


def test_what_several_symbols_say_in_the_same_words_asks_for_none_of_them() -> None:
    function = 'def {}(a):\n    """Adds up all the prices."""\n    return sum(a)\n\n\n'
    files = {"a.py": function.format("one") + function.format("two")}
    assert asked(files, [], "docstring") == {}


def test_a_subject_asks_for_the_files_that_are_still_there_if_most_of_them_are() -> None:
    commits: list[Mapping[str, object]] = [
        {"subject": "Round the total to cents (#12)", "paths": ["cart.py", "a.md", "gone.py"]},
        {"subject": "Move half of all goods", "paths": ["cart.py", "gone.py"]},
        {"subject": "Remove what nobody needs now", "paths": ["gone.py"]},
    ]
    questions = asked({"cart.py": CART, "a.md": "Read."}, commits, "commit")
    assert questions == {"Round the total to cents": ["a.md", "cart.py"]}


@pytest.mark.parametrize("mark", ["is_merge", "is_bot", "is_revert", "is_on_head"])
def test_merges_bots_reverts_and_other_branches_ask_nothing(mark: str) -> None:
    commit = {"subject": "Round the total to cents", "paths": ["cart.py"]}
    assert asked({"cart.py": CART}, [commit | {mark: mark != "is_on_head"}], "commit") == {}


def test_a_commit_of_many_files_asks_nothing() -> None:
    files = {f"{number}.py": CART for number in range(MOST_PATHS + 1)}
    for count, questions in ((MOST_PATHS, 1), (MOST_PATHS + 1, 0)):
        commit = {"subject": "Round the total to cents", "paths": list(files)[:count]}
        assert len(asked(files, [commit], "commit")) == questions


def test_a_changelog_is_no_answer() -> None:
    files = {"cart.py": CART, "CHANGELOG.md": "# Changes of every release\n\nRounded.\n"}
    commit = {"subject": "Round the total to cents", "paths": list(files)}
    assert asked(files, [commit], "commit") == {"Round the total to cents": ["cart.py"]}
    assert asked(files, [commit], "heading") == {}


def test_a_heading_asks_for_its_section_if_no_other_has_it() -> None:
    text = "# Guide\n\nRead.\n\n## How to pay\n\nBy card.\n\n## See also\n\nMore.\n"
    files = {"a.md": text, "b.md": "# Notes\n\nRead.\n\n## See Also\n\nMore.\n"}
    assert asked(files, [], "heading") == {"How to pay": [f"a.md#Guide{SEPARATOR}How to pay"]}


def test_at_most_so_many_of_a_source_are_asked_where_others_make_up_the_fewest() -> None:
    files = {"cart.py": CART}
    sections = "".join(f"\n## How number {'i' * number}x works\n\nText.\n" for number in range(150))
    subjects: list[Mapping[str, object]] = [
        {"subject": f"Round the total number {'i' * number}x", "paths": ["cart.py"]}
        for number in range(150)
    ]
    few = golden_queries(searched_tables(files, subjects))
    assert few["source"].value_counts().sort("source").rows() == [("commit", 150), ("docstring", 2)]
    many = golden_queries(searched_tables({**files, "a.md": f"# Guide\n{sections}"}, subjects))
    assert many["source"].value_counts().sort("source").rows() == [
        ("commit", MOST_OF_A_SOURCE),
        ("docstring", 2),
        ("heading", MOST_OF_A_SOURCE),
    ]
    assert many.height >= FEWEST


def test_new_commits_leave_the_choice_of_old_ones_as_it_was() -> None:
    subjects: list[Mapping[str, object]] = [
        {"subject": f"Round the total number {'i' * number}x", "paths": ["cart.py"]}
        for number in range(302)
    ]
    before, after = (
        golden_queries(searched_tables({"cart.py": CART}, subjects[:count])) for count in (300, 302)
    )
    assert before.height == after.height == FEWEST
    assert len(set(before["query_id"]) & set(after["query_id"])) >= FEWEST - 2


def test_nothing_is_asked_of_a_repository_without_text() -> None:
    queries = golden_queries(searched_tables({}))
    assert queries.schema == GOLDEN_QUERIES
    assert queries.is_empty()


@pytest.mark.parametrize(
    ("documentation", "sentence"),
    [
        ("Adds up <b>all</b> the `prices`. Then rounds.", "Adds up all the prices"),
        ("Adds up, e.g. of an order, prices. Rounds.", "Adds up, e.g. of an order, prices"),
        ("Adds {@link Cart} up by rule 1.2 of it.", "Adds Cart up by rule 1.2 of it"),
        ("Sends a :class:`Request <shop.Request>` to the shop.", "Sends a Request to the shop"),
        ("Sends [an order](https://x.y/z) to the shop", "Sends an order to the shop"),
        ("<summary>\nSends an order to the shop.\n</summary>", "Sends an order to the shop"),
        ("Sends an order\nto the shop\n@param order what to send", "Sends an order to the shop"),
        ("Sends an order to the shop\n:param order: what", "Sends an order to the shop"),
        ("\\brief Sends an order to the shop", "Sends an order to the shop"),
        ("Returns the value.", None),
        ("Gets or sets the name of it.", None),
        ("See the other function below.", None),
        ("Adds up prices.", None),
        ("@return the sum of all the prices", None),
        ("Tests the fix of https://example.org/12", None),
        ("{@inheritDoc}", None),
    ],
)
def test_the_first_sentence_of_documentation(documentation: str, sentence: str | None) -> None:
    assert told(documentation) == sentence


@pytest.mark.parametrize(
    ("subject", "question"),
    [
        ("feat(cart): round the total price (#12)", "round the total price"),
        ("fix!: round the total price. Fixes #12", "round the total price"),
        ("KAFKA-123: Round the total price", "Round the total price"),
        ("[#12] Round the `total` price", "Round the total price"),
        ("BUG: Round the total price (GH-12)", "Round the total price"),
        ("cart: round the total price", "cart: round the total price"),
        ("Round the total", None),
        ("Fix a typo in the cart", None),
        ("Bump the version of all libraries", None),
        ("chore(deps): bump the web group with two updates", None),
        ("Update left-pad library to v1.2.3", None),
        ("Merge the new cart into main", None),
        ("2.31.0 is out for all of you", None),
        ("Ready to release shop 1.9", None),
        ("Mend the indentation of the cart", None),
        ("Minor fixes to all the carts", None),
    ],
)
def test_what_a_subject_asks(subject: str, question: str | None) -> None:
    assert pl.DataFrame({"text": [subject]}).select(task(pl.col("text"))).item() == question


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("2.1 How to *pay*:", "How to pay"),
        ("Usage", None),
        ("Table of Contents", None),
        ("2.31.0 (2023-05-22)", None),
        ("Unreleased changes", None),
    ],
)
def test_what_a_heading_asks(heading: str, question: str | None) -> None:
    assert pl.DataFrame({"text": [heading]}).select(topic(pl.col("text"))).item() == question

"""What was analysed is found, by the questions that it was graded with."""

from tests.e2e.conftest import Analysed, Hyperion
from tests.homes import allow_dagsters_own_warning, open_home

pytestmark = allow_dagsters_own_warning


def test_a_question_that_the_repository_answers_finds_where(
    analysed: Analysed, hyperion: Hyperion
) -> None:
    grades = open_home(analysed.home).lake.read("search_grades", analysed.slug)
    found = grades.filter(search="fused", source="commit").sort("ndcg", "query_id")
    query = found["query"][-1]
    said = hyperion("search", query, "--json", home=analysed.home)
    assert said.status == 0, said.errors
    document = said.document()
    assert (document["query"], document["repositories"]) == (query, [analysed.slug])
    assert document["results"]
    shown = hyperion("search", query, "-k", "3", home=analysed.home)
    for rank, passage in enumerate(document["results"][:3], 1):
        place = f"{passage['path']}:{passage['start_line']}-{passage['end_line']}"
        assert f"{rank}. {place}" in shown.output

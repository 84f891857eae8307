"""How a source is named: the repository, the commit, the file and its lines, for good."""

from collections.abc import Sequence
from dataclasses import dataclass

from hyperion_pipelines.answering.context import Change, FileContext, Owner, Risk
from hyperion_pipelines.documents.search.passages import Passage
from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.stores.publications import Publications


@dataclass(frozen=True)
class Excerpt:
    """Lines of a file, `start_line` to `end_line`, and their text."""

    start_line: int
    end_line: int
    text: str


@dataclass(frozen=True)
class Source:
    """What an answer cites as [`number`], and what is known of its file.

    `quote` is the text of the lines as it is searched: of comments and documentation the words
    alone, without the signs around them.
    """

    number: int
    citation: str
    repository: str
    sha: str
    path: str
    start_line: int
    end_line: int
    quote: str
    risk: Risk | None
    owners: Sequence[Owner]
    recent_changes: Sequence[Change]


@dataclass(frozen=True)
class Evidence:
    """A passage that bears on a question, the commit that it is of, and what is known of it."""

    number: int
    passage: Passage
    sha: str
    context: FileContext

    def whole(self) -> Source:
        """The passage as a source."""
        passage = self.passage
        return self.source(Excerpt(passage.start_line, passage.end_line, passage.text))

    def source(self, excerpt: Excerpt) -> Source:
        """Lines of the passage as a source."""
        repository, path = self.passage.repository, self.passage.path
        lines = (excerpt.start_line, excerpt.end_line)
        return Source(
            number=self.number,
            citation=citation(repository, self.sha, path, *lines),
            repository=repository,
            sha=self.sha,
            path=path,
            start_line=excerpt.start_line,
            end_line=excerpt.end_line,
            quote=excerpt.text,
            risk=self.context.risk,
            owners=self.context.owners,
            recent_changes=self.context.recent_changes,
        )


def citation(repository: str, sha: str, path: str, start_line: int, end_line: int) -> str:
    """The lines as `repository@sha:path#L12-L34`."""
    return f"{repository}@{sha}:{path}#L{start_line}-L{end_line}"


def documents_sha(publications: Publications, slug: str) -> str:
    """The commit that the documents of a repository were made from.

    While they are made anew, it is that of the run before, whose passages are still found. Raises
    HyperionError where there was none.
    """
    made = publications.get("chunks", slug) or publications.basis("documents", slug)
    if made is None:
        raise HyperionError(
            f"it is not known which commit the documents of {slug} were made from: run `hyperion "
            "analyze` on it again"
        )
    return made.head_sha

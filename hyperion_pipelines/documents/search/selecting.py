"""What is searched: repositories that have vectors, and which of their passages.

What a person misspelt is answered with what is like it.
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from hyperion_pipelines.code.languages import LANGUAGES
from hyperion_pipelines.documents.document import KINDS
from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.stores.vectors import PassageFilter
from hyperion_pipelines.workspace import Workspace


def passage_filter(
    kinds: Sequence[str], path_prefix: str, languages: Sequence[str]
) -> PassageFilter:
    """The filter of what a person named; what is empty excludes none.

    Raises UsageError for a kind or language that there is not.
    """
    return PassageFilter(
        kinds=[known_name(kind, KINDS, "kind") for kind in kinds],
        path_prefix=path_prefix.removeprefix("./"),
        languages=[
            known_name(name, [language.name for language in LANGUAGES], "language")
            for name in languages
        ],
    )


def searchable(
    workspace: Workspace, named: Sequence[str]
) -> tuple[Mapping[str, int], Sequence[str]]:
    """The passages of each repository that is searched, and which cannot be, of all or of *named*.

    Raises UsageError for a repository that there is not, HyperionError where one that was named, or
    each of all, has no vectors.
    """
    sources = {each.slug: each.source for each in workspace.catalogue.list()}
    if not sources:
        raise HyperionError("no repository is analysed yet: run `hyperion analyze SOURCE` first")
    slugs = [known_name(slug, sources, "repository") for slug in named] or list(sources)
    store = workspace.vectors
    left_out = [slug for slug in slugs if store.published(slug) is None]
    if left_out and (named or len(left_out) == len(slugs)):
        slug = left_out[0]
        raise HyperionError(
            f"{slug} cannot be searched yet: run `hyperion analyze {sources[slug]}` first"
        )
    return {slug: store.count(slug) for slug in slugs if slug not in left_out}, left_out


def known_name(name: str, known: Iterable[str], what: str) -> str:
    """*name* as *known* has it, in upper or lower case. Raises UsageError with what is like it."""
    there = {each.lower(): each for each in known}
    if name.lower() in there:
        return there[name.lower()]
    near = get_close_matches(name.lower(), there)
    hint = (
        f"did you mean {' or '.join(there[each] for each in near)}?"
        if near
        else f"there are: {', '.join(there.values())}"
    )
    raise UsageError(f"no {what} named {name!r}; {hint}")

"""Who knows the files that a commit touches: the insight `file_owners`, file by file.

Whom of them to ask for a review is the business of `reviewers`.
"""

from collections.abc import Sequence

import polars as pl

from hyperion_pipelines.insights.people.file_owners import familiarity
from hyperion_pipelines.prediction.model import OwnedFile, Owner

MOST_FILES = 5
MOST_PEOPLE = 3


def owners(
    file_owners: pl.DataFrame, paths: Sequence[str], most_files: int = MOST_FILES
) -> list[OwnedFile]:
    """The first *most_files* of *paths* that have owners at HEAD, in their order, with these.

    *file_owners* is the insight. Of each file there are MOST_PEOPLE at most, by `familiarity`;
    people who are no longer active are among them, and marked.
    """
    wanted = pl.DataFrame({"path": list(paths)}, schema={"path": pl.String})
    known = (
        file_owners.filter(pl.col("path").is_in(list(paths)))
        .with_columns(share=familiarity())
        .sort("share", "person_id", descending=[True, False])
    )
    people = known.group_by("path").agg(
        pl.struct("person_name", "share", "is_active").head(MOST_PEOPLE).alias("people")
    )
    rows = wanted.join(people, on="path", maintain_order="left").head(most_files)
    return [
        OwnedFile(
            path,
            tuple(Owner(one["person_name"], one["share"], one["is_active"]) for one in people),
        )
        for path, people in rows.iter_rows()
    ]

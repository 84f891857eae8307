"""The words for what models derive of a commit: metrics relative to the size of the change.

How they are computed is the business of `classifier.inputs`. Some have one added to the number that
they divide by: their phrases claim no more than is true of them.
"""

from hyperion_pipelines.learning.scoring.words.wording import MORE, Words

RELATIVE_WORDS: tuple[Words, ...] = (
    Words(
        "deleted_share",
        "share of deletions in the lines that it changes",
        "deletes some of the lines that it changes",
        exactly={0: "deletes none of the lines that it changes"},
        compared=("a larger part than", "a smaller part than"),
    ),
    Words(
        "churn_per_file",
        "lines that it changes in a file, on average",
        "changes {n} [line|lines] a file, on average",
        exactly={0: "changes no lines in its files"},
        little="changes just {n} [line|lines] a file, on average",
        compared=MORE,
    ),
    Words(
        "lines_added_per_file",
        "lines that it adds to a file, on average",
        "adds {n} [line|lines] a file, on average",
        exactly={0: "adds no lines to its files"},
        little="adds just {n} [line|lines] a file, on average",
        compared=MORE,
    ),
    Words(
        "lines_added_per_line_before",
        "lines that it adds for each line that its files had",
        "adds about {n} [line|lines] for each that its files had",
        exactly={0: "adds nothing to what its files had"},
        little="adds just about {n} [line|lines] for each that its files had",
        compared=MORE,
    ),
    Words(
        "lines_deleted_per_line_before",
        "lines that it deletes for each line that its files had",
        "deletes about {n} [line|lines] for each that its files had",
        exactly={0: "deletes nothing of what its files had"},
        little="deletes just about {n} [line|lines] for each that its files had",
        compared=MORE,
    ),
)

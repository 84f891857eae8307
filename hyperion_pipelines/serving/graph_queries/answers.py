"""A caller's query and its answer, as they pass between the processes and out of the sidecar."""

from typing import NamedTuple

from pydantic_core import to_json

from hyperion_pipelines.stores.graph import Answer, QueryError

MOST_BYTES = 8 * 1024**2


class GraphQuery(NamedTuple):
    """A query of one repository's graph; it is refused after *seconds*, or above *most_rows*."""

    slug: str
    cypher: str
    parameters: dict[str, object]
    seconds: float
    most_rows: int


def document(answer: Answer, seconds: float) -> bytes:
    """*answer* as JSON: columns, rows, and the *seconds* that it took.

    Times are ISO 8601 in UTC, bytes are base64, what is no number is null. Raises QueryError for
    more than MOST_BYTES.
    """
    content = {
        "columns": answer.columns,
        "rows": answer.rows,
        "truncated": False,
        "seconds": round(seconds, 4),
    }
    body = to_json(content, inf_nan_mode="null", bytes_mode="base64", fallback=str)
    if len(body) > MOST_BYTES:
        raise QueryError(
            f"the answer has {len(body) / 1024**2:,.0f} MiB, and at most {MOST_BYTES // 1024**2} "
            "are sent: add a LIMIT, or ask for fewer properties"
        )
    return body

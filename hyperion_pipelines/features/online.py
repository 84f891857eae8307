"""The newest features of a commit or a file, at once: from the cache, and from the lake otherwise.

The cache is filled when a table is published and where it misses. Every key names the publication
that its vector comes from and the columns that it holds: none of an earlier analysis or of another
catalogue is ever served. How features come about, and their past, is not this module's business.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from hyperion_pipelines.features.vector_layout import VectorLayout
from hyperion_pipelines.stores.cache import Cache
from hyperion_pipelines.stores.lake import Lake
from hyperion_pipelines.stores.publications import Publication, Publications

# What the cache holds of an entity that the table lacks: it is not looked for in the lake again.
ABSENT = b""


@dataclass(frozen=True)
class OnlineFeatures:
    """The newest row of each entity of a feature table; a vector is cached for `ttl_seconds`."""

    cache: Cache
    lake: Lake
    publications: Publications
    ttl_seconds: float = 3600.0

    def read(self, table: str, slug: str, entities: Sequence[str]) -> pl.DataFrame:
        """The newest row of each of *entities*, once, in the order asked, as the table has it.

        Those that are not in the table have no row. One round trip to the cache, whatever their
        number; what it does not know comes from the lake. Raises KeyError for a table that holds no
        features.
        """
        layout = VectorLayout(table)
        publication = self.publications.get(table, slug)
        # While it is withdrawn, the lake may hold rows of the one before or of the one to come.
        prefix = publication and _key_prefix(table, slug, publication, layout)
        vectors = self._cached(prefix, entities) if prefix else dict.fromkeys(entities)
        missing = [entity for entity, vector in vectors.items() if vector is None]
        if missing:
            rows = self.lake.read(table, slug, where=pl.col(layout.entity).is_in(missing))
            found = dict.fromkeys(missing, ABSENT) | layout.pack(layout.newest(rows))
            vectors |= found
            if prefix:
                self._fill(prefix, found)
        rows = layout.unpack({entity: vector for entity, vector in vectors.items() if vector})
        return rows.insert_column(0, pl.Series("repository", [slug] * rows.height, pl.String))

    def publish(self, table: str, slug: str, frame: pl.DataFrame) -> int:
        """Cache the newest row of each entity of *frame*, the rows that were published last.

        Returns how many there are: 0, too, where the table is withdrawn again by another run.
        """
        publication = self.publications.get(table, slug)
        if publication is None:
            return 0
        layout = VectorLayout(table)
        vectors = layout.pack(layout.newest(frame))
        self._fill(_key_prefix(table, slug, publication, layout), vectors)
        return len(vectors)

    def _cached(self, prefix: str, entities: Sequence[str]) -> dict[str, bytes | None]:
        """What the cache knows of each of *entities*: a vector, ABSENT, or None for nothing."""
        distinct = list(dict.fromkeys(entities))
        values = self.cache.get_many([prefix + entity for entity in distinct])
        return dict(zip(distinct, values, strict=True))

    def _fill(self, prefix: str, vectors: Mapping[str, bytes]) -> None:
        items = {prefix + entity: vector for entity, vector in vectors.items()}
        self.cache.set_many(items, self.ttl_seconds)


def _key_prefix(table: str, slug: str, publication: Publication, layout: VectorLayout) -> str:
    # The same inputs, published again, are another publication: its time tells them apart.
    made = f"{publication.data_version}:{publication.published_at}"
    return f"hyperion:features:{table}:{slug}:{made}:{layout.signature}:"

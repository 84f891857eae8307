"""A home and what lies in it: catalogue, mirrors, lake, configuration, publications.

The command line, the assets and notebooks all reach Hyperion's state through this object; it
computes nothing itself. What weighs much and is seldom asked for is imported where it is used.

```
home/repositories.json            the catalogue
home/mirrors/SLUG.git             mirrors
home/lake/TABLE/                  Delta tables
home/published/SLUG/TABLE.json    what a table was last made from
home/published/SLUG/STAGE.basis.json  the history that a stage last worked on
home/config/SLUG/filters.yaml     a repository's own path filters (optional)
home/config/SLUG/identities.yaml  a person's decisions about identities (optional)
home/config/SLUG/suppressions.yaml  findings that a person accepted for a time (optional)
home/config/SLUG/teams.yaml       who belongs together (optional)
home/config/SLUG/issues.csv       its issue tracker's export, or issues.json (optional)
home/models/training.json         what the models were last trained on
home/models/NAME/                 the champion that is served
home/mlflow/                      MLflow's database and files, where no server is named
home/data_docs/SLUG/TABLE.html    what was found of a repository's feature table
home/profiles/SLUG/profile.json   a repository's profile, and report.html beside it
home/embeddings.sqlite            the vector of every text ever embedded, unless set elsewhere
home/embedding_models/            the embedding model as questions are read by it; beside the above
home/vectors/SLUG/                the vectors that are searched, where no server is named
home/graph/SLUG/                  the code graph, where no server is named
home/keys.json                    who may ask the sidecar: digests of keys, and what each may do
home/locks/  home/logs/  home/dagster/
```
"""

import hashlib
import logging
import shutil
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from hyperion_pipelines.code.paths import PathFilters, read_filters
from hyperion_pipelines.errors import ConfigurationError, SourceError
from hyperion_pipelines.git.identities import NO_OVERRIDES, IdentityOverrides, read_overrides
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.git.sources import RefList
from hyperion_pipelines.graph.teams.teams_file import NO_TEAMS, TeamsFile, read_teams
from hyperion_pipelines.insights.security.suppressions import (
    NO_SUPPRESSIONS,
    Suppressions,
    read_suppressions,
)
from hyperion_pipelines.learning.labels.issue_tracker import FILE_NAMES as ISSUE_FILES
from hyperion_pipelines.learning.labels.issue_tracker import issues_file, read_issues
from hyperion_pipelines.learning.registry.published import PublishedModels
from hyperion_pipelines.learning.registry.pyfunc import MODELS
from hyperion_pipelines.learning.registry.served import ServedModels
from hyperion_pipelines.lines.known import KnownLines
from hyperion_pipelines.locks import exclusive
from hyperion_pipelines.repositories import Catalogue
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.security.known import KnownSecrets
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.stages import STAGES, Stage, code_version, data_version
from hyperion_pipelines.stores.cache import Cache
from hyperion_pipelines.stores.embedding_cache import EmbeddingCache
from hyperion_pipelines.stores.graph import GraphStore
from hyperion_pipelines.stores.lake import DeltaLake, Lake
from hyperion_pipelines.stores.memory_cache import MemoryCache
from hyperion_pipelines.stores.publications import Basis, Publication, Publications
from hyperion_pipelines.stores.redis_cache import RedisCache
from hyperion_pipelines.stores.vectors import VectorStore

if TYPE_CHECKING:
    from hyperion_pipelines.documents.embedding.exported import ExportedModel
    from hyperion_pipelines.documents.embedding.model import (
        EmbeddingModel,
        SentenceTransformerModel,
    )
    from hyperion_pipelines.features.online import OnlineFeatures
    from hyperion_pipelines.learning.registry.registry import ModelRegistry
    from hyperion_pipelines.learning.repository_tables import RepositoryTables
    from hyperion_pipelines.learning.training.record import TrainingRecord

# A repository's configuration, as far as it changes a table.
CONFIGURATION = ("filters.yaml", "identities.yaml", *ISSUE_FILES)
# The same of one stage alone.
STAGE_CONFIGURATION = {"profile": ("suppressions.yaml",), "graph": ("teams.yaml",)}
JUDGED_BY_MODELS = frozenset({"predictions", "profile", "graph"})  # stages
LONGEST_TRAINING_SECONDS = 1_800.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StageInputs:
    """What a stage works on: the mirror, its refs at that moment, and the hash of all inputs."""

    slug: str
    git_dir: Path
    refs: RefList
    data_version: str
    code_version: str


@dataclass(frozen=True)
class Workspace:
    """The state under `settings.home`; it is made as it is needed."""

    settings: Settings

    @property
    def home(self) -> Path:
        """The home, absolute."""
        return self.settings.home_path

    @cached_property
    def catalogue(self) -> Catalogue:
        """The repositories that are analysed."""
        self.home.mkdir(parents=True, exist_ok=True)
        return Catalogue(self.home / "repositories.json")

    @cached_property
    def lake(self) -> Lake:
        """The tables."""
        return DeltaLake(self.home / "lake")

    @cached_property
    def cache(self) -> Cache:
        """The cache: in this process, or in the Redis that the settings name."""
        url = self.settings.redis_url.get_secret_value()
        return RedisCache(url) if url else MemoryCache(self.settings.cache_bytes)

    @cached_property
    def online_features(self) -> "OnlineFeatures":
        """The newest features of commits and files, at once."""
        from hyperion_pipelines.features.online import OnlineFeatures

        ttl = self.settings.feature_ttl_seconds
        return OnlineFeatures(self.cache, self.lake, self.publications, ttl)

    @cached_property
    def registry(self) -> "ModelRegistry":
        """The versions of the models: in this home, or on the server that the settings name."""
        from hyperion_pipelines.learning.registry.registry import ModelRegistry

        return ModelRegistry(self.home, self.settings.mlflow_tracking_uri.get_secret_value())

    @cached_property
    def champions(self) -> PublishedModels:
        """The models that are served."""
        return PublishedModels(self.home)

    @cached_property
    def models(self) -> ServedModels:
        """The same models, loaded when they are first asked for."""
        return ServedModels(self.champions, self.settings.model_cache_bytes)

    @property
    def training(self) -> "TrainingRecord":
        """What the models were last trained on, and whether that has changed."""
        from hyperion_pipelines.learning.training.record import TrainingRecord

        slugs = [repository.slug for repository in self.catalogue.list()]
        file = self.home / "models" / "training.json"
        return TrainingRecord(file, slugs, self.lake, self.publications)

    @cached_property
    def vectors(self) -> VectorStore:
        """The vectors that are searched: in this home, or on the server that the settings name."""
        url = self.settings.qdrant_url.get_secret_value()
        if url:
            from hyperion_pipelines.stores.qdrant_vectors import connect

            return connect(url, self.settings.qdrant_api_key.get_secret_value())
        from hyperion_pipelines.stores.edge_vectors import EdgeVectors

        return EdgeVectors(self.home / "vectors")

    @cached_property
    def embedding_model(self) -> "SentenceTransformerModel":
        """The model that makes vectors of text; its weights are read when they are needed.

        In this process it is asked for those of questions alone, one at a time.
        """
        from hyperion_pipelines.documents.embedding.exported import THREADS
        from hyperion_pipelines.documents.embedding.model import (
            SentenceTransformerModel,
            model_folder,
        )

        folder = model_folder(self.settings.embedding_model)
        return SentenceTransformerModel(folder, threads=THREADS)

    @property
    def question_model(self) -> "EmbeddingModel":
        """The same model for questions: without PyTorch, once an analysis has exported it."""
        exported = self._exported_model
        return exported if exported.file.exists() else self.embedding_model

    @cached_property
    def _exported_model(self) -> "ExportedModel":
        from hyperion_pipelines.documents.embedding.exported import ExportedModel, exported_file

        file = exported_file(self.exported_models, self.embedding_model)
        return ExportedModel(self.embedding_model, file)

    @property
    def exported_models(self) -> Path:
        """The folder of embedding models in the form that reads questions."""
        return self.embedding_cache.file.parent / "embedding_models"

    @property
    def chunk_tokens(self) -> int:
        """The most tokens of a chunk. Raises ConfigurationError where the model reads fewer."""
        wanted, possible = self.settings.chunk_tokens, self.embedding_model.max_tokens
        if wanted > possible:
            raise ConfigurationError(
                f"HYPERION_CHUNK_TOKENS: the embedding model reads at most {possible} tokens, not "
                f"{wanted}: set {possible} or less"
            )
        return wanted

    @cached_property
    def embedding_cache(self) -> EmbeddingCache:
        """The vectors of all texts that were embedded before."""
        file = self.settings.embedding_cache
        return EmbeddingCache(file.expanduser() if file else self.home / "embeddings.sqlite")

    @cached_property
    def graphs(self) -> GraphStore:
        """The code graphs: in this home, or on the server that the settings name."""
        known = self.settings
        if url := known.neo4j_url.get_secret_value():
            from hyperion_pipelines.stores.neo4j_graph import Neo4jGraphs

            password = known.neo4j_password.get_secret_value()
            return Neo4jGraphs(url, known.neo4j_user, password, known.neo4j_database)
        from hyperion_pipelines.stores.ladybug_graph import LadybugGraphs

        return LadybugGraphs(self.home / "graph")

    @cached_property
    def publications(self) -> Publications:
        """What the tables were last made from."""
        return Publications(self.home / "published")

    def mirror(self, slug: str) -> Mirror:
        """The mirror of a repository. Raises UsageError for one that is not in the catalogue."""
        source = self.catalogue.get(slug).source
        return Mirror(self.home / "mirrors" / f"{slug}.git", source, self.settings.git_timeout)

    def filters(self, slug: str) -> PathFilters:
        """Which paths are tests, generated, vendored or documentation in a repository."""
        override = self._configuration(slug, "filters")
        return read_filters(override if override.exists() else None)

    def identity_overrides(self, slug: str) -> IdentityOverrides:
        """What a person decided about a repository's identities."""
        file = self._configuration(slug, "identities")
        return read_overrides(file) if file.exists() else NO_OVERRIDES

    def suppressions(self, slug: str) -> Suppressions:
        """Which findings a person accepted in a repository, why, and until when."""
        file = self._configuration(slug, "suppressions")
        return read_suppressions(file) if file.exists() else NO_SUPPRESSIONS

    def teams(self, slug: str) -> TeamsFile:
        """Which teams a person wrote down for a repository."""
        file = self._configuration(slug, "teams")
        return read_teams(file) if file.exists() else NO_TEAMS

    def profile_folder(self, slug: str) -> Path:
        """Where a repository's profile and report are published."""
        return self.home / "profiles" / slug

    def issues(self, slug: str) -> pl.DataFrame | None:
        """What a repository's issue tracker exported; None where nobody put it in its place."""
        file = issues_file(self._configuration_folder(slug))
        return read_issues(file) if file is not None else None

    def tables(self, slug: str) -> "RepositoryTables":
        """The tables of a repository, as models read them."""
        from hyperion_pipelines.learning.repository_tables import RepositoryTables

        return RepositoryTables(self.lake, slug, self.filters(slug))

    def data_version(self, stage: str, slug: str, refs: RefList) -> str:
        """The hash of what a stage's tables would be made from now."""
        folder = self._configuration_folder(slug)
        files = [folder / name for name in (*CONFIGURATION, *STAGE_CONFIGURATION.get(stage, ()))]
        parts = [file.read_bytes() if file.exists() else b"" for file in files]
        if stage in JUDGED_BY_MODELS:
            champions = (self.champions.champion(name) for name in MODELS)
            parts += [f"{one.version} {one.run_id}".encode() if one else b"" for one in champions]
        if stage == "documents":
            parts += self._search_settings()
        if stage == "graph":
            known = self.settings
            parts += [known.neo4j_url.get_secret_value().encode(), known.neo4j_database.encode()]
        configuration = hashlib.sha256(b"\0".join(parts)).hexdigest()
        return data_version(stage, refs_digest=refs.digest, configuration=configuration)

    @contextmanager
    def running(self, stage: str, slug: str) -> Generator[StageInputs]:
        """The inputs of a stage, while no other process works on the same repository.

        Raises LockedError while one does, SourceError when the repository has no mirror yet, and
        whatever `Mirror.reading` says of missing objects.
        """
        with (
            exclusive(self._lock(slug), doing=f"stage {stage}", wait=1.0),
            self.mirror(slug).reading() as git_dir,
        ):
            refs = self.mirror(slug).refs()
            if refs is None:
                raise SourceError(f"{slug} is not mirrored yet: materialise `mirror` first")
            version = self.data_version(stage, slug, refs)
            about = {"repository": slug, "stage": stage, "data_version": version}
            logger.info("%s: stage %s starts", slug, stage, extra=about)
            started = time.monotonic()
            yield StageInputs(slug, git_dir, refs, version, code_version(stage))
            self.publications.record_basis(stage, slug, Basis(version, refs.head_sha, refs.tips))
            seconds = round(time.monotonic() - started, 3)
            logger.info("%s: stage %s took %.1f s", slug, stage, seconds, extra=about)

    @contextmanager
    def training_alone(self) -> Generator[None]:
        """While the models of this home are trained: whoever comes second waits.

        The lock is the system's, which frees that of a killed process; a pool of Dagster's keeps
        its slot. Raises LockedError where the other takes longer than it ever should.
        """
        lock = self.home / "locks" / "training.lock"
        with exclusive(lock, doing="training the models", wait=LONGEST_TRAINING_SECONDS):
            yield

    def known_rows(
        self, tables: Sequence[str], slug: str, *, made_by: str | None = None
    ) -> list[pl.DataFrame]:
        """The rows of tables that are made together, as the last run left them.

        They are empty unless one and the same run published all of them (a run killed between two
        writes did not), with the code version *made_by* where one is given.
        """
        made = self._published(tables, slug)
        if made is None or made_by not in {None, made.code_version}:
            return [TABLES[table].to_frame() for table in tables]
        return [self.lake.read(table, slug) for table in tables]

    def known_lines(self, inputs: StageInputs) -> KnownLines | None:
        """The line history that the last run left; None if it was killed, or ran other code."""
        basis = self._last_basis("lines", inputs)
        if basis is None:
            return None
        origins, removals = (
            self.lake.read(table, inputs.slug).drop("repository")
            for table in ("line_origins", "line_removals")
        )
        return KnownLines(origins, removals, basis.head_sha, frozenset(basis.tips))

    def known_secrets(self, inputs: StageInputs) -> KnownSecrets | None:
        """The secrets that the last run found; None if it was killed, or ran other code."""
        basis = self._last_basis("secrets", inputs)
        if basis is None:
            return None
        rows = self.lake.read("secrets", inputs.slug).drop("repository")
        return KnownSecrets(rows, frozenset(basis.tips))

    def _last_basis(self, stage: str, inputs: StageInputs) -> Basis | None:
        """What the last whole run of a stage, by the same code, worked on; None without one."""
        made = self._published(STAGES[stage].tables, inputs.slug)
        basis = self.publications.basis(stage, inputs.slug)
        if made is None or basis is None or made.code_version != inputs.code_version:
            return None
        return basis if made.data_version == basis.data_version else None

    def _published(self, tables: Sequence[str], slug: str) -> Publication | None:
        """What one run published of all of *tables*; None where it was not one run."""
        made = [self.publications.get(table, slug) for table in tables]
        versions = {(item.data_version, item.code_version) for item in made if item}
        return made[0] if all(made) and len(versions) == 1 else None

    def is_current(self, slug: str, refs: RefList, stages: Sequence[Stage]) -> bool:
        """Whether every table of *stages* was made from *refs* as they are now."""
        for stage in stages:
            wanted = self.data_version(stage.name, slug, refs)
            made = [self.publications.get(table, slug) for table in stage.tables]
            if any(item is None or item.data_version != wanted for item in made):
                return False
        return True

    def remove(self, slug: str) -> None:
        """Forget a repository: its rows, its mirror, its pages, its place in the catalogue.

        Its configuration stays, as a person wrote it. Raises LockedError while it is analysed.
        """
        mirror = self.mirror(slug)
        with exclusive(self._lock(slug), doing="removing the repository"):
            self.lake.remove(slug)
            self.vectors.remove(slug)
            self.graphs.remove(slug)
            mirror.remove()
            self.publications.remove(slug)
            for pages in (self.home / "data_docs" / slug, self.profile_folder(slug)):
                shutil.rmtree(pages, ignore_errors=True)
            self.catalogue.remove(slug)

    def _search_settings(self) -> list[bytes]:
        """What decides beside the files which vectors there are, and where."""
        known = self.settings
        return [
            known.embedding_model.encode(),
            str(known.chunk_tokens).encode(),
            known.qdrant_url.get_secret_value().encode(),
        ]

    def _configuration(self, slug: str, name: str) -> Path:
        return self._configuration_folder(slug) / f"{name}.yaml"

    def _configuration_folder(self, slug: str) -> Path:
        return self.home / "config" / slug

    def _lock(self, slug: str) -> Path:
        return self.home / "locks" / f"{slug}.lock"

"""Settings: one typed object, read from the environment in this place alone.

Every variable starts with HYPERION_, but for MLflow's own; what a command's option says goes before
it.
"""

import os
from functools import cached_property
from pathlib import Path

from pydantic import ByteSize, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import SettingsConfigDict

from hyperion_pipelines.errors import ConfigurationError
from hyperion_pipelines.serving.settings import ServingSettings
from hyperion_pipelines.stores.redis_cache import is_redis_url


def _cores() -> int:
    """The processor's cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(ServingSettings):
    """What a user can set; each field's description is its documentation."""

    # An input that is refused may hold a password.
    model_config = SettingsConfigDict(
        env_prefix="HYPERION_", frozen=True, hide_input_in_errors=True, populate_by_name=True
    )

    home: Path = Field(
        default=Path(".hyperion"), description="Folder of everything that Hyperion keeps."
    )
    git_timeout: float = Field(
        default=3600.0, gt=0, description="Seconds after which a clone or fetch is given up."
    )
    workers: int = Field(
        default_factory=_cores,
        ge=1,
        description="Processes that read history and parse blobs side by side; default: the cores.",
    )
    nightly_cron: str = Field(
        default="0 2 * * *", description="When the nightly analysis starts, as a cron expression."
    )
    training_cron: str = Field(
        default="0 4 * * *",
        description="When models are trained again if their data changed, as a cron expression.",
    )
    watch_seconds: int = Field(
        default=60, ge=30, description="Seconds between two looks for new commits."
    )
    lake_retention_days: int = Field(
        default=30, ge=1, description="Days that replaced versions of a table stay readable."
    )
    redis_url: SecretStr = Field(
        default=SecretStr(""),
        description="Redis server of the cache, for example `redis://:PASSWORD@HOST:6379/0`; "
        "without one, each process has a cache of its own.",
    )
    cache_bytes: ByteSize = Field(
        default=ByteSize(256 * 1024**2),
        ge=0,
        description="Memory that the cache of a process may take: bytes, or as in `512MiB`.",
    )
    mlflow_tracking_uri: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="MLFLOW_TRACKING_URI",
        description="MLflow server of the models, by MLflow's own variable; without one, a "
        "database in the home.",
    )
    feature_ttl_seconds: int = Field(
        default=3600, ge=1, description="Seconds that features stay in the cache."
    )
    embedding_model: str = Field(
        default="",
        description="Model that makes vectors of text: a folder as sentence-transformers saves it, "
        "or the name of one in Hugging Face's local cache; without one, all-MiniLM-L6-v2, which is "
        "installed along.",
    )
    embedding_cache: Path | None = Field(
        default=None,
        description="File that keeps the vector of every text ever embedded, to be shared by "
        "several homes; default: `embeddings.sqlite` in the home.",
    )
    chunk_tokens: int = Field(
        default=256,
        ge=64,
        le=512,
        description="The most tokens that a chunk of a document may have.",
    )
    accept_search_grades: bool = Field(
        default=False,
        description="Publish vectors even where the search finds less by them than before.",
    )
    qdrant_url: SecretStr = Field(
        default=SecretStr(""),
        description="Qdrant server of the vectors, for example `http://HOST:6333`; without one, "
        "they lie in the home.",
    )
    qdrant_api_key: SecretStr = Field(
        default=SecretStr(""), description="Key that the Qdrant server asks for, if it does."
    )
    neo4j_url: SecretStr = Field(
        default=SecretStr(""),
        description="Neo4j server of the code graphs, for example `bolt://HOST:7687`; without one, "
        "they lie in the home.",
    )
    neo4j_user: str = Field(default="", description="User of the Neo4j server; none logs in.")
    neo4j_password: SecretStr = Field(default=SecretStr(""), description="Password of that user.")
    neo4j_database: str = Field(
        default="", description="Database on the Neo4j server; default: the user's own."
    )
    port: int = Field(default=3000, ge=0, le=65535, description="Port of the Dagster UI.")

    @field_validator("redis_url")
    @classmethod
    def _is_redis_url(cls, url: SecretStr) -> SecretStr:
        """Refuse what is no address of a Redis, without a word of it: it may hold a password."""
        if url and not is_redis_url(url.get_secret_value()):
            raise ValueError(
                "not an address of Redis: write redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE] "
                "(rediss:// for TLS, unix:// for a socket), characters such as / or # in the "
                "password as %2F or %23, or nothing for a cache in the process"
            )
        return url

    @property
    def dagster_address(self) -> str:
        """Where Dagster's web server answers, without a slash at the end."""
        return self.dagster_url.rstrip("/") or f"http://127.0.0.1:{self.port}"

    @cached_property
    def home_path(self) -> Path:
        """The home as an absolute path."""
        return self.home.expanduser().absolute()


def read_settings(*, home: Path | None = None) -> Settings:
    """The settings of this process. Raises ConfigurationError naming each wrong variable."""
    try:
        return Settings() if home is None else Settings(home=home)
    except ValidationError as error:
        wrong = "; ".join(
            f"HYPERION_{'_'.join(map(str, item['loc'])).upper()}: {item['msg']}"
            for item in error.errors()
        )
        raise ConfigurationError(f"wrong settings in the environment: {wrong}") from error

"""The settings of the sidecar: a part of `hyperion_pipelines.settings.Settings`."""

from pathlib import Path

from pydantic import ByteSize, Field, SecretStr
from pydantic_settings import BaseSettings


class ServingSettings(BaseSettings):
    """What a user can set of the sidecar; each field's description is its documentation."""

    serve_host: str = Field(
        default="127.0.0.1", description="Address that the sidecar listens on: this machine alone."
    )
    serve_port: int = Field(default=8700, ge=0, le=65535, description="Port of the sidecar.")
    serve_threads: int = Field(
        default=4,
        ge=1,
        description="Requests that the sidecar computes answers to at once; those about commits "
        "and diffs, which take longer, have threads of their own.",
    )
    jwt_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Secret of bearer tokens (JWT, HS256): 32 characters or more.",
    )
    jwks_file: Path | None = Field(
        default=None,
        description="JWKS file of the public keys that bearer tokens (JWT, RS256) are signed with; "
        "it is read again when it changes.",
    )
    jwt_audience: str = Field(
        default="hyperion", description="Audience (`aud`) that bearer tokens must name."
    )
    jwt_issuer: str = Field(
        default="", description="Issuer (`iss`) that bearer tokens must name; default: any."
    )
    rate_limit: str = Field(
        default="6000/minute",
        description="Requests of one caller to one endpoint, as `NUMBER/second`, `/minute`, "
        "`/hour` or `/day`.",
    )
    rate_limits: dict[str, str] = Field(
        default={"answers": "120/minute", "chat": "120/minute", "analyses": "60/minute"},
        description="The same of single resources, in place of it: a JSON object.",
    )
    request_bytes: ByteSize = Field(
        default=ByteSize(10 * 1024**2), ge=1024, description="The largest body of a request."
    )
    request_seconds: float = Field(
        default=30.0,
        gt=0,
        description="Seconds after which a request is given up; answers of a "
        "language model have their own.",
    )
    cors_origins: list[str] = Field(
        default=[],
        description="Origins whose pages may ask the sidecar from a browser: a JSON list.",
    )
    trusted_hosts: list[str] = Field(
        default=[],
        description="Names that the sidecar is reached by, as the header Host has them: a JSON "
        "list; default: any, and this machine's own where it asks for no key.",
    )
    hook_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Secret that GitHub, GitLab or Gitea sign their push events with.",
    )
    dagster_url: str = Field(
        default="",
        description="Dagster's web server, which starts analyses; default: that of `hyperion up`.",
    )
    llm_url: str = Field(
        default="",
        description="OpenAI-compatible model server that words answers, for example "
        "`http://localhost:11434/v1`; without one, answers are passages, quoted.",
    )
    llm_model: str = Field(
        default="", description="Model that is asked there; default: the first that it lists."
    )
    llm_api_key: SecretStr = Field(
        default=SecretStr(""), description="Key that the model server asks for, if it does."
    )
    llm_seconds: float = Field(
        default=120.0, gt=0, description="Seconds after which the model's answer is given up."
    )
    llm_stall_seconds: float = Field(
        default=30.0, gt=0, description="Seconds without a word after which the same happens."
    )
    table_cache_bytes: ByteSize = Field(
        default=ByteSize(384 * 1024**2),
        ge=0,
        description="Memory for the tables that the sidecar answers from.",
    )
    model_cache_bytes: ByteSize = Field(
        default=ByteSize(100 * 1024**2), ge=0, description="Memory for the models that it asks."
    )
    answer_cache_bytes: ByteSize = Field(
        default=ByteSize(64 * 1024**2), ge=0, description="Memory for answers that it has given."
    )
    otlp_endpoint: str = Field(
        default="",
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="Collector of OpenTelemetry traces, by OpenTelemetry's own variable.",
    )

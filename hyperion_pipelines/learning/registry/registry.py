"""The registry: versions of models in MLflow, and the aliases that say which of them counts.

`hyperion-NAME` is both the experiment of a model's runs and the registered model of its versions.
Alias `challenger` is the newest version, `champion` the one that is served. The store is an SQLite
database in the home, or a server. What a model is, and how it is judged, is not known here.
"""

import json
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.learning.registry.candidate import Candidate
from hyperion_pipelines.learning.registry.events import Event, Kind, champions, read_events
from hyperion_pipelines.learning.registry.gate import Decision, decide
from hyperion_pipelines.learning.registry.published import Champion, PublishedModels
from hyperion_pipelines.learning.registry.pyfunc import MODEL_KEY, MODELS
from hyperion_pipelines.learning.registry.run_log import (
    MODEL_FILES,
    LoggedRun,
    environment,
    log_candidate,
)
from hyperion_pipelines.learning.registry.tracking import (
    embedded_uri,
    is_absent,
    is_server,
    open_client,
    speaking_to,
    tracking_to,
)
from hyperion_pipelines.locks import exclusive

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion, RegisteredModel

# Of the Dagster runs that train: each is the parent of the models' own runs.
TRAINING_EXPERIMENT = "hyperion-training"
CHALLENGER, CHAMPION = "challenger", "champion"
GATE, ELSEWHERE = "gate", "another client"
LOCK_SECONDS = 120.0


class Registered(NamedTuple):
    """A new version of a model, the run that recorded it, and what the gate said."""

    name: str
    version: int
    run_id: str
    decision: Decision


class Version(NamedTuple):
    """A version of a model; `registered_at` is an ISO time in UTC."""

    name: str
    version: int
    run_id: str
    registered_at: str
    aliases: tuple[str, ...]
    tags: Mapping[str, str]


class Record(NamedTuple):
    """What the run of a version recorded."""

    parameters: Mapping[str, str]
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class ModelRegistry:
    """The registry of a home; *tracking_uri* names a server, none the database in the home.

    Every method raises HyperionError where the store does not answer, and LockedError where another
    process of the home writes for minutes.
    """

    home: Path
    tracking_uri: str = field(default="", repr=False)  # may hold a password

    @property
    def uri(self) -> str:
        """The address of the store, credentials included."""
        return self.tracking_uri or embedded_uri(self.home)

    @property
    def is_empty(self) -> bool:
        """Whether there is no database in the home yet, told without MLflow; False for a server."""
        return not self.tracking_uri and not self._folder.joinpath("mlflow.db").exists()

    def prepare(self, names: Iterable[str] = MODELS) -> None:
        """Make the store and the experiments of the models *names*, where they are not there.

        Two processes that make a fresh database at once break it: call this before any run.
        """
        with self._writing("preparing the registry"):
            for experiment in (TRAINING_EXPERIMENT, *map(_full_name, names)):
                self._experiment_id(experiment)

    def register(
        self, candidate: Candidate, run_tags: Mapping[str, str] | None = None
    ) -> Registered:
        """Record *candidate* as a run, make it a version, and move the aliases as the gate says.

        The run carries *run_tags*, and is a child of the run that is active.
        """
        name = candidate.name
        with self._writing(f"registering a version of {name}"), tracking_to(self.uri):
            experiment_id = self._experiment_id(_full_name(name))
            run = log_candidate(candidate, experiment_id, run_tags or {})
            present = self._settled_champion(name)
            decision = _decide(candidate, present)
            version = self._create_version(candidate, run, decision)
            moves = [(CHALLENGER, self._aliases(name).get(CHALLENGER), "the newest version")]
            if decision.accepted:
                moves.append((CHAMPION, present, decision.reason))
            for alias, before, why in moves:
                event = Event.now(Kind.REGISTERED, alias, version, before=before, why=why, by=GATE)
                self._move(name, event)
        return Registered(name, version, run.run_id, decision)

    def champion(self, name: str) -> Version | None:
        """The version that is served; None where there is none."""
        return next((each for each in self.versions(name) if CHAMPION in each.aliases), None)

    def versions(self, name: str) -> list[Version]:
        """The versions of a model, the newest first; none where none was registered."""
        if self.is_empty:
            return []
        with speaking_to(self.uri):
            aliases = self._aliases(name)
            found = self._client.search_model_versions(f"name = '{_full_name(name)}'")
        versions = [_version(name, each, aliases) for each in found]
        return sorted(versions, key=lambda each: each.version, reverse=True)

    def record(self, version: Version) -> Record:
        """The parameters and metrics of a version."""
        with speaking_to(self.uri):
            data = self._client.get_run(version.run_id).data
        parameters = {key: value for key, value in data.params.items() if key != MODEL_KEY}
        return Record(parameters, dict(data.metrics))

    def history(self, name: str) -> list[Event]:
        """Every move of the model's aliases, the oldest first."""
        if self.is_empty:
            return []
        with speaking_to(self.uri):
            return self._events(name)

    def promote(self, name: str, version: int, *, by: str) -> Event:
        """Make *version* the champion because the person *by* says so, whatever the gate said.

        Raises UsageError for a version that there is not, or that is champion already.
        """
        chosen = next((each for each in self._trained(name) if each.version == version), None)
        if chosen is None:
            raise UsageError(f"{name} has no version {version}: see `hyperion models show {name}`")
        is_refused = chosen.tags.get("decision") == "refused"
        refusal = f", though the gate refused it: {chosen.tags['decision_reason']}"
        why = "chosen by a person" + (refusal if is_refused else "")
        with self._writing(f"promoting {name} {version}"):
            present = self._settled_champion(name)
            if present == version:
                raise UsageError(f"version {version} of {name} is the champion already")
            event = Event.now(Kind.PROMOTED, CHAMPION, version, before=present, why=why, by=by)
            self._move(name, event)
        return event

    def rollback(self, name: str, *, by: str) -> Event:
        """Make the champion before the present one champion again; every call goes one further.

        Versions that were deleted meanwhile are passed over. Raises HyperionError where there is
        none to go back to.
        """
        existing = {each.version for each in self._trained(name)}
        with self._writing(f"rolling back {name}"):
            present = self._settled_champion(name)
            line = champions(self._events(name))
            while line and (line[-1] == present or line[-1] not in existing):
                line.pop()
            if not line:
                raise HyperionError(
                    f"{name} has no earlier champion to go back to: "
                    f"see `hyperion models show {name}`, and promote a version by its number"
                )
            why = f"back from version {present}" if present else "back to the last champion"
            event = Event.now(Kind.ROLLED_BACK, CHAMPION, line[-1], before=present, why=why, by=by)
            self._move(name, event)
        return event

    def publish_champions(self, names: Iterable[str] = MODELS) -> list[Champion]:
        """Bring the champions of *names* into the home; returns those that changed.

        Follows aliases that were moved in MLflow's own pages; a model whose champion was taken away
        is no longer served.
        """
        if self.is_empty:
            return []
        changed: list[Champion] = []
        published = PublishedModels(self.home)
        with self._writing("publishing champions"):
            for name in names:
                number = self._settled_champion(name)
                if number is None:
                    published.withdraw(name)
                    continue
                found = self._client.get_model_version(_full_name(name), str(number))
                version = _version(name, found, {CHAMPION: number})
                champion = Champion(
                    name, number, version.run_id, version.registered_at, version.tags
                )
                if published.publish(champion, self._downloader(version)):
                    changed.append(champion)
        return changed

    @cached_property
    def _client(self) -> "MlflowClient":
        return open_client(self.uri)

    @property
    def _folder(self) -> Path:
        return self.home / "mlflow"

    @contextmanager
    def _writing(self, doing: str) -> Generator[None]:
        """Hold the registry of this home; one writer at a time."""
        lock = self.home / "locks" / "models.lock"
        with exclusive(lock, doing=doing, wait=LOCK_SECONDS), speaking_to(self.uri):
            yield

    def _experiment_id(self, name: str) -> str:
        """The experiment of that name, made or restored if need be."""
        found = self._client.get_experiment_by_name(name)
        if found is None:
            # A server keeps artifacts where its operator chose.
            artifacts = (
                None if is_server(self.uri) else (self._folder / "artifacts" / name).as_uri()
            )
            return self._client.create_experiment(name, artifact_location=artifacts)
        if found.lifecycle_stage == "deleted":
            self._client.restore_experiment(found.experiment_id)
        return found.experiment_id

    def _trained(self, name: str) -> list[Version]:
        """The versions of a model. Raises HyperionError where there are none."""
        versions = self.versions(name)
        if not versions:
            raise HyperionError(f"{name} has no versions yet: its first training makes one")
        return versions

    def _create_version(self, candidate: Candidate, run: LoggedRun, decision: Decision) -> int:
        from mlflow.exceptions import MlflowException

        full_name = _full_name(candidate.name)
        try:
            self._client.get_registered_model(full_name)
        except MlflowException as error:
            if not is_absent(error):
                raise
            self._client.create_registered_model(full_name)
        created = self._client.create_model_version(
            full_name,
            source=run.model_uri,
            run_id=run.run_id,
            model_id=run.model_id,
            description=candidate.summary,
            tags=dict(candidate.tags) | environment() | _decision_tags(candidate, decision),
        )
        return int(created.version)

    def _move(self, name: str, event: Event) -> None:
        full_name = _full_name(name)
        self._client.set_registered_model_alias(full_name, event.alias, str(event.version))
        self._client.set_registered_model_tag(full_name, *event.tag())

    def _settled_champion(self, name: str) -> int | None:
        """The champion as MLflow has it; a move that nobody recorded is recorded now."""
        present = self._aliases(name).get(CHAMPION)
        moves = [event for event in self._events(name) if event.alias == CHAMPION]
        known = moves[-1].version if moves else None
        if present != known:
            event = Event.now(
                Kind.MOVED_ELSEWHERE,
                CHAMPION,
                present,
                before=known,
                why="the alias was moved in MLflow itself",
                by=ELSEWHERE,
            )
            self._client.set_registered_model_tag(_full_name(name), *event.tag())
        return present

    def _aliases(self, name: str) -> dict[str, int]:
        model = self._model(name)
        if model is None:
            return {}
        aliases = cast("Mapping[str, str]", model.aliases)
        return {alias: int(version) for alias, version in aliases.items()}

    def _events(self, name: str) -> list[Event]:
        model = self._model(name)
        if model is None:
            return []
        tags = cast("Mapping[str, str]", model.tags)
        return read_events(tags)

    def _model(self, name: str) -> "RegisteredModel | None":
        from mlflow.exceptions import MlflowException

        try:
            return self._client.get_registered_model(_full_name(name))
        except MlflowException as error:
            if is_absent(error):
                return None
            raise

    def _downloader(self, version: Version) -> Callable[[Path], Path]:
        """What brings the model's own files of a version into a folder, and says where in it."""

        def download(folder: Path) -> Path:
            import mlflow.artifacts

            source = self._client.get_model_version_download_uri(
                _full_name(version.name), str(version.version)
            )
            with tracking_to(self.uri):
                files = mlflow.artifacts.download_artifacts(
                    artifact_uri=f"{source}/{MODEL_FILES}", dst_path=str(folder)
                )
            return Path(files)

        return download


def _full_name(name: str) -> str:
    return f"hyperion-{name}"


def _decide(candidate: Candidate, present: int | None) -> Decision:
    """The gate's decision; it refuses a contest that passed over the present champion."""
    contest = candidate.contest
    if present is not None and contest.champion is None and not contest.is_champion_outdated:
        return Decision(False, f"it was not compared with the champion, version {present}")
    return decide(contest)


def _decision_tags(candidate: Candidate, decision: Decision) -> dict[str, str]:
    return {
        "decision": "accepted" if decision.accepted else "refused",
        "decision_reason": decision.reason,
        "decided_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "contest": json.dumps(asdict(candidate.contest)),
    }


def _version(name: str, found: "ModelVersion", aliases: Mapping[str, int]) -> Version:
    number = int(found.version)
    registered = datetime.fromtimestamp(found.creation_timestamp / 1000, UTC)
    return Version(
        name,
        number,
        str(found.run_id),
        registered.isoformat(timespec="seconds"),
        tuple(sorted(alias for alias, target in aliases.items() if target == number)),
        dict(found.tags),
    )

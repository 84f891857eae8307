"""The teams that a person wrote down (`config/SLUG/teams.yaml`): who is in which.

An entry is whatever tells a person of the history: a name, an e-mail address, the `person_id` of
the table identities, or the handle of an account whose noreply address was recorded. A team that
CODEOWNERS names, `@organisation/team`, gets its members here too. Whom an entry means is found by
`building.mentions`; this module only reads.

```yaml
teams:
  storefront:
    - Alma Ekström
    - bo@shop.org
  shop/payments:
    - "@cleo"
```
"""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from hyperion_pipelines.config import read_yaml
from hyperion_pipelines.graph.teams.names import team_key

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class TeamsFile(BaseModel):
    """The members of each team, by its name; a name is the same in any case, with `@` or without.

    An entry that the repository's history does not have is nobody there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    teams: dict[_Text, Annotated[tuple[_Text, ...], Field(min_length=1)]] = {}

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [team_key(name) for name in self.teams]
        twice = sorted(name for name in self.teams if names.count(team_key(name)) > 1)
        if twice:
            raise ValueError(f"{twice[0]!r} stands there twice; keep one of them")
        return self


NO_TEAMS = TeamsFile()


def read_teams(file: Path) -> TeamsFile:
    """What *file* says.

    Raises ConfigurationError, naming file, key and remedy, for an unknown key, a team without
    members, a team that stands there twice, and what is no YAML.
    """
    return read_yaml(file, TeamsFile)

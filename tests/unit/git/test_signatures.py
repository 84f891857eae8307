"""Which signatures are a program's."""

import polars as pl
import pytest

from hyperion_pipelines.git import signatures

Pair = tuple[str, str]

BOTS: list[Pair] = [
    ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
    ("dependabot-preview[bot]", "support@dependabot.com"),
    ("renovate", "bot@renovateapp.com"),
    ("Renovate Bot", "bot@x.org"),
    ("github-actions", "actions@github.com"),
    ("GitHub", "noreply@github.com"),
    ("pre-commit-ci", "ci@x.org"),
    ("greenkeeper", "g@x.org"),
    ("mergify", "m@x.org"),
    ("semantic-release", "s@x.org"),
    ("jenkins", "j@x.org"),
    ("Jenkins CI", "j@x.org"),
    ("Travis CI", "t@x.org"),
    ("Copybara Service", "c@x.org"),
    ("k8s-ci-robot", "k@x.org"),
    ("asfgit", "a@x.org"),
    ("pr-bot", "p@x.org"),
    ("RedisBot", "r@x.org"),
    ("Ann", "release-bot@x.org"),
    ("chromium-autoroll", "c@x.org"),
]
PEOPLE: list[Pair] = [
    ("Bud Abbott", "abbott@x.org"),
    ("Fox Talbot", "talbot@x.org"),
    ("Sebastian Cabot", "c@x.org"),
    ("Botond", "botond@x.org"),
    ("Theo", "botovq@users.noreply.github.com"),
    ("Travis", "travis@vaught.net"),
    ("Travis Oliphant", "t@x.org"),
    ("Katherine Jenkins", "kj@x.org"),
    ("shoma", "shoma@catbot.net"),
    ("serjchebotarev", "s@x.org"),
    ("Robota Jan", "r@x.org"),
    ("Lucia", "lucia@x.org"),
]


@pytest.mark.parametrize(
    ("pair", "is_bot"), [*((pair, True) for pair in BOTS), *((pair, False) for pair in PEOPLE)]
)
def test_bots_are_told_from_people(pair: Pair, is_bot: bool) -> None:
    name, email = pair
    frame = pl.DataFrame({"canonical_name": [name], "canonical_email": [email]})
    assert frame.select(signatures.is_bot()).item() is is_bot

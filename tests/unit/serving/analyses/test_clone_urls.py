"""Addresses of repositories: which lead to the same one, and which may be added over HTTP."""

import pytest

from hyperion_pipelines.repositories import Repository
from hyperion_pipelines.serving.analyses.clone_urls import is_remote, repository_name, with_url

SAME = [
    "https://github.com/psf/requests",
    "https://github.com/psf/requests.git",
    "https://github.com/psf/requests/",
    "http://GitHub.com:8080/psf/requests.git",
    "https://somebody@github.com/PSF/Requests",
    "ssh://git@github.com:2222/psf/requests.git",
    "git://github.com/psf/requests.git",
    "git@github.com:psf/requests.git",
    "github.com:/psf/requests",
    "https://github.com/psf/%72equests",
]


@pytest.mark.parametrize("url", SAME)
def test_every_way_to_write_an_address_leads_to_one_repository(url: str) -> None:
    assert repository_name(url) == "github.com/psf/requests"


@pytest.mark.parametrize(
    "url",
    [
        *("", "requests", "/srv/git/requests.git", "file:///srv/git/requests", "https://"),
        *("https://github.com", "https://[", "C://x", "-oProxyCommand=x:y"),
    ],
)
def test_what_is_no_clone_url_leads_nowhere(url: str) -> None:
    assert repository_name(url) is None


def test_other_hosts_owners_and_longer_names_are_other_repositories() -> None:
    others = [
        "https://gitlab.com/psf/requests",
        "https://github.com/other/requests",
        "https://github.com/psf/requests-docs",
        "https://github.com/psf/requests/wiki",
    ]
    catalogue = [Repository(str(number), url, "") for number, url in enumerate(others)]
    assert with_url(catalogue, SAME) == []


def test_all_entries_of_a_repository_are_found() -> None:
    sources = [
        "git@github.com:psf/requests",
        "/srv/git/requests",
        "https://github.com/psf/requests",
    ]
    catalogue = [Repository(str(number), source, "") for number, source in enumerate(sources)]
    assert with_url(catalogue, SAME) == ["0", "2"]


def test_sources_without_a_name_match_no_event_without_urls() -> None:
    assert with_url([Repository("local", "/srv/git/requests", "")], ["", "nonsense"]) == []


@pytest.mark.parametrize(
    "source", ["https://h/x", "HTTP://h/x", "ssh://git@h/x", "git://h/x", "git@h:x"]
)
def test_addresses_of_other_machines_are_remote(source: str) -> None:
    assert is_remote(source)


@pytest.mark.parametrize(
    "source",
    [
        *("/etc", "etc", "../x", "~/x", "file:///etc", "FILE:///etc", "ext::sh -c id", "h:x"),
        *("--upload-pack=x", "-oProxyCommand=x@h:y", "fd::17", "ftp://h/x", "C:\\git"),
    ],
)
def test_paths_options_and_other_transports_are_not(source: str) -> None:
    assert not is_remote(source)

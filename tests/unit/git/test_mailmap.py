"""A `.mailmap` means here what it means to git."""

import random
import subprocess
from pathlib import Path

import pytest

from hyperion_pipelines.git.mailmap import Mailmap, Signature

FORMS = {
    "name only": (
        "Jane Doe <jane@x.org>",
        Signature("jd", "Jane@X.org"),
        Signature("Jane Doe", "Jane@X.org"),
    ),
    "e-mail only": (
        "<jane@x.org> <jane@laptop>",
        Signature("Jane", "jane@laptop"),
        Signature("Jane", "jane@x.org"),
    ),
    "name and e-mail, by e-mail": (
        "Jane Doe <jane@x.org> <jane@laptop>",
        Signature("jd", "jane@laptop"),
        Signature("Jane Doe", "jane@x.org"),
    ),
    "name and e-mail, by name and e-mail": (
        "Jane Doe <jane@x.org> JD <team@x.org>",
        Signature("jd", "TEAM@x.org"),
        Signature("Jane Doe", "jane@x.org"),
    ),
    "another name at the same e-mail is left alone": (
        "Jane Doe <jane@x.org> JD <team@x.org>",
        Signature("Bob", "team@x.org"),
        Signature("Bob", "team@x.org"),
    ),
    "a comment after the entry": (
        "Jane Doe <jane@x.org> # since 2012",
        Signature("jd", "jane@x.org"),
        Signature("Jane Doe", "jane@x.org"),
    ),
    "a comment line": (
        "# Jane Doe <jane@x.org>",
        Signature("jd", "jane@x.org"),
        Signature("jd", "jane@x.org"),
    ),
    "letters outside ASCII have no case": (
        "Émile <emile@x.org> ÉMILE <team@x.org>",
        Signature("émile", "team@x.org"),
        Signature("émile", "team@x.org"),
    ),
    "Windows line ends": (
        "Jane Doe <jane@x.org> <jane@laptop>\r\n",
        Signature("jd", "jane@laptop"),
        Signature("Jane Doe", "jane@x.org"),
    ),
}


@pytest.mark.parametrize(("mailmap", "recorded", "canonical"), FORMS.values(), ids=FORMS.keys())
def test_each_form_of_an_entry(mailmap: str, recorded: Signature, canonical: Signature) -> None:
    assert Mailmap.parse(mailmap).resolve(recorded) == canonical


def test_later_entries_add_to_earlier_ones() -> None:
    """A name from one line and an e-mail from another both apply."""
    mailmap = Mailmap.parse("Jane Doe <old@x>\n<jane@x.org> <old@x>\nJane M. Doe <OLD@x>\n")
    assert mailmap.resolve(Signature("jd", "old@x")) == ("Jane M. Doe", "jane@x.org")


@pytest.mark.parametrize("seed", range(4))
def test_resolves_as_git_check_mailmap(tmp_path: Path, seed: int) -> None:
    """Random entries, of all forms and malformed ones too, mean what git says they mean."""
    chosen = random.Random(seed)
    names = ["Ann", "ANN", "Bob B", "bob b", "Élan", "élan", "Cy  Cy", "#Dan"]
    emails = ["a@x", "A@X", "b@x", "b@Y", "é@z", "É@z", "c c@x", "ab@x"]

    def contact(*, bare: float) -> str:
        name = "" if chosen.random() < bare else chosen.choice(names)
        return f"{name}{chosen.choice(['', ' ', '  '])}<{chosen.choice(emails)}>"

    def line() -> str:
        entry = contact(bare=0.3)
        if chosen.random() < 0.7:
            entry += chosen.choice(["", " ", "\t"]) + contact(bare=0.4)
        return (
            chosen.choice(["", "", "", "", " ", "# "]) + entry + chosen.choice(["", "", " # <q@q>"])
        )

    malformed = [
        "",
        "#",
        "Ann",
        "Ann <a@x",
        "Ann a@x>",
        "<> <a@x>",
        "Bob <b@x> <>",
        "Bob <b@x> Ann <",
    ]
    lines = [line() for _ in range(30)] + malformed
    chosen.shuffle(lines)
    text = "\n".join(lines)
    (tmp_path / "mailmap").write_text(text)
    recorded = [Signature(name, email) for name in names for email in emails]

    assert [Mailmap.parse(text).resolve(each) for each in recorded] == _asked_of_git(
        tmp_path, recorded
    )


def _asked_of_git(directory: Path, recorded: list[Signature]) -> list[Signature]:
    subprocess.run(["git", "init", "--quiet", str(directory)], check=True)
    answer = subprocess.run(
        ["git", "-c", f"mailmap.file={directory / 'mailmap'}", "check-mailmap", "--stdin"],
        cwd=directory,
        input="\n".join(f"{name} <{email}>" for name, email in recorded),
        capture_output=True,
        check=True,
        text=True,
    )
    pairs = (line.removesuffix(">").split(" <") for line in answer.stdout.splitlines())
    return [Signature(name, email) for name, email in pairs]

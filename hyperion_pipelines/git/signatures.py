"""Reads a signature, the name and e-mail of a commit: whose mailbox, which words, a bot or not.

Columns over frames of `canonical_name` and `canonical_email`; what they say of identity, that is
who is who, belongs to `identities`, which uses them.
"""

import polars as pl
from pydantic import BaseModel, ConfigDict

from hyperion_pipelines.config import DIRECTORY, read_yaml

# E-mails that lead to nobody in particular: no mailbox, a machine's own name, an address shared.
_ADDRESS = r"^[^\s@<>]+@[^\s@<>]+$"
_NOBODYS_HOST = (
    r"@(.*\.)?(localhost|localdomain|local|lan|home|internal|invalid|none|\(none\)|unknown"
    r"|example(\.(com|org|net))?|domain\.com|email\.com|your-?domain\.com)$"
)
_NOBODYS_MAILBOX = (
    r"^(no-?reply|do-?not-?reply|none|nobody|root|unknown|anonymous|user|username|you|your"
    r"|your[._-]?(e-?mail|name)|e-?mail|null|localhost|devnull|invalid)@"
)
_NUMBERED_NOREPLY = r"^\d+(\+(.*@users\.noreply\.github\.com)|-(.*@users\.noreply\.gitlab\.com))$"
_NOREPLY_ACCOUNT = r"@users\.noreply\."
# Anyone may have several mailboxes there, so two of them contradict nothing.
_PUBLIC_PROVIDER = (
    r"@(.*\.)?(gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|rocketmail|icloud|me|mac|aol"
    r"|gmx|web|mail|yandex|ya|rambler|inbox|list|bk|qq|foxmail|163|126|sina|sohu|yeah|naver|daum"
    r"|hanmail|proton|protonmail|pm|fastmail|zoho|hey|tutanota|posteo|mailbox|free|orange|laposte"
    r"|wanadoo|libero|comcast|verizon|att|t-online)\.[a-z.]{2,6}$"
)
_ORGANISATION_MAILBOXES = 3  # so many mailboxes in one repository make a domain an organisation's
_LOCAL_PART_LENGTH = 3  # Goeminne & Mens (2013): shorter ones agree by chance

# Words that name a role, a default or a machine: a name of nothing else names nobody.
_GENERIC_WORD = (
    "^(root|admin|administrator|unknown|user|username|your|name|you|me|none|null|nobody|anonymous"
    "|anon|test|tester|developer|dev|author|git|github|gitlab|svn|cvs|ubuntu|debian|vagrant|docker"
    "|ec2|pi|localhost|system|default|guest|owner|support|info|team|the|no|not|and|of|inc|ltd)$"
)
_TITLES = r"\b(mr|mrs|ms|miss|dr|prof|professor|phd|msc|bsc|dipl|ing|sir)\b"
_ASIDES = r"\([^)]*\)|\[[^\]]*\]|\bvia \S+$"
# Letters that Unicode does not decompose
_LATIN = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "\u0131": "i"}


class _BotPatterns(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    names: tuple[str, ...]
    emails: tuple[str, ...]


def address() -> pl.Expr:
    """The e-mail as a key: null when it leads to nobody in particular.

    Letter case, plus-addressing and the number that GitHub and GitLab put before the login of a
    noreply address are aside.
    """
    email = _plain_email()
    return pl.when(_is_somebodys(email) & ~email.str.contains(_NOBODYS_HOST)).then(email)


def local_part() -> pl.Expr:
    """What stands before the @, whatever the host; null when it is short or a role."""
    email = _plain_email()
    before_at = email.str.extract(rf"^([^@]{{{_LOCAL_PART_LENGTH},}})@")
    return pl.when(_is_somebodys(email)).then(before_at)


def is_noreply() -> pl.Expr:
    """Whether the e-mail is the noreply address of an account, which is somebody's all the same."""
    return _plain_email().str.contains(_NOREPLY_ACCOUNT)


def organisation() -> pl.Expr:
    """The domain of the column `address` when it is an organisation's; null otherwise.

    An organisation has several mailboxes in the repository and is no public provider of mail.
    """
    domain = pl.col("address").str.extract("@(.+)$")
    return pl.when(
        (pl.col("address").n_unique().over(domain) >= _ORGANISATION_MAILBOXES)
        & ~pl.col("address").str.contains(_PUBLIC_PROVIDER)
        & ~pl.col("address").str.contains(_NOREPLY_ACCOUNT)
    ).then(domain)


def words() -> pl.Expr:
    """The words of the name in alphabetical order: "Dr. Döe, John" and "john doe" have the same.

    Accents, case, punctuation, titles and what stands in brackets are aside (Bird et al., MSR
    2006). A name of generic words ("root", "Your Name") has none.
    """
    found = (
        _plain_name().str.replace_all(_TITLES, " ").str.extract_all(r"[\p{L}\p{N}]+").list.sort()
    )
    is_generic = found.list.eval(pl.element().str.contains(_GENERIC_WORD)).list.all()
    return pl.when(is_generic).then(pl.lit([], pl.List(pl.String))).otherwise(found)


def slug() -> pl.Expr:
    """The name in lower case, its words joined by hyphens; "unknown" when there are none."""
    hyphened = _plain_name().str.replace_all(r"[^\p{L}\p{N}]+", "-").str.strip_chars("-")
    return hyphened.replace("", "unknown")


def is_bot() -> pl.Expr:
    """Whether name or e-mail are a program's, by the patterns of `config/bots.yaml`."""
    patterns = read_yaml(DIRECTORY / "bots.yaml", _BotPatterns)
    return _matches("canonical_name", patterns.names) | _matches("canonical_email", patterns.emails)


def _plain_email() -> pl.Expr:
    email = pl.col("canonical_email").str.strip_chars().str.to_lowercase()
    numberless = email.str.replace(_NUMBERED_NOREPLY, "${2}${3}")
    return numberless.str.replace(r"^([^+@]+)\+[^@]*@", "${1}@")


def _plain_name() -> pl.Expr:
    return (
        pl.col("canonical_name")
        .str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.to_lowercase()
        .str.replace_many(list(_LATIN), list(_LATIN.values()))
        .str.replace_all(_ASIDES, " ")
        .str.replace_all("['`\u2019]", "")
    )


def _is_somebodys(email: pl.Expr) -> pl.Expr:
    return email.str.contains(_ADDRESS) & ~email.str.contains(_NOBODYS_MAILBOX)


def _matches(column: str, patterns: tuple[str, ...]) -> pl.Expr:
    return pl.col(column).str.contains("(?i)" + "|".join(f"(?:{each})" for each in patterns))

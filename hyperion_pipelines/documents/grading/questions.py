"""The words of golden queries: what a person might ask, out of what authors wrote for other ends.

Expressions over columns of text. Which texts become queries, and what answers them, is the business
of `golden_queries`.
"""

import polars as pl

FEWEST_WORDS = 4
FEWEST_WORDS_OF_HEADING = 2

_TAGS = (
    "a|b|br|c|code|div|em|h[1-6]|i|img|li|ol|p|para|pre|remarks|see|seealso|span|strong|sub|"
    "summary|sup|table|td|th|tr|tt|ul"
)
# Each with what stays of it, in the order in which they are taken off.
_MARKUP = (
    (r"(?i)\{@?inheritDoc\}", ""),
    (r"\{@\w+\s+([^{}]*)\}", "$1"),  # Javadoc, JSDoc
    (r"!?\[([^\[\]]*)\]\([^()]*\)", "$1"),  # links and pictures of Markdown
    (r"\[([^\[\]]+)\](?:\[[^\[\]]*\])?", "$1"),
    (r":[\w:.+-]+:`~?([^`<]*?)\s*(?:<[^`>]*>)?`", "$1"),  # roles of reStructuredText
    (r"`([^`<]+?)\s*<[^`>]*>`_*", "$1"),
    (rf"(?i)</?(?:{_TAGS})(?:\s[^<>]*)?/?>", " "),
    (r"(?:^|\s)[\\@](?:brief|short|summary|fn|c|p|a|e|b)\b", " "),  # Doxygen
    (r"[`*]+", ""),
    (r"(^|\s)_+([^_\s][^_]*)_+(\s|$)", "$1$2$3"),
    (r"(?:^|\s)[-=~#/|+]{2,}(?:\s|$)", " "),
    (r"\s+", " "),
)
# A paragraph ends where a list, a fence, a tag or a section of parameters begins.
_PARAGRAPH_END = (
    r"(?m)\n\s*\n|^\s*(?:@(?:param|return|returns|throws|see|since|deprecated|type|private|public|api"
    r"|example|template|author|internal|access|static|property|var)\b|[\\]param\b|:\w[\w ]*:\s"
    r"|```|~~~|[-+*]\s|\d+[.)]\s|>>> |Args?:|Arguments:|Parameters?:?$|Returns?:|Yields:|Raises:"
    r"|Usage:|Examples?:)"
)
_SENTENCE = r"^((?:(?:e\.g|i\.e|etc|vs|cf|resp|approx)\.\s|[^.!?]|[.!?]+[^\s.!?])+)"

_KIND = (
    r"(?:build|bug|bugfix|bld|chore|ci|deps?|dev|docs?|enh|feat|feature|fix|hotfix|lint|maint|minor"
    r"|mnt|perf|refactor|refact|rel|style|sty|tests?|tst|types?|typ|api)(?:\([^)]*\))?"
)
_MENTION = "fix(?:e[sd])?|close[sd]?|resolve[sd]?|refs?|see|issue|pr|bug"
_REFERENCE = r"(?:[\w./-]*#\d+|GH-\d+|[A-Z][A-Z0-9]+-\d+|https?://\S+)"
# Each is taken off a subject.
_ASIDE = (
    rf"(?i)\s*[(\[](?:(?:{_MENTION})[ :]*)*{_REFERENCE}[^)\]]*[)\]]",
    rf"(?i)[\s,;:.-]*\b(?:(?:{_MENTION})[ :]+)+{_REFERENCE}\W*$",
    r"\s#\d+\b",
    rf"(?i)^(?:\[[^\]]*\]|:\w+:|{_REFERENCE})[\s:,;-]*",
    rf"(?i)^(?:{_KIND}[:/,]\s*)*{_KIND}!?:\s*",
    r"\.+$",
)
_NO_TASK = (
    r"(?i)^(?:bump|release|prepare|merge|revert|back out|wip|fixup!|squash!|amend!|version"
    r"|v?\d+\.\d|(?:update|upgrade|pin|unpin) .*\b(?:to|from) [\^~=v]*\d)"
    r"|\btypos?\b|\bspelling\b|\b(?:changelog|release notes?|version number)\b"
    r"|\b(?:version|release) (?:bump|to) |\breleas\w+\b.*\d\.\d"
    r"|\b(?:pep-?8|flake8|lint(?:er|ing|s)?|eslint|prettier|isort|gofmt|rustfmt|white-?spaces?"
    r"|indent(?:ation|ed|s)?|code style|cosmetics?|nits?"
    r"|minor (?:fix|change|edit|tweak|clean-?up)\w*)\b"
)
_BOILERPLATE = (
    r"(?i)^(?:(?:gets?|sets?|returns?|gets? or sets?|(?:private |default )?constructor|"
    r"(?:creates?|constructs?|initiali[sz]es?) (?:an? )?(?:new )?)\b(?:\W+\w+){0,4}\W*$"
    r"|see\b|todo\b|fixme\b|xxx\b|deprecated\b|overrid|same as\b|alias (?:of|for|to)\b"
    r"|auto-?generated\b|copyright\b|this (?:method|function|class) (?:is|was) generated)"
    r"|https?://"
)
_RECEIVER = r"^\([^()]*\) "  # "Render (JSON) writes", of methods in Go
_NO_TOPIC = r"(?i)^(?:table of contents|(?:un)?released?\b.*|.*\bcontents of this\b.*)$"
_WORD = r"\p{L}[\p{L}\p{N}'_-]+"


def without_markup(text: pl.Expr) -> pl.Expr:
    """*text* in one line, as it is read where its markup is shown."""
    for pattern, shown in _MARKUP:
        text = text.str.replace_all(pattern, shown)
    return text.str.strip_chars()


def first_sentence(documentation: pl.Expr, name: pl.Expr) -> pl.Expr:
    """The first sentence of *documentation*, without its full stop; null where it says too little.

    A name of its own in front ("Open opens", the custom of Go) is left out: who knows it asks for
    nothing else.
    """
    paragraph = documentation.str.strip_chars().str.replace(rf"(?s)(?:{_PARAGRAPH_END}).*$", "")
    sentence = without_markup(paragraph).str.extract(_SENTENCE).str.strip_chars(" :")
    is_named = sentence.str.starts_with(name + " ")
    unnamed = sentence.str.slice(name.str.len_chars() + 1).str.replace(_RECEIVER, "")
    said = pl.when(is_named).then(unnamed).otherwise(sentence)
    return _where(~said.str.contains(_BOILERPLATE) & has_words(said, FEWEST_WORDS), said)


def task(subject: pl.Expr) -> pl.Expr:
    """What a commit's *subject* says was done, without issues and kinds; null where that is little.

    New versions, reverts, spelling and layout say nothing of the files that they touch.
    """
    done = subject
    for aside in _ASIDE:
        done = done.str.strip_chars().str.replace_all(aside, "")
    done = without_markup(done)
    says_little = subject.str.contains(_NO_TASK) | done.str.contains(_NO_TASK)
    return _where(~says_little & has_words(done, FEWEST_WORDS), done)


def topic(heading: pl.Expr) -> pl.Expr:
    """A *heading* as a question; null where it is a single word, or none about a topic."""
    words = without_markup(heading).str.replace(r"^[\d.)(]+\s+", "").str.strip_chars(" #:")
    return _where(has_words(words, FEWEST_WORDS_OF_HEADING) & ~words.str.contains(_NO_TOPIC), words)


def has_words(text: pl.Expr, fewest: int) -> pl.Expr:
    """Whether *text* has at least so many words of letters."""
    return text.str.count_matches(_WORD) >= fewest


def _where(condition: pl.Expr, text: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(text)

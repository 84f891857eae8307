"""Which reader takes a file at HEAD, or why none does: what its path, mode and size say.

To read a new sort of file, add it to a table here; a reader may still find no text in one. Each
reader is a module of this folder; `update` calls them.
"""

import polars as pl

from hyperion_pipelines.code.grammar import grammar_version
from hyperion_pipelines.code.languages import GRAMMARS, LANGUAGES, language_of
from hyperion_pipelines.documents.document import KIND_OF_MARKUP, PROSE
from hyperion_pipelines.documents.extraction import notebook
from hyperion_pipelines.git.blobs import MAXIMUM_BYTES
from hyperion_pipelines.git.modes import GITLINK, SYMLINK

# Why a file is passed over, wholly or in part, by its path or by what is in it.
REASONS = {
    "symbolic link": "it names another file",
    "submodule": "it names a commit of another repository",
    "empty": "it has no bytes",
    "lock file": "a package manager wrote it",
    "vendored": "it is a copy of other people's work",
    "generated": "a program wrote it: its path or its first lines say so",
    "binary": "it is no text, to git or by its NUL characters",
    "unknown kind": "neither its name nor its extension, nor a `#!`, says that it can be read",
    "data": "it holds data rather than configuration: by its kind, its folder or its size",
    "too large": "it is over 1 MiB (a notebook: over 16 MiB)",
    "minified": "its lines are too long to have been written by people",
    "endless lines": "it has a line of more than 10,000 characters",
    "not text": "more than one in a hundred of its characters are odd, in any encoding tried",
    "broken notebook": "it is no notebook of format 4",
    "no text": "there is nothing in it to search: blank lines, or code that only imports",
    "cut to its first MiB": "it is prose of more than that; the rest is not read",
}
# By reader: raised whenever it would find other documents in the same file, or takes other files.
VERSIONS = {
    "prose": 1,
    "notebook": 1,
    "configuration": 1,
    "whole file": 1,
    "script": 1,
    "source code": 1,
    "tests": 1,  # source code that offers nobody an interface
}

_PARSED = ["source code", "tests"]
_CONFIGURATION = frozenset(
    {
        *("CMake", "Dockerfile", "HCL", "INI", "JSON", "Makefile", "Meson", "TOML", "XML", "YAML"),
        *("Nix", "Starlark"),
    }
)
_INTERFACES = frozenset(["GraphQL", "Protocol Buffer", "Thrift"])
_KIND_OF_LANGUAGE = {
    language.name: (
        KIND_OF_MARKUP.get(language.name)
        or ("config" if language.name in _CONFIGURATION else None)
        or ("api" if language.name in _INTERFACES else None)
        or "code"
    )
    for language in LANGUAGES
}
# By kind: extensions in lower case, where the table of languages is silent or knows another use.
_EXTENSIONS = {
    "api": "avdl avsc capnp fbs idl raml smithy webidl wsdl xsd",
    "config": (
        "cnf conf config desktop mount service socket timer cabal cue gn gni gradle gyp gypi hocon"
        " jsonnet kdl libsonnet spec"
    ),
    "text": "creole mediawiki org pod rdoc texi texinfo textile",
    "data": "csv diff geojson jsonl patch svg tsv",
    "code": "i inc pyf xsl xslt",
    "notebook": "ipynb",
}
_KIND_OF_EXTENSION = {
    extension: kind for kind, extensions in _EXTENSIONS.items() for extension in extensions.split()
}
# File names. What may be called like a file of configuration with anything after it is one only if
# that is no extension of a language.
_CONFIGURATION_NAME = (
    r"^(Jenkinsfile|Procfile|CODEOWNERS|OWNERS|MANIFEST\.in|go\.(mod|work)|Caddyfile|[Jj]ustfile"
    r"|Earthfile|Kconfig|Doxyfile|crontab|robots\.txt|requirements([-_.][^/]*)?\.(txt|in)"
    r"|constraints([-_.][^/]*)?\.txt|\.?env[.-](example|sample|template|dist|defaults?)"
    r"|\.(gitattributes|gitmodules|mailmap|flake8|htaccess|clangd|yamllint|tool-versions)"
    r"|\.[\w-]+(rc|ignore|version))$"
)
_REQUIREMENTS = r"(^|/)requirements/[^/]*\.(txt|in)$"
_CONFIGURATION_BEGINNING = r"^(Docker|Container|Make|Jenkins)file[.-]"
_README = r"(?i)^readme([-_.].*)?$"
# Prose of no known language: documentation without an extension, or a page of a manual; and any
# file whose name is in capitals, without an extension.
_PLAIN_DOCUMENTATION = r"^[^.]+$|\.[1-9]$"
_CAPITALS = r"^[A-Z0-9_-]*[A-Z]{3}[A-Z0-9_-]*$"
# `loops.c.src` is read as `loops.c` would be, but not parsed.
_TEMPLATE = r"\.(in|src|tmpl|tpl|template|example|sample|dist|erb)$"
_LOCK_FILE = (
    r"(^|/)([^/]*[-.]lock(\.(json|ya?ml|toml|hcl))?|npm-shrinkwrap\.json|go\.(work\.)?sum"
    r"|(Package|Cartfile)\.resolved|gradle\.lockfile|bun\.lockb)$"
)
_DATA_FOLDER = (
    r"(?i)(^|/)_*(data|datasets?|testdata|test[-_]data|fixtures|snapshots|cassettes|golden|corpus)"
    r"_*/"
)
_DATA_LANGUAGES = ["JSON", "XML", "Text"]

_LANGUAGE = pl.col("language")
_NAME = pl.col("path").str.extract(r"(?s)([^/]*)$")
_EXTENSION = _NAME.str.extract(r"(?s).\.([^.]+)$").str.to_lowercase()
_IS_TEMPLATE = _NAME.str.contains(_TEMPLATE)


def document_files(tree: pl.DataFrame) -> pl.DataFrame:
    """One row per file of *tree* (the columns of the table of that name), by path.

    `path`, `blob`, `language` (of what a template makes, if it has none of its own), `bytes`;
    `reader`, one of VERSIONS, and the `kind` of document that it makes, or its own name;
    `extractor`, the reader and what its result depends on besides the content; `skipped`, one of
    REASONS, where no reader takes the file: these three are null then.
    """
    template_of = pl.when(_IS_TEMPLATE).then(language_of(pl.col("path").str.replace(_TEMPLATE, "")))
    known = tree.with_columns(pl.coalesce("language", template_of).alias("language"))
    known = known.with_columns(_kind().alias("kind")).with_columns(_reader().alias("reader"))
    files = known.with_columns(_reason().alias("skipped"))
    is_read = pl.col("skipped").is_null()
    return files.select(
        *("path", "blob", "language"),
        pl.col("size").alias("bytes"),
        *(pl.when(is_read).then(name).alias(name) for name in ("reader", "kind")),
        pl.when(is_read).then(_extractor()).alias("extractor"),
        "skipped",
    ).sort("path")


def _kind() -> pl.Expr:
    """The kind of the documents, or what else is known of the file; null where nothing is.

    Of `data` no documents are made; of a `notebook` several kinds; of a `script`, which may be any
    text whose name says nothing, only where its content shows that it is one.
    """
    is_named = _NAME.str.contains(_CONFIGURATION_NAME)
    is_named |= pl.col("path").str.contains(_REQUIREMENTS)
    by_extension = _EXTENSION.replace_strict(
        _KIND_OF_EXTENSION, default=None, return_dtype=pl.String
    )
    by_language = _LANGUAGE.replace_strict(_KIND_OF_LANGUAGE, default=None, return_dtype=pl.String)
    has_beginning = _LANGUAGE.is_null() & _NAME.str.contains(_CONFIGURATION_BEGINNING)
    is_plain = pl.col("is_documentation") & _NAME.str.contains(_PLAIN_DOCUMENTATION)
    is_text = is_plain | _NAME.str.contains(_CAPITALS)
    is_script = _EXTENSION.is_null() & pl.col("lines").is_not_null()
    kind = pl.coalesce(
        pl.when(is_named).then(pl.lit("config")),
        by_extension,
        by_language,
        pl.when(has_beginning).then(pl.lit("config")),
        pl.when(is_text).then(pl.lit("text")),
        pl.when(is_script).then(pl.lit("script")),
    )
    is_prose = kind.is_in(list(KIND_OF_MARKUP.values()))
    is_data = _LANGUAGE.is_in(_DATA_LANGUAGES) & pl.col("path").str.contains(_DATA_FOLDER)
    return (
        pl.when(is_prose & _NAME.str.contains(_README))
        .then(pl.lit("readme"))
        .when(is_data & (kind != "notebook"))
        .then(pl.lit("data"))
        .otherwise(kind)
    )


def _reader() -> pl.Expr:
    kind = pl.col("kind")
    return (
        pl.when(kind.is_in(["notebook", "script"]))
        .then(kind)
        .when(kind.is_in(PROSE))
        .then(pl.lit("prose"))
        .when(kind == "config")
        .then(pl.lit("configuration"))
        .when((kind == "code") & _LANGUAGE.is_in(list(GRAMMARS)) & ~_IS_TEMPLATE)
        .then(pl.when("is_test").then(pl.lit("tests")).otherwise(pl.lit("source code")))
        .when(kind.is_in(["api", "code"]))
        .then(pl.lit("whole file"))
    )


def _reason() -> pl.Expr:
    """Why a file is passed over unread; the first that holds counts."""
    kind, reader, size = pl.col("kind"), pl.col("reader"), pl.col("size")
    limit = pl.when(reader == "notebook").then(notebook.MAXIMUM_BYTES).otherwise(MAXIMUM_BYTES)
    conditions = {
        "symbolic link": pl.col("mode") == SYMLINK,
        "submodule": pl.col("mode") == GITLINK,
        "empty": size == 0,
        "lock file": pl.col("path").str.contains(_LOCK_FILE),
        "vendored": pl.col("is_vendored"),
        "generated": pl.col("is_generated"),
        "binary": kind.is_null() & pl.col("lines").is_null(),
        "unknown kind": kind.is_null(),
        "data": kind == "data",
        "too large": (reader != "prose") & (size > limit),
    }
    return pl.coalesce(pl.when(holds).then(pl.lit(why)) for why, holds in conditions.items())


def _extractor() -> pl.Expr:
    grammars = _LANGUAGE.replace_strict(
        {language: _grammars(language) for language in GRAMMARS},
        default=None,
        return_dtype=pl.String,
    )
    reader = pl.col("reader")
    version = reader.replace_strict(
        {name: f"{name} {version}" for name, version in VERSIONS.items()},
        default=None,
        return_dtype=pl.String,
    )
    return pl.when(reader.is_in(_PARSED)).then(version + ", " + grammars).otherwise(version)


def _grammars(language: str) -> str:
    """What parses a file of *language*: a header of C may prove to be C++."""
    languages = ("C", "C++") if language == "C" else (language,)
    return ", ".join(grammar_version(one) for one in languages)

"""The languages: how a file's is told, and which grammar reads it.

To add a language, add a row to `LANGUAGES`; to measure its syntax, give the row a grammar, write
`queries/NAME.scm` (the captures are explained in `queries/README.md`) and a fixture in
`tests/unit/code/fixtures`. Names are GitHub Linguist's. How grammars are loaded is `grammar`'s
business, what is measured `syntax`'s.
"""

import re
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Comments:
    """How comments are written, to tell by its text alone whether a line is one.

    *line*, a regular expression, begins a comment that ends with its line; *block* is what begins
    and ends one of many lines. A line inside of a block that has *words* words side by side, none
    of them a keyword, is no code (0: there is no such line). The defaults are C's.
    """

    line: str = "//"
    block: tuple[str, str] | None = ("/*", "*/")
    words: int = 3
    has_docstrings: bool = False


@dataclass(frozen=True)
class Grammar:
    """A tree-sitter grammar (a function of an installed module) and the queries that read it.

    *receivers* are texts of parameters that do not count (Python's `self`, C's `void`);
    *has_overloads* says that functions of one name may differ by their parameters; *comments* are
    C's where a row says nothing else.
    """

    module: str
    queries: tuple[str, ...]
    function: str = "language"
    receivers: tuple[str, ...] = ()
    has_overloads: bool = False
    comments: Comments = Comments()


@dataclass(frozen=True)
class Language:
    """A row of the table; extensions and filenames are separated by spaces.

    Extensions are compared in lower case, filenames as they are, as Linguist does.
    """

    name: str
    extensions: str = ""
    filenames: str = ""
    grammar: Grammar | None = None


_TYPESCRIPT = ("ecmascript", "typescript")

LANGUAGES = (
    Language(
        "Python",
        "py pyi pyw py3 wsgi",
        "SConstruct SConscript wscript BUILD.bazel",
        Grammar(
            "tree_sitter_python",
            ("python",),
            receivers=("self", "cls"),
            comments=Comments("#", block=None, has_docstrings=True),
        ),
    ),
    Language(
        "JavaScript",
        "js jsx mjs cjs es6",
        "Jakefile",
        Grammar("tree_sitter_javascript", ("ecmascript", "javascript")),
    ),
    Language(
        "TypeScript",
        "ts mts cts",
        grammar=Grammar("tree_sitter_typescript", _TYPESCRIPT, "language_typescript"),
    ),
    Language(
        "TSX",
        "tsx",
        grammar=Grammar("tree_sitter_typescript", _TYPESCRIPT, "language_tsx"),
    ),
    Language("Java", "java", grammar=Grammar("tree_sitter_java", ("java",), has_overloads=True)),
    Language("Go", "go", grammar=Grammar("tree_sitter_go", ("go",))),
    Language("Rust", "rs", grammar=Grammar("tree_sitter_rust", ("rust",))),
    Language("C", "c h", grammar=Grammar("tree_sitter_c", ("c_family", "c"), receivers=("void",))),
    Language(
        "C++",
        "cpp cc cxx c++ hpp hh hxx h++ ipp inl tpp txx cu cuh ino",
        grammar=Grammar(
            "tree_sitter_cpp", ("c_family", "cpp"), receivers=("void",), has_overloads=True
        ),
    ),
    Language(
        "C#",
        "cs csx cake",
        grammar=Grammar("tree_sitter_c_sharp", ("c_sharp",), has_overloads=True),
    ),
    Language(
        "Ruby",
        "rb rake gemspec ru rbw podspec",
        "Rakefile Gemfile Capfile Guardfile Vagrantfile Podfile Fastfile Brewfile",
        Grammar(
            "tree_sitter_ruby",
            ("ruby",),
            # What follows an interpolation or a selector of CSS, in a string, is no comment.
            comments=Comments(r"#(?!\{|\w[^\n]*\{)", ("=begin", "=end")),
        ),
    ),
    Language(
        "PHP",
        "php phtml php3 php4 php5 php7",
        grammar=Grammar(
            "tree_sitter_php",
            ("php",),
            "language_php",
            comments=Comments(r"//|#(?!\[)"),  # not #[Attribute]
        ),
    ),
    Language(
        "Kotlin", "kt kts", grammar=Grammar("tree_sitter_kotlin", ("kotlin",), has_overloads=True)
    ),
    Language(
        "Scala",
        "scala sc sbt",
        grammar=Grammar("tree_sitter_scala", ("scala",), has_overloads=True),
    ),
    Language(
        "Swift",
        "swift",
        grammar=Grammar("tree_sitter_swift", ("swift",), has_overloads=True),
    ),
    Language(
        "Shell",
        "sh bash zsh ksh bats ebuild",
        ".bashrc .bash_profile .bash_aliases .profile .zshrc .zshenv PKGBUILD gradlew",
        Grammar("tree_sitter_bash", ("bash",), comments=Comments("#", None, 0)),
    ),
    Language(
        "Lua",
        "lua rockspec",
        grammar=Grammar("tree_sitter_lua", ("lua",), comments=Comments("--", ("--[", "]]"))),
    ),
    # Named and counted by lines only.
    Language("AsciiDoc", "adoc asciidoc asc"),
    Language("Assembly", "asm s nasm"),
    Language("Batchfile", "bat cmd"),
    Language("CMake", "cmake", "CMakeLists.txt"),
    Language("CSS", "css"),
    Language("CSV", "csv"),
    Language("Clojure", "clj cljs cljc edn"),
    Language("CoffeeScript", "coffee", "Cakefile"),
    Language("Common Lisp", "lisp lsp cl asd"),
    Language("Crystal", "cr"),
    Language("Cython", "pyx pxd pxi"),
    Language("D", "d di"),
    Language("Dart", "dart"),
    Language("Dockerfile", "dockerfile", "Dockerfile Containerfile"),
    Language("Elixir", "ex exs"),
    Language("Elm", "elm"),
    Language("Emacs Lisp", "el", ".emacs"),
    Language("Erlang", "erl hrl", "rebar.config"),
    Language("F#", "fs fsi fsx"),
    Language("Fortran", "f f77 for f90 f95 f03 f08"),
    Language("GraphQL", "graphql gql graphqls"),
    Language("Groovy", "groovy gradle gvy", "Jenkinsfile"),
    Language("HTML", "html htm xhtml"),
    Language("HCL", "hcl tf tfvars nomad"),
    Language("Haskell", "hs lhs"),
    Language("INI", "ini cfg properties editorconfig", ".editorconfig .gitconfig .npmrc"),
    Language("JSON", "json jsonl geojson webmanifest ipynb json5 jsonc", ".babelrc composer.lock"),
    Language("Jinja", "jinja jinja2 j2"),
    Language("Julia", "jl"),
    Language("Less", "less"),
    Language("M4", "m4 ac", "configure.ac"),
    Language("MDX", "mdx"),
    Language("Makefile", "mk mak", "Makefile makefile GNUmakefile Kbuild"),
    Language("Markdown", "md markdown mkd mdown"),
    Language("Meson", "", "meson.build meson_options.txt"),
    Language("Nim", "nim nims"),
    Language("Nix", "nix"),
    Language("OCaml", "ml mli"),
    Language("Objective-C", "m mm"),
    Language("Pascal", "pas pp dpr"),
    Language("Perl", "pl pm t perl", "cpanfile"),
    Language("PowerShell", "ps1 psm1 psd1"),
    Language("Protocol Buffer", "proto"),
    Language("R", "r rmd", ".Rprofile"),
    Language("SCSS", "scss"),
    Language("SQL", "sql ddl dml"),
    Language("Sass", "sass"),
    Language("Solidity", "sol"),
    Language("Starlark", "bzl star bazel", "BUILD WORKSPACE Tiltfile"),
    Language("Svelte", "svelte"),
    Language("TOML", "toml", "Cargo.lock poetry.lock uv.lock Pipfile"),
    Language("Tcl", "tcl tk"),
    Language("TeX", "tex sty cls bib"),
    Language("Text", "txt", "LICENSE COPYING NOTICE AUTHORS README CHANGELOG"),
    Language("Thrift", "thrift"),
    Language("VHDL", "vhd vhdl"),
    Language("Verilog", "v vh sv svh"),
    Language("Vim Script", "vim", ".vimrc"),
    Language("Visual Basic .NET", "vb"),
    Language("Vue", "vue"),
    Language("WebAssembly", "wat wast"),
    Language("XML", "xml xsd xsl xslt svg wsdl plist csproj fsproj vbproj pom"),
    Language("YAML", "yml yaml", ".clang-format .clang-tidy yarn.lock"),
    Language("Zig", "zig zon"),
    Language("reStructuredText", "rst rest"),
)


def _index(attribute: str) -> dict[str, str]:
    return {
        word: language.name
        for language in LANGUAGES
        for word in str(getattr(language, attribute)).split()
    }


GRAMMARS = {row.name: row.grammar for row in LANGUAGES if row.grammar is not None}
_EXTENSIONS = _index("extensions")
_FILENAMES = _index("filenames")

_CPP_WORDS = (b"class ", b"namespace ", b"template", b"public:", b"private:", b"protected:")
_CPP_LINE = re.compile(
    rb"^[ \t]*(?:class\s+\w[^;(]*\{|namespace\s*[\w:]*\s*\{|template\s*<"
    rb"|(?:public|private|protected):)",
    re.MULTILINE,
)


def language_of(path: pl.Expr) -> pl.Expr:
    """The language that a path names, by file name, then by extension; null if it names none.

    `.h` is C here: what its content says is heard by `language_of_content`.
    """
    filename = path.str.extract(r"(?s)([^/]*)$")
    extension = filename.str.extract(r"(?s).\.([^.]+)$").str.to_lowercase()
    return pl.coalesce(
        filename.replace_strict(_FILENAMES, default=None, return_dtype=pl.String),
        extension.replace_strict(_EXTENSIONS, default=None, return_dtype=pl.String),
    )


def language_of_content(language: str, content: bytes) -> str:
    """*language*, but C++ for C whose lines open a class, a namespace, a template or a section.

    It depends on the content alone, so that a stored result never changes with its repository.
    """
    is_suspect = language == "C" and any(word in content for word in _CPP_WORDS)
    return "C++" if is_suspect and _CPP_LINE.search(content) else language

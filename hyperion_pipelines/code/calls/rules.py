"""The rules that say which targets a call may mean, each with how often it is right.

A rule is a join of the call sites with the targets on what it says must agree; it returns its
candidates: `site`, `target`, `confidence`, and `depth`, by which the innermost of several
definitions wins. Choosing among candidates is the business of `resolution`.

Where the confidences come from: resolved calls were read, the line of the call beside that of the
target, all of different targets, and counted as right where the target is the function meant (or
one that implements it). First in requests and click (Python), express (JavaScript), redis (C), gin
(Go), ripgrep (Rust) and composer (PHP); then in kafka (Java, Scala, Shell), okhttp (Kotlin), vue
(TypeScript), tokio (Rust), sinatra (Ruby), leveldb and numpy (C++), Alamofire (Swift),
FluentValidation (C#), luarocks (Lua) and nvm (Shell). Of the second reading, right of read:
`own_method` 44/46, `own_method_elsewhere` 15/16, `inherited_method` 45/48, `in_scope` 121/125,
`imported_by_name` 72/73, `imported_member` 32/32, `in_imported_file` 45/50, `in_package` 29/29,
`only_one_of_name` 41/42, `of_imported_module` 21/21, `of_class_in_file` 95/99, `of_imported_class`
76/76, `of_class` 93/95, `of_receiver_like_class` 92/95, `only_method_of_name` 79/94. Calls that a
rule no longer resolves since it was mended are left out. `of_same_class` is about Go, of the first
reading. Of a single language no more than 30 calls of a rule were read, mostly 7 to 14: there, the
share may be some points off.
"""

from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.code.calls.bindings import module_names
from hyperion_pipelines.code.calls.common_names import is_common
from hyperion_pipelines.code.calls.sites import IS_INHERITED, IS_OTHER, IS_OWN, IS_PLAIN, enclosing

CANDIDATE = ("site", "target", "confidence", "depth")
# Names that more functions share tell nothing, and would make large joins.
_MOST_OF_A_NAME = 10
# A target with fewer parameters than the call has arguments is seldom meant.
_HAS_ROOM = (pl.col("arguments") <= pl.col("parameters")).fill_null(value=True)
_WITHOUT_MODULES = ("C", "Java")
_IS_CLASS = r"^[A-Z]\w*$"
# What is written before, or after, the name of a class of the same file.
_OF_THE_FILE = r"^(?:(?:self|Self|this|crate|super)\.|this@)+|\(\)$"


class Sources(NamedTuple):
    """What the rules join: each a frame of the function of this package that its comment names."""

    sites: pl.DataFrame  # call_sites_by_path
    targets: pl.DataFrame  # call_targets
    bindings: pl.DataFrame  # bound_names, those inside the repository
    provided: pl.DataFrame  # provided_names
    reach: pl.DataFrame  # folders_in_reach


def own_method(given: Sources) -> pl.DataFrame:
    """`self.f()` means f of the class around the call, in the same file."""
    inside = enclosing(given.sites.filter(IS_OWN)).filter(pl.col("container") != "")
    found = inside.join(_in_file(given.targets), on=["path", "container", "name"])
    return _candidates(found, 0.95)


def own_method_elsewhere(given: Sources) -> pl.DataFrame:
    """The same where a class is spread over the files of a folder, or f needs no `self`."""
    reaches_further = pl.col("names_are_global") | pl.col("directory_is_package")
    sites = given.sites.filter("self_is_implied", IS_OWN | (IS_PLAIN & reaches_further))
    return _candidates(_of_enclosing_class(sites, given.targets).filter(_HAS_ROOM), 0.9)


def inherited_method(given: Sources) -> pl.DataFrame:
    """`self.f()`, `super.f()` mean the only f in reach, of another class."""
    sites = given.sites.filter(IS_OWN | IS_INHERITED, ~is_common("name"))
    found = _in_reach(sites.join(_rare_methods(given.targets), on=["family", "name"]), given.reach)
    return _candidates(_not_itself(found), 0.85)


def in_scope(given: Sources) -> pl.DataFrame:
    """`f()` means the innermost f around the call in the same file: no method, mostly."""
    inside = enclosing(given.sites.filter(IS_PLAIN))
    found = inside.join(_in_file(given.targets), on=["path", "container", "name"])
    found = found.filter(pl.col("self_is_implied") | ~pl.col("is_method"))
    # In JavaScript, methods of an object look like functions around the call.
    return _candidates(found.filter((pl.col("family") != "JavaScript") | _HAS_ROOM), 0.95)


def imported_by_name(given: Sources) -> pl.DataFrame:
    """`f()` means what the file imports as f."""
    sites = given.sites.filter(IS_PLAIN)
    return _candidates(sites.join(given.provided, on=["path", "name"]), 0.95)


def imported_member(given: Sources) -> pl.DataFrame:
    """`f()` means f of a class of the file, where f itself is imported (Java's static imports)."""
    bindings = given.bindings.rename({"bound": "name"})
    members = given.targets.filter("is_method", ~pl.col("is_constructor"))
    sites = given.sites.filter(IS_PLAIN, pl.col("family") == "Java")
    found = sites.join(bindings, on=["path", "name"]).join(members, on=["to_path", "name"])
    return _candidates(found, 0.95)


def in_imported_file(given: Sources) -> pl.DataFrame:
    """`f()` means f of an imported file, or of the source file beside an included header."""
    stem = pl.col("to_path").str.replace(r"\.\w+$", "").alias("stem")
    imported = given.bindings.select("path", stem).unique()
    top = given.targets.filter(~pl.col("is_method")).with_columns(stem)
    sites = _open(given.sites).filter(IS_PLAIN, "imports_unlisted")
    found = sites.join(imported, on="path").join(top, on=["family", "stem", "name"])
    return _candidates(found, 0.9)


def in_package(given: Sources) -> pl.DataFrame:
    """`f()` means the f of another file of the folder, where folders are packages."""
    sites = _open(given.sites).filter(IS_PLAIN, "directory_is_package")
    top = given.targets.filter(pl.col("container") == "")
    return _candidates(sites.join(top, on=["family", "directory", "name"]), 0.95)


def only_one_of_name(given: Sources) -> pl.DataFrame:
    """`f()` means the only f of the repository, where names are global."""
    lone = _lone(given.targets.filter(~pl.col("is_method")), ["family", "name"])
    sites = _open(given.sites).filter(IS_PLAIN, "names_are_global", ~is_common("name"))
    return _candidates(sites.join(lone, on=["family", "name"]), 0.9)


def of_imported_module(given: Sources) -> pl.DataFrame:
    """`module.f()` means what the imported file, or package, provides as f."""
    modules = module_names(given.bindings).rename({"bound": "holder"})
    provided = given.provided.rename({"path": "to_path"})
    is_alone = pl.col("receiver") == pl.col("holder")
    sites = given.sites.filter(
        IS_OTHER,
        ~pl.col("family").is_in(_WITHOUT_MODULES),
        is_alone | (pl.col("family") != "JavaScript"),
    )
    found = sites.join(modules, on=["path", "holder"]).join(provided, on=["to_path", "name"])
    return _candidates(found, 0.93)


def of_class_in_file(given: Sources) -> pl.DataFrame:
    """`Class.f()` means f of the class of that name in the same file."""
    owned = _by_owner(_in_file(given.targets)).rename({"container": "full"})
    found = _held(given.sites).join(owned, on=["path", "holder", "name"])
    written = pl.col("receiver").str.replace_all(_OF_THE_FILE, "")
    is_suffix = pl.format(".{}", "full").str.ends_with(pl.format(".{}", written))
    return _candidates(found.filter(is_suffix), 0.95)


def of_imported_class(given: Sources) -> pl.DataFrame:
    """`Class.f()` means f of the class that the file imports under that name."""
    bindings = given.bindings.rename({"bound": "holder"})
    found = _held(given.sites).join(bindings, on=["path", "holder"])
    owned = _by_owner(given.targets)
    return _candidates(found.join(owned, on=["to_path", "holder", "name"]), 0.95)


def of_class(given: Sources) -> pl.DataFrame:
    """`Class.f()` means f of the only class of that name in the repository that has one."""
    on = ["family", "holder", "name"]
    owned = _lone(_of_classes(given.targets), on)
    return _candidates(_not_itself(_held(_open(given.sites)).join(owned, on=on)), 0.9)


def of_receiver_like_class(given: Sources) -> pl.DataFrame:
    """`user_session.f()` means f of the only class `UserSession` of the repository."""
    on = ["family", "holder", "name"]
    owned = _lone(_of_classes(given.targets).with_columns(_folded("holder")), on)
    sites = _open(given.sites).filter(IS_OTHER, ~pl.col("receiver").str.contains(_IS_CLASS))
    sites = sites.with_columns(_folded("resembles").alias("holder")).drop_nulls("holder")
    return _candidates(_not_itself(sites.join(owned, on=on)), 0.85)


def of_same_class(given: Sources) -> pl.DataFrame:
    """`x.f()` means f of the class around the call, where every method names its self (Go).

    Elsewhere it is seldom so: objects pass calls on to others that have the same methods.
    """
    sites = _open(given.sites).filter(IS_OTHER, "self_is_named")
    return _candidates(_not_itself(_of_enclosing_class(sites, given.targets)), 0.9)


def only_method_of_name(given: Sources) -> pl.DataFrame:
    """`x.f()` means the only method f in reach, if libraries have none of that name.

    Not in JavaScript, where objects are given functions as they come.
    """
    sites = _open(given.sites).filter(
        IS_OTHER, ~is_common("name"), pl.col("family") != "JavaScript"
    )
    found = sites.join(_rare_methods(given.targets), on=["family", "name"])
    found = _in_reach(found.filter(_HAS_ROOM), given.reach)
    return _candidates(_not_itself(found), 0.8)


RULES: tuple[Callable[[Sources], pl.DataFrame], ...] = (
    own_method,
    own_method_elsewhere,
    inherited_method,
    in_scope,
    imported_by_name,
    imported_member,
    in_imported_file,
    in_package,
    only_one_of_name,
    of_imported_module,
    of_class_in_file,
    of_imported_class,
    of_class,
    of_receiver_like_class,
    of_same_class,
    only_method_of_name,
)


def _candidates(found: pl.DataFrame, confidence: float) -> pl.DataFrame:
    depth = pl.col("depth") if "depth" in found.columns else pl.lit(0)
    return found.select("site", "target", confidence=pl.lit(confidence), depth=depth.cast(pl.Int64))


def _open(sites: pl.DataFrame) -> pl.DataFrame:
    """The calls whose names do not lead outside the repository."""
    return sites.filter(~pl.col("is_outside"))


def _held(sites: pl.DataFrame) -> pl.DataFrame:
    return sites.filter(IS_OTHER).drop_nulls("holder")


def _in_file(targets: pl.DataFrame) -> pl.DataFrame:
    return targets.drop("directory", "family", "is_test").rename({"to_path": "path"})


def _by_owner(targets: pl.DataFrame) -> pl.DataFrame:
    """Methods, and what stands in a namespace: the name before them is `holder`."""
    nested = pl.col("is_constructor") & (pl.col("owner") != "")
    return targets.filter(pl.col("is_method") | nested).rename({"owner": "holder"})


def _of_classes(targets: pl.DataFrame) -> pl.DataFrame:
    """What `_by_owner` has, less what JavaScript assigns to an object (`res.send = ...`)."""
    is_class = pl.col("holder").str.contains(_IS_CLASS) | (pl.col("family") != "JavaScript")
    return _by_owner(targets).filter(is_class)


def _folded(name: str) -> pl.Expr:
    return pl.col(name).str.replace_all("_", "").str.to_lowercase()


def _lone(targets: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """The targets that share *on* with no other function: of the tests, and of what is no test.

    Variants of one function in a file are one.
    """
    return targets.filter(pl.struct("to_path", "to_function").n_unique().over(*on, "is_test") == 1)


def _rare_methods(targets: pl.DataFrame) -> pl.DataFrame:
    methods = targets.filter(~pl.col("is_constructor"))
    is_rare = pl.struct("to_path", "to_function").n_unique().over("family", "name")
    return methods.filter(is_rare <= _MOST_OF_A_NAME).filter("is_method")


def _of_enclosing_class(sites: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    inside = enclosing(sites).filter(pl.col("container") != "")
    return inside.join(targets, on=["family", "directory", "container", "name"])


def _in_reach(found: pl.DataFrame, reach: pl.DataFrame) -> pl.DataFrame:
    to_directory = pl.col("to_path").str.replace(r"[^/]*$", "").alias("to_directory")
    return found.with_columns(to_directory).join(
        reach, on=["directory", "to_directory"], how="semi"
    )


def _not_itself(found: pl.DataFrame) -> pl.DataFrame:
    """A method that calls its like on something else passes the call on to another class."""
    return found.filter(pl.col("function").ne_missing(pl.col("to_function")))

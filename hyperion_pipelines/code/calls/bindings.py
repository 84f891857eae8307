"""Which names the imports of a file bind, and what they lead to: the bridge from calls to targets.

Aliases are not known: `import x as y` binds x. A file can be asked for what it imports as well
(`from package import name`, where the package takes the name from one of its modules), so names are
followed through a few files.
"""

import polars as pl

_HOPS = 3
_FIRST_NAME = r"([\w$]+)"
_LAST_NAME = r"([\w$]+)\W*$"
_LAST_OF_PATH = r"([\w$]+)(?:\.\w+)?\W*$"
_IS_PATH = r"""[/"'<]"""  # what follows a dot there is an extension, not a name
_EVERYTHING = r"[.:]\*$"  # Java's `a.b.*`, Rust's `a::b::*`
# Files that stand for their folder: to import it binds its name.
_INDEX_FILE = r"/(?:__init__|index|mod|lib|main|init)\.\w+$"
_STEM = r"([^/]+?)(?:\.\w+)*$"


def bound_names(
    imports: pl.DataFrame, dependencies: pl.DataFrame, files: pl.DataFrame
) -> pl.DataFrame:
    """The names that imports bind: `path`, `bound` ("*" for all of a file), `to_path`.

    `to_path` is null outside the repository. Without a list of names, an import binds the last one
    of its module; one that leads outside the first one too, as `os.path` does.
    """
    statements = files.select("blob", from_path="path").join(
        imports.select("blob", "module", "names", "line"), on="blob"
    )
    module = pl.col("module")
    last = (
        pl.when(module.str.contains(_EVERYTHING))
        .then(pl.lit("*"))
        .when(module.str.contains(_IS_PATH))
        .then(module.str.extract(_LAST_OF_PATH))
        .otherwise(module.str.extract(_LAST_NAME))
    )
    first = pl.when(pl.col("to_path").is_null()).then(module.str.extract(_FIRST_NAME))
    names = (
        pl.when(pl.col("names").list.len() > 0).then("names").otherwise(pl.concat_list(last, first))
    )
    return (
        dependencies.select("from_path", "to_path", "module", "line")
        .join(statements, on=["from_path", "module", "line"])
        .select("to_path", path="from_path", bound=names)
        .explode("bound", empty_as_null=True)
        .drop_nulls("bound")
        .unique()
    )


def outside_names(bindings: pl.DataFrame) -> pl.DataFrame:
    """Of *bindings* the names that lead outside the repository alone: `path`, `bound`."""
    leads_inside = pl.col("to_path").is_not_null().any().over("path", "bound")
    return bindings.filter(~leads_inside, pl.col("bound") != "*").select("path", "bound")


def module_names(bindings: pl.DataFrame) -> pl.DataFrame:
    """Of *bindings*, those that name the file itself, or the folder that it stands for."""
    stem = pl.col("to_path").str.replace(_INDEX_FILE, "").str.extract(_STEM)
    folder = pl.col("to_path").str.extract(r"([^/]+)/[^/]+$")
    return bindings.filter((pl.col("bound") == stem) | (pl.col("bound") == folder))


def provided_names(targets: pl.DataFrame, bindings: pl.DataFrame) -> pl.DataFrame:
    """What can be asked of each file by name: `path`, `name`, `target`.

    That is what stands at its top, and what it imports by name from a file that provides it.
    """
    found = targets.filter(pl.col("container") == "").select("name", "target", path="to_path")
    newest = found
    everything = bindings.filter(pl.col("bound") == "*").drop("bound")
    by_name = bindings.filter(pl.col("bound") != "*").rename({"bound": "name"})
    for _ in range(_HOPS):
        passed_on = newest.rename({"path": "to_path"})
        ways = (
            by_name.join(passed_on, on=["to_path", "name"]),
            everything.join(passed_on, on="to_path"),
        )
        reached = pl.concat([way.select(found.columns) for way in ways]).unique()
        newest = reached.join(found, on=found.columns, how="anti")
        found = pl.concat([found, newest])
    return found


def folders_in_reach(bindings: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """What each `directory` may hold objects of: `to_directory`, itself and two imports further."""
    folder = files.select("path", "directory")
    steps = (
        bindings.drop_nulls("to_path")
        .join(folder, on="path")
        .join(folder.select(to_path="path", to_directory="directory"), on="to_path")
        .select("directory", "to_directory")
    )
    itself = folder.select("directory", to_directory="directory")
    near = pl.concat([itself, steps]).unique()
    further = near.rename({"to_directory": "between"}).join(
        near.rename({"directory": "between"}), on="between"
    )
    return further.select("directory", "to_directory").unique()

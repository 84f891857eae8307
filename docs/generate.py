"""Writes the parts of the documentation that the code already says: `python -m docs.generate`.

A part stands in its page between `<!-- generated: NAME -->` and `<!-- end -->`; all around it is
written by hand. A test fails while a page is not what this module would write.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import click
import polars as pl
from pydantic.fields import FieldInfo

from assets.tables import DESCRIPTIONS, type_name
from hyperion_pipelines.checks import CHECKS
from hyperion_pipelines.cli import hyperion
from hyperion_pipelines.code.languages import LANGUAGES
from hyperion_pipelines.columns import COLUMNS
from hyperion_pipelines.features.catalogue import FEATURES, GROUPS, Feature, columns
from hyperion_pipelines.graph.schema import EDGES, NODES, EdgeType, Property
from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES, THEMES, insight_of
from hyperion_pipelines.insights.profile.schema import profile_schema
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.stages import STAGES

PROJECT = Path(__file__).resolve().parent.parent
PAGES = (PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md")))
PROFILE_SCHEMA = PROJECT / "docs" / "profile.schema.json"
WIDTH = 88  # of help texts

_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_TARGET = re.compile(r"^([a-z-]+):.*?## (.*)$", re.MULTILINE)


def pipeline() -> str:
    """The assets and what each is made from, as a Mermaid diagram; a box a stage.

    The insights, of which there are many, are one.
    """
    from hyperion_pipelines.definitions import defs

    graph = defs.resolve_asset_graph()
    stages: dict[str, str | None] = {}
    made_from: dict[str, set[str]] = {}
    for key in graph.toposorted_asset_keys:
        name, node = _drawn(key.to_user_string()), graph.get(key)
        stages[name] = node.group_name
        parents = {_drawn(parent.to_user_string()) for parent in node.parent_keys} - {name}
        made_from.setdefault(name, set()).update(parents)
    lines = ["```mermaid", "flowchart LR"]
    for stage in STAGES:
        lines.append(f"  subgraph stage_{stage}[{stage}]")
        lines += [f"    {name}" for name, group in stages.items() if group == stage]
        lines.append("  end")
    for name, parents in made_from.items():
        if parents:
            lines.append(f"  {' & '.join(sorted(parents))} --> {name}")
    return "\n".join([*lines, "```"])


def _drawn(asset: str) -> str:
    """The name of the box that stands for *asset*."""
    return "insights" if asset in INSIGHT_TABLES else asset


def commands() -> str:
    """The help of every command, groups' commands included."""
    root = click.Context(
        hyperion, info_name="hyperion", terminal_width=WIDTH, **hyperion.context_settings
    )
    sections = [
        f"## {context.command_path}\n\n```text\n{context.get_help()}\n```"
        for context in _contexts(root)
        if context.parent is not None
    ]
    return "\n\n".join(sections)


def settings() -> str:
    """The settings, their defaults and what they mean."""
    rows = [
        (f"`{_variable(name, field)}`", _default(field), str(field.description))
        for name, field in Settings.model_fields.items()
    ]
    return markdown_table(("variable", "default", "meaning"), rows)


def tables() -> str:
    """The tables: their columns, types and meanings, and the checks that guard them."""
    return "\n\n".join(_table(table, schema) for table, schema in TABLES.items())


def insights() -> str:
    """The insights: the question that each table answers, by theme."""
    rows = [
        (insight_of(table).question, f"`{table}`", theme)
        for theme, tables in THEMES.items()
        for table in tables
    ]
    return markdown_table(("question", "table", "theme"), rows)


def commit_features() -> str:
    """The features of a commit, by group."""
    return _features("commit_features")


def file_features() -> str:
    """The features of a file, by group."""
    return _features("file_features")


def languages() -> str:
    """The languages whose syntax is measured, and how many more are told apart."""
    measured = [language.name for language in LANGUAGES if language.grammar]
    others = len(LANGUAGES) - len(measured)
    return f"Syntax is measured in {', '.join(measured)}; {others} more are named and counted."


def code_graph() -> str:
    """The labels of nodes and the types of edges, with their properties."""
    nodes = [
        f"### {name}\n\n{node.meaning} Identity: {node.identity}.\n\n{_properties(node.properties)}"
        for name, node in NODES.items()
    ]
    edges = [
        f"### {name}\n\n{edge.meaning}\n\n{_ends(edge)}{_properties(edge.properties)}"
        for name, edge in EDGES.items()
    ]
    return "\n\n".join([*nodes, *edges])


def _ends(edge: EdgeType) -> str:
    pairs = "; ".join(f"`({source})-->({target})`" for source, target in edge.ends)
    return f"{pairs}\n\n" if edge.properties else pairs


def _properties(properties: Mapping[str, Property]) -> str:
    rows = [(f"`{name}`", type_name(of.dtype), of.meaning) for name, of in properties.items()]
    return markdown_table(("property", "type", "meaning"), rows) if rows else ""


def targets() -> str:
    """The targets of the Makefile."""
    rows = _TARGET.findall((PROJECT / "Makefile").read_text("utf-8"))
    return markdown_table(
        ("command", "what it does"), [(f"`make {name}`", what) for name, what in rows]
    )


PARTS: Mapping[str, Callable[[], str]] = {
    part.__name__: part
    for part in (
        pipeline,
        commands,
        settings,
        tables,
        insights,
        commit_features,
        file_features,
        languages,
        code_graph,
        targets,
    )
}


def render(page: str) -> str:
    """The text *page*, its generated parts written anew. Raises KeyError for an unknown part."""
    return _PART.sub(lambda found: f"{found[1]}{PARTS[found[2]]()}\n{found[3]}", page)


def markdown_table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table; a bar in a cell is escaped."""
    cells = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in cells
    )


def _table(table: str, schema: pl.Schema) -> str:
    rows = [(f"`{name}`", type_name(dtype), COLUMNS[table][name]) for name, dtype in schema.items()]
    meanings = markdown_table(("column", "type", "meaning"), rows)
    checks = "; ".join(name.replace("_", " ") for name in CHECKS.get(table, ()))
    if table in FEATURES:
        checks = "see [features](features.md)"
    checked = f"\n\nChecked: {checks}." if checks else ""
    return f"## {table}\n\n{DESCRIPTIONS[table]}\n\n{meanings}{checked}"


def _features(table: str) -> str:
    sections = [
        f"### {title}\n\n{_group([f for f in columns(table) if f.group == group])}"
        for group, title in GROUPS.items()
        if any(feature.group == group for feature in columns(table))
    ]
    return "\n\n".join(sections)


def _group(features: Sequence[Feature]) -> str:
    heads = ("feature", "meaning", "unit", "default", "Kamei et al.", "made from")
    rows = [
        (
            f"`{feature.name}`",
            feature.meaning,
            feature.unit,
            _default_of(feature),
            feature.kamei or "",
            ", ".join(f"`{source}`" for source in feature.sources),
        )
        for feature in features
    ]
    return markdown_table(heads, rows)


def _default_of(feature: Feature) -> str:
    if feature.default is None:
        return "null"
    if feature.is_flag:
        return "yes" if feature.default else "no"
    return f"{feature.default:g}"


def _contexts(context: click.Context) -> Iterator[click.Context]:
    """*context* and those of all commands below it, in the order that its help lists them."""
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command is not None:
                yield from _contexts(click.Context(command, context, info_name=name))


def _variable(name: str, field: FieldInfo) -> str:
    """The environment variable of a setting: its own, or another program's that it shares."""
    return str(field.validation_alias or f"HYPERION_{name.upper()}")


def _default(field: FieldInfo) -> str:
    if field.default_factory:
        return "the cores"
    return f"`{field.default}`" if str(field.default) else "empty"


def main() -> None:
    """Bring every page up to date and say which have changed."""
    for page in PAGES:
        text = page.read_text("utf-8")
        if (rendered := render(text)) != text:
            page.write_text(rendered, "utf-8")
            click.echo(f"{page.relative_to(PROJECT)}: written")
    PROFILE_SCHEMA.write_text(json.dumps(profile_schema(), indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()

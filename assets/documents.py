"""The stage documents: from the files at HEAD to vectors that are searched."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import dagster as dg
import polars as pl

from assets.partitions import REPOSITORIES
from assets.tables import OWNERS, check_specs, table_result, table_spec
from hyperion_pipelines.documents.chunking.tokens import Tokenizer
from hyperion_pipelines.documents.chunking.update import update_chunks
from hyperion_pipelines.documents.embedding.embed import Embedding
from hyperion_pipelines.documents.embedding.own_process import export_once, own_process
from hyperion_pipelines.documents.extraction.reading import DocumentFrames
from hyperion_pipelines.documents.extraction.update import update_documents
from hyperion_pipelines.documents.grading.golden_queries import SearchedTables
from hyperion_pipelines.documents.grading.grades import plotted_numbers
from hyperion_pipelines.documents.publishing import VectorsUpdate, publish_vectors
from hyperion_pipelines.progress import Progress
from hyperion_pipelines.stages import code_version
from hyperion_pipelines.stores.preview import preview
from resources.workspace import WorkspaceResource

VECTORS = "vectors"
FOUND_AS_BEFORE = "finds_as_much_as_before"
FILES = ("document_files", "documents")  # in the order of DocumentFrames


@dg.multi_asset(
    name="documents",
    specs=[table_spec(table, deps=["tree"]) for table in FILES],
    check_specs=check_specs(FILES),
)
def documents(
    context: dg.AssetExecutionContext,
    workspace: WorkspaceResource,
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult[pl.DataFrame]]:
    """Reads every file at HEAD that was not read before."""
    slug, state = context.partition_key, workspace.open()
    with state.running("documents", slug) as inputs:
        updated = update_documents(
            inputs.git_dir,
            state.lake.read("tree", slug),
            DocumentFrames(*state.known_rows(FILES, slug)),
            workers=state.settings.workers,
            progress=progress,
        )
        notes = {
            "files_read": updated.read,
            "skipped": dg.MetadataValue.md(preview(updated.skipped())),
        }
        yield table_result("document_files", updated.tables.document_files, inputs, notes)
        yield table_result("documents", updated.tables.documents, inputs)


@dg.multi_asset(
    name="chunks",
    specs=[table_spec("chunks", deps=["documents"])],
    check_specs=check_specs(["chunks"]),
)
def chunks(
    context: dg.AssetExecutionContext,
    workspace: WorkspaceResource,
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult[pl.DataFrame]]:
    """Cuts every document that was not cut before."""
    slug, state = context.partition_key, workspace.open()
    with state.running("documents", slug) as inputs:
        (known,) = state.known_rows(["chunks"], slug)
        updated = update_chunks(
            state.lake.read("documents", slug),
            known,
            slug=slug,
            tokenizer=Tokenizer.of(state.embedding_model.folder),
            limit=state.chunk_tokens,
            workers=state.settings.workers,
            progress=progress,
        )
        tokens = updated.rows["tokens"]
        notes = {"documents_cut": updated.chunked, "tokens_mean": tokens.cast(pl.Float64).mean()}
        yield table_result("chunks", updated.rows, inputs, notes)


@dg.multi_asset(
    name="vectors",
    specs=[
        dg.AssetSpec(
            VECTORS,
            deps=["chunks"],
            description="The chunks by meaning and by words, as the search finds them.",
            group_name="documents",
            kinds={"qdrant"},
            owners=OWNERS,
            code_version=code_version("documents"),
            partitions_def=REPOSITORIES,
            skippable=True,
        ),
        table_spec("search_grades", deps=["chunks", "documents", "commits", "changes"]),
    ],
    check_specs=[
        dg.AssetCheckSpec(
            FOUND_AS_BEFORE,
            asset=VECTORS,
            description="The search answers questions of the repository no worse than it did.",
            blocking=True,
        ),
        *check_specs(["search_grades"]),
    ],
)
def vectors(
    context: dg.AssetExecutionContext,
    workspace: WorkspaceResource,
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Embeds what was not embedded before, grades the search, and publishes it unless it fell."""
    slug, state = context.partition_key, workspace.open()
    model, exported = state.embedding_model, state.exported_models
    with state.running("documents", slug) as inputs:
        updated = publish_vectors(
            slug,
            SearchedTables(*(state.lake.read(table, slug) for table in SearchedTables._fields)),
            state.lake.read("search_grades", slug),
            store=state.vectors,
            embedding=Embedding(
                model, state.embedding_cache, partial(own_process, model, exported)
            ),
            accept_fall=state.settings.accept_search_grades,
            progress=progress,
        )
        if not updated.embedded:
            export_once(model, exported)
        check = _found_as_before(updated)
        if not updated.is_published:  # the published vectors keep their grades
            yield check
            return
        notes = {
            "points": updated.points,
            "embedded": updated.embedded,
            "version": updated.version,
            **plotted_numbers(updated.summary),
            "grades": dg.MetadataValue.md(preview(updated.summary)),
        }
        yield dg.MaterializeResult(
            asset_key=VECTORS,
            data_version=dg.DataVersion(updated.version),
            metadata=notes,
            check_results=[check],
        )
        yield table_result("search_grades", updated.grades, inputs)


def _found_as_before(updated: VectorsUpdate) -> dg.AssetCheckResult:
    """Passes unless the search fell; a fall that was accepted is told as a warning."""
    accepted = updated.is_published and updated.fall is not None
    advice = "HYPERION_ACCEPT_SEARCH_GRADES=true publishes the new vectors all the same."
    return dg.AssetCheckResult(
        asset_key=VECTORS,
        check_name=FOUND_AS_BEFORE,
        passed=updated.fall is None,
        severity=dg.AssetCheckSeverity.WARN if accepted else dg.AssetCheckSeverity.ERROR,
        description=f"{updated.fall} {advice}" if updated.fall else None,
        metadata=plotted_numbers(updated.summary),
    )

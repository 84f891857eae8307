"""The JSON schema of a profile, for those who read the document with other tools.

docs/profile.schema.json is what `profile_schema` says; a test compares them.
"""

from typing import Any

from hyperion_pipelines.insights.profile.model import SCHEMA_VERSION, Profile


def profile_schema() -> dict[str, Any]:
    """The schema of `Profile` as JSON Schema (2020-12), with the version that it describes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "version": SCHEMA_VERSION,
        **Profile.model_json_schema(mode="serialization"),
    }

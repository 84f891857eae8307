"""Publishes a profile and its page: the files that pages and programs read, each replaced at once.

Who reads one meanwhile sees the old or the new one, never half of either.
"""

from pathlib import Path

import polars as pl

from hyperion_pipelines.insights.profile.model import Profile

REPORT = "report.html"


def publish_report(folder: Path, profile: Profile, page: str) -> Path:
    """Write `profile.json` and `report.html` into *folder*, and return the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    replace_text(folder / "profile.json", profile.model_dump_json(indent=2) + "\n")
    report = folder / REPORT
    replace_text(report, page)
    return report


def replace_text(file: Path, text: str) -> None:
    """Write *text* to *file* at once. Raises OSError where it cannot, and leaves what was there."""
    new = file.with_name(f".{file.name}.new")
    try:
        new.write_text(text, "utf-8")
        new.replace(file)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def profile_row(profile: Profile) -> pl.DataFrame:
    """The one row of the table `repository_profile`, without `repository`."""
    return pl.DataFrame(
        {
            "schema_version": [profile.schema_version],
            "head_sha": [profile.head_sha],
            "head_time": [profile.head_time],
            "profile": [profile.model_dump_json()],
        }
    )

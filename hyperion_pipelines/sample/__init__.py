"""The sample repository that the demo analyses, and the writer of histories that makes it."""

from hyperion_pipelines.sample.repository import SampleRepository, write_sample_repository

__all__ = ["SampleRepository", "write_sample_repository"]

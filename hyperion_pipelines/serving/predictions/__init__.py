"""Predictions as HTTP has them: `questions` that are asked, `answers` that are given.

`asking` puts a question to the engine (`hyperion_pipelines.prediction`); `remembered` keeps what it
said of commits that cannot change. The paths are those of `endpoints`.
"""

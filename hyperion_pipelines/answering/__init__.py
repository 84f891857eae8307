"""Answers to questions about repositories, each with its sources; no source, no answer.

The flow is `retrieval` (the passages that `bearing` lets through, with what `context` knows of
their files), then `answering`, which asks a `language_model` with the words of `prompt` and makes
its `markers` citations, or quotes the passages (`extractive`). `answer` is what comes out,
`citations` how a source is named. The command line and the sidecar show it.
"""

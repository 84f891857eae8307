"""Evaluation on outside tables: published data sets, judged by the models' own recipe."""

"""Trainings as the registry takes them: figures, pictures, tables and examples of each model.

A module a model. How models are trained and judged is theirs, what becomes of a candidate the
registry's.
"""

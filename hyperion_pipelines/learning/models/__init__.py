"""The models: each trains on frames of the lake, answers in frames, and says why.

A model saves itself into a folder and loads itself from there; versions, promotion and the tables
of scores are the business of `learning.registry` and `learning.scoring`.
"""

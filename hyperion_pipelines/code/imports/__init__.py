"""Imports: extracted from syntax trees by `extraction`, resolved to files by `resolution`.

One module a language family holds both its syntax and its rules of resolution.
"""

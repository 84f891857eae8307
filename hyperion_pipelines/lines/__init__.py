"""The stage lines: which commit wrote each line, and which lines each commit removed.

`patches` and `merges` read what git says, `versions` applies it to the lines of a file, `replay` to
the files of a commit, `removals` keeps account of what is removed, and `update` makes the tables.
"""

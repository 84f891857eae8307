"""Which commits induced bugs, told from the fixes that came later (SZZ).

`fixes` says which commits mend a bug, with the help of an issue tracker's export where there is
one (`issue_tracker`); `candidates` whose code they removed; `bug_labels` makes the table of it.
When a label may be used, and for what, is the business of training.
"""

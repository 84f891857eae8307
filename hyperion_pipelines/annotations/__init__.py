"""What is predicted, as annotations of code that other systems show: a module for each format.

`predicted` makes findings of what `hyperion_pipelines.prediction` answers, and each format writes
them as text. Text for a terminal is the business of the commands.
"""

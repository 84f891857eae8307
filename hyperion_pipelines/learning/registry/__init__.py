"""The registry of models: MLflow keeps the versions, a gate chooses champions, the home has them.

`candidate` is what a training hands in, `gate` whether it becomes champion, `registry` where it is
kept (`run_log` records it, `tracking` speaks to MLflow, `events` is the history of aliases),
`published` the champions in the home, `pyfunc` how MLflow loads a model. How models are trained and
judged is not decided here.
"""

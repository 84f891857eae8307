"""What is learnt from a history: which commits induced bugs, and where the next ones will be.

The flow is labels (what happened), training (examples in honest time), models, evaluation,
registry, scoring (what is served); each is a package of its own here. What the models are told of
a commit or file are features, which are made in `hyperion_pipelines.features`.
"""

"""How a prediction is put in words, wherever it is shown: in annotations and at a terminal."""

import math
from collections.abc import Sequence

from hyperion_pipelines.prediction.model import Prediction, Reason

SHORT_SHA = 10


def commit_name(prediction: Prediction) -> str:
    """What to call a commit: its short sha and subject; the work tree has the latter alone."""
    if prediction.sha is None:
        return prediction.subject
    return f"{prediction.sha[:SHORT_SHA]} {prediction.subject}".rstrip()


def risk_in_words(prediction: Prediction) -> str:
    """How risky it is, to follow "it is": the probability and the place among the commits."""
    peers = f"{standing(prediction)} of 100 commits of {prediction.repository}"
    if prediction.probability is None:
        return f"larger than {peers}, by lines added"
    likely = f"{100 * prediction.probability:.1f} % likely to induce a bug"
    return f"{likely}, riskier than {peers}"


def standing(prediction: Prediction) -> int:
    """How many of a hundred commits are less risky; never all, of which it is one itself."""
    return min(math.floor(prediction.percentile), 99)


def raising(prediction: Prediction) -> Sequence[Reason]:
    """The reasons that make it riskier, the strongest first; those without a model count too."""
    return [each for each in prediction.reasons if (each.contribution or 0.0) >= 0]


def lowering(prediction: Prediction) -> Sequence[Reason]:
    """The reasons that make it less risky, the strongest first."""
    return [each for each in prediction.reasons if (each.contribution or 0.0) < 0]


def main_reason(prediction: Prediction) -> str:
    """The reason that says most of where it stands; empty where there is none."""
    fitting = raising(prediction) if prediction.percentile >= 50 else lowering(prediction)
    return next((reason.text for reason in (*fitting, *prediction.reasons)), "")

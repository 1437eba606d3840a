"""What was learned, loaded once: the encoder, the judge, how telling letters are, and the confidence."""

from dataclasses import dataclass
from pathlib import Path

from threadpoolctl import threadpool_limits

from knowledge_base.confidence import Confidence, open_confidence
from knowledge_base.encoder import SHIPPED, Encoder, open_encoder
from knowledge_base.judging import ShippedJudge, open_judge
from knowledge_base.keeping import KEPT
from knowledge_base.wording import Weights, open_weights


@dataclass(frozen=True, kw_only=True)
class Models:
    """Shared by every base."""

    encoder: Encoder
    judge: ShippedJudge
    weights: Weights
    confidence: Confidence

    @property
    def fingerprint(self) -> str:
        """Tells which models read a phrasing."""
        return f"{self.encoder.name} {self.judge.name}"


def open_models(model: Path | str | None = None) -> Models:
    """The shipped models; with another encoder where one is given, and the confidence calibrated for that one."""
    # For the whole process: questions come side by side, and the products of one are so small that two threads mostly wait
    # for one another; beside other work that takes several times as long.
    threadpool_limits(1, user_api="blas")
    encoder = open_encoder(model)
    if model is None or Path(model).resolve() == SHIPPED:
        confidence = open_confidence()  # named or not, it is the shipped one
    else:
        confidence = open_confidence(calibration_file(model), made_by=f"calibrate --model {model}")
    return Models(encoder=encoder, judge=open_judge(), weights=open_weights(), confidence=confidence)


def calibration_file(model: Path | str) -> Path:
    """Where the confidence of an encoder of one's own is: in its folder, or beside what is kept of one known by name."""
    if Path(model).is_dir():
        return Path(model) / "confidence.json"
    return KEPT / f"{str(model).replace('/', '--')}.confidence.json"

"""The evaluation as a page for people: what was reached, whether the confidence is kept, and what goes wrong."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from knowledge_base import evaluation
from knowledge_base.entries import Entry
from knowledge_base.evaluation import Bin, Outcome
from knowledge_base.search import KnowledgeBase
from knowledge_base.thresholds import Thresholds
from knowledge_base.tuning import costs

TEMPLATE = "report.html.j2"
ALIKE = 0.93  # cosine between phrasings of two entries that an editor should look at
MOST = 30  # rows of a list
#: What people call the figures.
MEANINGS = {
    "n": "题数", "recall@1": "第一条就对", "recall@3": "前三条里有", "mrr": "对的排得多前（1 最好）",
    "auroc": "库里有没有，分得多清（1 最好）", "ece": "说的把握和实际差多少", "answered": "直接答",
    "wrong": "答出的里面，答错", "offered": "请对方选", "left": "不答，留给人",
    "ms_p50": "查一问的毫秒数，一半不超过", "ms_p99": "查一问的毫秒数，99% 不超过",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A tenth of the confidences: how many questions that have an entry fell into it, and how many that have none."""

    known: int
    unknown: int


def histogram(outcomes: Sequence[Outcome]) -> list[Bar]:
    """How sure the bot was of questions that have an entry and of those that have none, a tenth at a time."""
    tenths = [min(int(outcome.confidence * evaluation.BINS), evaluation.BINS - 1) for outcome in outcomes]
    known = Counter(at for at, outcome in zip(tenths, outcomes, strict=True) if outcome.question.expect)
    unknown = Counter(at for at, outcome in zip(tenths, outcomes, strict=True) if not outcome.question.expect)
    return [Bar(known=known[at], unknown=unknown[at]) for at in range(evaluation.BINS)]


def attracting(outcomes: Sequence[Outcome], at_least: float) -> list[tuple[str, int]]:
    """Entries that come first for questions that are not theirs, worst first."""
    wrong = (one for one in outcomes if one.found and not one.right and one.confidence >= at_least)
    return Counter(outcome.found[0][0] for outcome in wrong).most_common(MOST)


def write_report(
    file: Path,
    *,
    title: str,
    figures: Mapping[str, Mapping[str, Any]],
    outcomes: Sequence[Outcome],
    base: KnowledgeBase,
    entries: Sequence[Entry],
    thresholds: Thresholds,
) -> None:
    """One HTML file that needs no other; OSError when it cannot be written."""
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(["j2"]))
    page = pages.get_template(TEMPLATE).render(
        title=title,
        figures=figures,
        meanings=MEANINGS,
        costs=costs(outcomes, margin=thresholds.margin),
        thresholds=thresholds,
        curve=_points(evaluation.reliability(outcomes)),
        bars=_heights(histogram(outcomes)),
        confusions=evaluation.confusions(outcomes, thresholds.offer_at)[:MOST],
        attracting=attracting(outcomes, thresholds.offer_at),
        rivals=base.rivals(ALIKE)[:MOST],
        questions={entry.id: entry.question for entry in entries},
    )
    file.write_text(page, encoding="utf-8")


def _points(curve: Sequence[Bin]) -> list[tuple[float, float, int]]:
    """Promised and kept on a square of 300, and how many questions stand behind the point."""
    return [(tenth.promised * 300, 300 - tenth.kept * 300, tenth.count) for tenth in curve if tenth.count]


def _heights(bars: Sequence[Bar]) -> list[tuple[float, float, Bar]]:
    """Bars of at most 140, one scale for both kinds."""
    most = max([1, *(max(bar.known, bar.unknown) for bar in bars)])
    return [(140 * bar.known / most, 140 * bar.unknown / most, bar) for bar in bars]

"""`retune`: the thresholds that labelled questions ask for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from knowledge_base import evaluation, tuning
from knowledge_base.command_line import Config, Faq, Model, asked, out, refuse, refusing, searcher
from knowledge_base.faq_folder import load
from knowledge_base.labels import read_labels
from knowledge_base.questions import read_questions
from knowledge_base.search import KnowledgeBase
from knowledge_base.thresholds import USUAL, Shares, Thresholds, read_encoder, read_thresholds, write_thresholds


def retune(
    labels: Annotated[list[Path], typer.Option(help="Sheets of `python -m bot export labels`, filled in.")],
    questions: Annotated[list[Path] | None, typer.Option(help="Held-out questions to count in, JSONL.")] = None,
    tolerate: Annotated[float, typer.Option(help="Share of wrong answers that is put up with.", min=0, max=0.5)] = 0.02,
    faq: Faq = Path("faq_data"),
    config: Config = USUAL,
    model: Model = None,
    *,
    write: Annotated[bool, typer.Option("--write", help="Write the thresholds into --config.")] = False,
) -> None:
    """The thresholds that labelled questions ask for, and the error they tolerate."""
    with refusing():
        before = read_thresholds(config)
        loaded = load(faq)
        known = frozenset(entry.id for entry in loaded)
        wanted = [question for file in labels for question in read_labels(file, known)]
        wanted += read_questions(questions or (), known)
        if len(wanted) < tuning.FEWEST:
            refuse(f"--labels: {len(wanted)} 条有标注，少于 {tuning.FEWEST} 条说明不了什么；多标一些，或加 --questions")
        outcomes = asked("ours", wanted, searcher(KnowledgeBase.open(loaded, model=model or read_encoder(config))))
        found = tuning.tune(outcomes, tolerate=tolerate, margin=before.margin)
        if found is None:
            refuse(f"--tolerate {tolerate}: 任何门槛都会答错更多；放宽一些，或先补条目和问法")
        if write:
            write_thresholds(config, found.thresholds)
    for line in _retuned(before, found, evaluation.shares_at(outcomes, before), len(wanted), tolerate):
        out.print(line, highlight=False, soft_wrap=True)
    out.print(
        f"已写入 {config}，重启后生效" if write else "没有改动；要写入请加 --write", highlight=False, soft_wrap=True
    )


def _retuned(before: Thresholds, found: tuning.Tuning, now: Shares, count: int, tolerate: float) -> Iterator[str]:
    shares, chosen = found.shares, found.thresholds
    yield f"{count} 条有标注的问题，容许答错 {tolerate:.1%}"
    yield (
        f"现在 answer_at {before.answer_at}、offer_at {before.offer_at}："
        f"答 {now.answered:.1%}，其中答错 {now.wrong:.1%}；给选项 {now.offered:.1%}"
    )
    yield (
        f"建议 answer_at {chosen.answer_at}、offer_at {chosen.offer_at}："
        f"答 {shares.answered:.1%}，其中答错 {shares.wrong:.1%}；给选项 {shares.offered:.1%}"
    )
    yield f"按 {found.answered} 次答复估计，实际答错率九成五的把握不超过 {found.at_worst:.1%}"

"""Making the shipped models again: counting, the encoder, the judge, and the confidence on what was held out.

Each part is written as soon as it is done, and a run begun again goes on after the last part that is there.
"""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import torch

from knowledge_base.alphabet import Alphabet, numbered
from knowledge_base.confidence import save_confidence, undecided
from knowledge_base.encoder import open_encoder
from knowledge_base.entries import Entry
from knowledge_base.judging import ALPHABET, open_judge
from knowledge_base.learning import confidence, counting, judging, sentences
from knowledge_base.learning.material import FOLDS, HELD_OUT, Material, Pair, spoken
from knowledge_base.learning.network import Judge
from knowledge_base.learning.shipping import save_judge
from knowledge_base.models import Models
from knowledge_base.search import KnowledgeBase
from knowledge_base.wording import Weights, open_weights, save_weights

SEED = 1
FEW_TEXTS = 12_000  # lines of plain text that the vocabulary and the vectors are counted on

Told = Callable[[str, float], None]  # which part, and how much of it was done just now


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How long each part is practised; the shipped models took these."""

    sentences: int = 6  # times through the pairs, for the encoder
    pairs: int = 2  # … for the judge, on pairs of any field
    near_misses: int = 3  # … for the judge, on exams and FAQ
    reminder: int = 20_000  # pairs of any field among the near misses, so that they are not forgotten


def train(material: Material, folder: Path, *, effort: Effort, told: Told) -> dict[str, float]:
    """Write all models into the folder; the figures are those of entries and questions that were held out."""
    folder.mkdir(parents=True, exist_ok=True)
    alphabet = _counted(material, folder, told)
    _encoder(material, folder, effort, told)
    _judge(material, alphabet, folder, effort, told)
    return _confidence(material, folder, told)


def held_out(entries: Sequence[Entry]) -> frozenset[str]:
    """The entries nothing is trained on: always the same fifth, whatever the order."""
    return frozenset(entry.id for entry in entries if crc32(entry.id.encode()) % FOLDS == HELD_OUT)


def _seeded(part: str) -> None:
    """Each part draws its own lots, so that one taken from an earlier run changes nothing in the next."""
    seed = SEED + crc32(part.encode()) % 1000
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def _questions(material: Material) -> list[str]:
    """Every question of the material that may be learned from."""
    held = held_out(material.faq)
    found = [text for pair in material.pairs for text in (pair.left, pair.right)]
    for exam in material.exams:
        found += [entry.question for entry in exam.entries]
        asked = zip(exam.questions, exam.folds, strict=True)
        found += [question.text for question, fold in asked if fold != HELD_OUT]
    found += [text for entry in material.faq if entry.id not in held for text in entry.phrasings]
    return [text for text in map(spoken, found) if text]


def _lines(material: Material) -> list[str]:
    _seeded("lines")
    return random.sample(list(material.texts), min(FEW_TEXTS * 3, len(material.texts)))


def _counted(material: Material, folder: Path, told: Told) -> Alphabet:
    file = folder / "weights.json"
    if file.exists():
        return alphabet_of(open_weights(file))
    questions, lines = _questions(material), [text for text in map(spoken, _lines(material)) if text]
    told("counting", 0.5)
    alphabet = counting.count_alphabet(questions, lines)
    save_weights(file, counting.weigh(alphabet, [*questions, *lines]))
    told("counting", 0.5)
    return alphabet


def alphabet_of(weights: Weights) -> Alphabet:
    """The alphabet that was weighed: the file keeps its order."""
    letters = [gram for gram in weights.of if len(gram) == 1]
    pairs = [gram for gram in weights.of if len(gram) == 2]
    return Alphabet(letters=numbered(letters), pairs=numbered(pairs))


def _encoder(material: Material, folder: Path, effort: Effort, told: Told) -> None:
    if (folder / "encoder" / "modules.json").exists():
        return
    _seeded("encoder")
    lines = [*_questions(material), *_lines(material)]
    tokenizer = sentences.teach_pieces(lines)
    told("encoder", 0.3)
    start = sentences.company_of_pieces(tokenizer, lines)
    told("encoder", 0.2)
    pairs = [*material.pairs, *_same_and_other(material)]
    vectors = sentences.teach_sentences(
        tokenizer, start, pairs, epochs=effort.sentences, told=lambda done: told("encoder", done / 2)
    )
    sentences.save_encoder(folder / "encoder", tokenizer, vectors)


def _same_and_other(material: Material) -> list[Pair]:
    """What exams and FAQ say is the same, and what an exam says only looks it."""
    held = held_out(material.faq)
    found: list[Pair] = []
    for exam in material.exams:
        names = {entry.id: spoken(entry.question) for entry in exam.entries}
        about = ""
        for question, fold in zip(exam.questions, exam.folds, strict=True):
            about = min(question.expect, default=about)
            if fold != HELD_OUT and about:
                found.append(Pair(left=spoken(question.text), right=names[about], same=bool(question.expect)))
    for entry in material.faq:
        if entry.id not in held:
            name = spoken(entry.question)
            found += [Pair(left=spoken(text), right=name, same=True) for text in entry.variants]
    return [pair for pair in found if pair.left and pair.right]


def _judge(material: Material, alphabet: Alphabet, folder: Path, effort: Effort, told: Told) -> None:
    if (folder / "judge" / ALPHABET).exists():
        return
    _seeded("judge")
    judge = _started(material, alphabet, folder / "judge-started.pt", effort, told)
    _seeded("near misses")
    near = _near_misses(material, folder, effort)
    if near:
        epochs = effort.near_misses
        judging.teach(judge, alphabet, near, epochs=epochs, rate=1.2e-3, told=lambda done: told("judge", done / 2))
    save_judge(folder / "judge", judge, alphabet)
    (folder / "judge-started.pt").unlink(missing_ok=True)


def _started(material: Material, alphabet: Alphabet, file: Path, effort: Effort, told: Told) -> Judge:
    """A judge that has gone through the pairs; from the file where an earlier run came so far."""
    if file.exists():
        stored = torch.load(file, weights_only=True)
        judge = judging.fresh_judge(stored["letters.weight"].numpy(), stored["pairs.weight"].numpy())
        judge.load_state_dict(stored)
        return judge
    lines = [*_questions(material), *filter(None, map(spoken, _lines(material)))]
    judge = judging.fresh_judge(*counting.company(alphabet, lines, letter_size=96, pair_size=64))
    if material.pairs:
        epochs = effort.pairs
        judging.teach(
            judge, alphabet, material.pairs, epochs=epochs, rate=2e-3, told=lambda done: told("judge", done / 2)
        )
        torch.save(judge.state_dict(), file)
    return judge


def _near_misses(material: Material, folder: Path, effort: Effort) -> list[Pair]:
    encoder, held = open_encoder(folder / "encoder"), held_out(material.faq)
    found = [pair for exam in material.exams for pair in judging.exam_pairs(exam, encoder)]
    shown = [entry for entry in material.faq if entry.id not in held]
    if shown:
        found += judging.faq_pairs(shown, encoder, material.talk[confidence.TALK_ASKED :][:1000])
        found += judging.drill_pairs(shown, material.drill, encoder)
    return found + random.sample(list(material.pairs), min(effort.reminder, len(material.pairs)))


def _confidence(material: Material, folder: Path, told: Told) -> dict[str, float]:
    judge = open_judge(folder / "judge")
    models = Models(
        encoder=open_encoder(folder / "encoder"),
        judge=judge,
        weights=open_weights(folder / "weights.json"),
        confidence=undecided(),
    )
    trials = [confidence.exam_trial(exam) for exam in material.exams]
    if material.faq:
        trials += confidence.faq_trials(material.faq, held_out(material.faq), material.talk[: confidence.TALK_ASKED])
    if material.asked:
        trials.append(confidence.asked_trial(material.faq, material.asked))
    base = KnowledgeBase(models)
    total = max(1, sum(len(trial.asked) for trial in trials))
    answered = [
        one for trial in trials for one in confidence.run_trial(base, trial, told=lambda: told("confidence", 1 / total))
    ]
    save_confidence(folder / "confidence.json", confidence.fit(answered))
    figures = confidence.figures(answered)
    (folder / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return figures

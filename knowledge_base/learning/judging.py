"""Teaching the judge: first on many pairs of any field, then on the near misses of real question books.

A near miss is worth more than a thousand strangers, so what is shown beside each question are the phrasings that
look most like it and are not.
"""

import random
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from knowledge_base.alphabet import Alphabet, padded
from knowledge_base.encoder import Encoder
from knowledge_base.entries import Entry
from knowledge_base.learning.counting import Vectors
from knowledge_base.learning.material import HELD_OUT, Exam, Pair, spoken
from knowledge_base.learning.network import Judge, Shape
from knowledge_base.questions import Question

BATCH = 256
POOL = 40  # batches among which pairs are sorted by length, so that little is padded
SMOOTHING = 0.03  # of the labels: people who judged the pairs were not always right
RIGHT_SHOWN, WRONG_SHOWN, WRONG_AMONG = 3, 4, 24  # phrasings beside a question people asked
SLIP = 0.15  # share of the texts that lose a letter, as typists do


def fresh_judge(letters: Vectors, pairs: Vectors) -> Judge:
    """A judge that knows what company letters keep and nothing else."""
    shape = Shape(letters=len(letters), pairs=len(pairs), letter_size=letters.shape[1], pair_size=pairs.shape[1])
    judge = Judge(shape)
    with torch.no_grad():
        judge.letters.weight.copy_(torch.from_numpy(letters))
        judge.pairs.weight.copy_(torch.from_numpy(pairs))
    return judge


def teach(
    judge: Judge, alphabet: Alphabet, pairs: Sequence[Pair], *, epochs: int, rate: float, told: Callable[[float], None]
) -> None:
    """Go through the pairs so many times, in place."""
    ids = {text: alphabet.ids(text) for pair in pairs for text in (pair.left, pair.right)}
    steps = epochs * -(-len(pairs) // BATCH)
    optimiser = torch.optim.AdamW(judge.parameters(), lr=rate, weight_decay=0.01)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps + epochs * POOL, pct_start=0.1)
    judge.train()
    for _ in range(epochs):
        for batch in batches(pairs):
            loss = _loss(judge, batch, ids)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(judge.parameters(), 1.0)
            optimiser.step()
            pace.step()
            told(1 / steps)
    judge.eval()


def batches(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    """All pairs once, by lot, alike lengths together."""
    shuffled = random.sample(pairs, len(pairs))
    pool = BATCH * POOL
    parted = []
    for start in range(0, len(shuffled), pool):
        alike = sorted(shuffled[start : start + pool], key=lambda pair: max(len(pair.left), len(pair.right)))
        parted += [alike[at : at + BATCH] for at in range(0, len(alike), BATCH)]
    yield from random.sample(parted, len(parted))


def _loss(judge: Judge, batch: Sequence[Pair], ids: dict[str, list[list[int]]]) -> Tensor:
    left, right = [ids[pair.left] for pair in batch], [ids[pair.right] for pair in batch]
    if random.random() < 0.5:
        left, right = right, left
    wanted = torch.tensor([float(pair.same) for pair in batch])
    weight = torch.tensor([pair.weight for pair in batch])
    # Half precision where the processor has it: the same result in a third of the time.
    with torch.autocast("cpu", torch.bfloat16):
        logits = judge(_tensor([_slipped(row) for row in left]), _tensor(right))
    soft = wanted * (1 - 2 * SMOOTHING) + SMOOTHING
    loss: Tensor = (binary_cross_entropy_with_logits(logits.float(), soft, reduction="none") * weight).mean()
    return loss


def _tensor(rows: Sequence[list[list[int]]]) -> Tensor:
    return torch.from_numpy(padded(rows))


def _slipped(row: list[list[int]]) -> list[list[int]]:
    if len(row) <= 4 or random.random() >= SLIP:
        return row
    lost = random.randrange(len(row))
    return row[:lost] + row[lost + 1 :]


def exam_pairs(exam: Exam, encoder: Encoder) -> list[Pair]:
    """Questions of an exam beside their entry, and beside the two entries that look most like it and are wrong."""
    names = {entry.id: spoken(entry.question) for entry in exam.entries}
    ids = list(names)
    vectors = encoder.encode([names[id_] for id_ in ids])
    found: list[Pair] = []
    for question, fold in zip(exam.questions, exam.folds, strict=True):
        text = spoken(question.text)
        if fold == HELD_OUT or not text:
            continue
        found += [Pair(left=text, right=names[id_], same=True, weight=1.5) for id_ in sorted(question.expect)]
        near = np.argsort(-(vectors @ encoder.encode([text])[0]))[:4]
        wrong = [ids[at] for at in near if ids[at] not in question.expect][:2]
        found += [Pair(left=text, right=names[id_], same=False) for id_ in wrong]
    return found


def faq_pairs(entries: Sequence[Entry], encoder: Encoder, talk: Sequence[str]) -> list[Pair]:
    """Phrasings of one entry beside each other, and beside what another entry says most alike."""
    rows = [(at, spoken(text)) for at, entry in enumerate(entries) for text in entry.phrasings]
    rows = [(at, text) for at, text in rows if text]
    owners = np.array([at for at, _ in rows])
    texts = [text for _, text in rows]
    vectors = encoder.encode(texts)
    found: list[Pair] = []
    for at, text in enumerate(texts):
        cosines = vectors @ vectors[at]
        own = [row for row in np.argsort(-cosines) if owners[row] == owners[at] and row != at]
        cosines[owners == owners[at]] = -1
        order = np.argsort(-cosines)
        # The closest only: one entry answers questions that differ, and these must not be called the same.
        found += [Pair(left=text, right=texts[row], same=True) for row in own[:2]]
        strange = random.sample(list(order[:6]), min(2, len(order))) + random.sample(list(order[6:40]), len(order) > 40)
        found += [Pair(left=text, right=texts[row], same=False) for row in strange if owners[row] != owners[at]]
    for line in filter(None, map(spoken, talk)):
        nearest = int(np.argmax(vectors @ encoder.encode([line])[0]))
        found.append(Pair(left=line, right=texts[nearest], same=False, weight=0.5))
    return found


def drill_pairs(entries: Sequence[Entry], questions: Sequence[Question], encoder: Encoder) -> list[Pair]:
    """What people asked of a FAQ, beside what the right entry says most alike, and beside what others say so."""
    rows = [(entry.id, spoken(text)) for entry in entries for text in entry.phrasings]
    texts = [text for _, text in rows]
    vectors = encoder.encode(texts)
    found: list[Pair] = []
    for question in questions:
        text = spoken(question.text)
        order = np.argsort(-(vectors @ encoder.encode([text])[0]))
        right = [texts[row] for row in order if rows[row][0] in question.expect][:RIGHT_SHOWN]
        wrong = [texts[row] for row in order[:WRONG_AMONG] if rows[row][0] not in question.expect][:WRONG_SHOWN]
        found += [Pair(left=text, right=other, same=True) for other in right if other]
        found += [Pair(left=text, right=other, same=False) for other in wrong if other]
    return found

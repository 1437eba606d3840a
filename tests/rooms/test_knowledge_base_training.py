"""Training on next to nothing: every part is made, what is made can be used, and what is there is not made again."""

import random
from pathlib import Path

import pytest

from knowledge_base.confidence import open_confidence
from knowledge_base.encoder import open_encoder
from knowledge_base.entries import Entry
from knowledge_base.judging import open_judge
from knowledge_base.learning.material import Exam, Material, MaterialError, Pair, read_exam, read_pairs, read_texts
from knowledge_base.models import Models
from knowledge_base.questions import Question
from knowledge_base.search import KnowledgeBase
from knowledge_base.training import Effort, held_out, train
from knowledge_base.wording import open_weights

LETTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 220)]
LITTLE = Effort(sentences=1, pairs=1, near_misses=1, reminder=20)


def phrase(lot: random.Random) -> str:
    return "".join(lot.sample(LETTERS, 7))


def material() -> Material:
    """Questions of made-up words: what shares its first five letters asks the same."""
    lot = random.Random(3)
    names = [phrase(lot) for _ in range(40)]
    entries = [
        Entry(id=f"e{at}", question=name, variants=(name[:5] + "吗", name[:5] + "呢几"))
        for at, name in enumerate(names)
    ]
    known = [
        Question(text=name[:5] + lot.choice(LETTERS), expect=frozenset({f"e{at}"})) for at, name in enumerate(names)
    ]
    unknown = [Question(text=name[:2] + phrase(lot)[:4], expect=frozenset()) for name in names]
    questions = [question for pair in zip(known, unknown, strict=True) for question in pair]
    pairs = [Pair(left=name, right=name[:5] + lot.choice(LETTERS), same=True) for name in names]
    pairs += [Pair(left=name, right=phrase(lot), same=False) for name in names]
    return Material(
        pairs=pairs,
        texts=[phrase(lot) + phrase(lot) for _ in range(200)],
        exams=[Exam(entries=entries, questions=questions, folds=[at // 2 % 5 for at in range(len(questions))])],
        faq=entries,
        drill=questions[20:40],
        asked=questions[:20],
        talk=[phrase(lot) for _ in range(20)],
    )


def test_a_run_makes_models_that_answer_and_a_second_run_makes_nothing_again(tmp_path: Path) -> None:
    told: dict[str, float] = {}

    def tell(part: str, done: float) -> None:
        told[part] = told.get(part, 0) + done

    learned_from = material()
    figures = train(learned_from, tmp_path, effort=LITTLE, told=tell)
    assert set(told) == {"counting", "encoder", "judge", "confidence"}
    assert told["counting"] == pytest.approx(1)
    assert 0 <= figures["exam: recall@1"] <= 1
    models = Models(
        encoder=open_encoder(tmp_path / "encoder"),
        judge=open_judge(tmp_path / "judge"),
        weights=open_weights(tmp_path / "weights.json"),
        confidence=open_confidence(tmp_path / "confidence.json"),
    )
    base = KnowledgeBase(models)
    base.replace(learned_from.faq)
    name = learned_from.faq[3].question
    assert base.search(name)[0].entry.id == "e3"
    made = (tmp_path / "judge" / "deciding.onnx").read_bytes()
    told.clear()
    train(learned_from, tmp_path, effort=LITTLE, told=tell)
    assert set(told) == {"confidence"}
    assert (tmp_path / "judge" / "deciding.onnx").read_bytes() == made


def test_the_held_out_entries_are_the_same_in_any_order() -> None:
    entries = [Entry(id=f"JG-{at:03}", question="问") for at in range(300)]
    assert held_out(entries) == held_out(entries[::-1])
    assert 40 <= len(held_out(entries)) <= 80
    assert held_out(entries[:100]) <= held_out(entries)


def test_pairs_are_read_by_the_names_of_their_columns(tmp_path: Path) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text("source\ta\tb\tsame\nX\t关税 怎么算?\t税怎么算\t1\nX\t？\t税\t0\n", encoding="utf-8")
    assert read_pairs(file) == [Pair(left="关税怎么算", right="税怎么算", same=True)]


@pytest.mark.parametrize(
    ("content", "told"),
    [("x\ty\n", ":1: no columns a, b and same"), ("a\tb\tsame\n问\t问\t2\n", ":2: not a row of 3 cells")],
)
def test_a_broken_table_of_pairs_is_told_with_its_line(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(MaterialError, match=told):
        read_pairs(file)


def test_a_text_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "laws.txt.xz").write_bytes(b"no xz")
    for name in ("laws.txt.xz", "none.txt"):
        with pytest.raises(MaterialError, match="cannot be read"):
            read_texts(tmp_path / name)


def test_a_question_without_an_entry_goes_with_the_questions_before_it(tmp_path: Path) -> None:
    entries = ['{"id": "a", "question": "甲"}', '{"id": "b", "question": "乙"}']
    questions = ['{"text": "1", "expect": "a"}', '{"text": "2", "expect": null}', '{"text": "3", "expect": "b"}']
    (tmp_path / "entries.jsonl").write_text("\n".join(entries), encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text("\n".join(questions), encoding="utf-8")
    assert read_exam(tmp_path).folds == [0, 0, 1]

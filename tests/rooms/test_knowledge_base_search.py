"""A small base asked in many ways: who is found, who is not, and what stays true whatever is said."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_base.encoder import Encoder, EncoderError, Vectors, open_encoder
from knowledge_base.entries import Entry, Status
from knowledge_base.judging import JudgeError, open_judge
from knowledge_base.keeping import kept, kept_file
from knowledge_base.models import Models, open_models
from knowledge_base.search import KnowledgeBase

DAY = date(2026, 3, 2)
EXTENSION = Entry(
    id="JG-001", question="加工贸易手册快到期了，可以申请延期吗？", variants=("手册能展期吗", "手册到期可不可以延期")
)
PAPERS = Entry(id="JG-002", question="加工贸易手册展期要提交哪些材料？", variants=("手册延期需要什么资料",))
TAX_BILL = Entry(id="SF-001", question="税单在哪里打印？", variants=("税单怎么打印", "电子税单去哪下载"))
REFUND = Entry(
    id="SF-002", question="多交了关税，可以申请退税吗？", variants=("多缴的税能退吗",), status=Status.SUSPENDED
)
ORIGIN = Entry(id="YC-001", question="原产地证书丢了怎么补发？", valid_until=date(2026, 1, 31))
BASE = [EXTENSION, PAPERS, TAX_BILL, REFUND, ORIGIN]


@pytest.fixture(scope="module")
def models() -> Models:
    return open_models()


@pytest.fixture(scope="module")
def base(models: Models) -> KnowledgeBase:
    return based_on(models, BASE)


def based_on(models: Models, entries: Sequence[Entry]) -> KnowledgeBase:
    base = KnowledgeBase(models)
    base.replace(entries)
    return base


def first(base: KnowledgeBase, text: str) -> str | None:
    hits = base.search(text)
    return hits[0].entry.id if hits else None


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("手册可以延期吗", "JG-001"),
        ("老师好，请问我们手册下个月到期了能不能展期呀", "JG-001"),
        ("手册展期需要哪些材料", "JG-002"),
        ("稅單在哪裡打印？", "SF-001"),
        ("ＳＯＳ 税单 怎么 打印！！", "SF-001"),
        ("原产地证书丢了可以补发吗", "YC-001"),
    ],
)
def test_a_question_finds_its_entry_however_it_is_put(base: KnowledgeBase, text: str, entry: str) -> None:
    assert first(base, text) == entry


def test_an_approved_phrasing_finds_itself_with_a_cosine_of_one(base: KnowledgeBase) -> None:
    [hit] = base.search("税单怎么打印", limit=1)
    assert (hit.entry.id, hit.matched) == ("SF-001", "税单怎么打印")
    assert hit.score == pytest.approx(1, abs=1e-3)


def test_what_an_editor_wrote_for_one_entry_is_nobody_elses(base: KnowledgeBase) -> None:
    own, *others = base.search("税单怎么打印")
    assert own.confidence >= 0.99
    assert max(other.confidence for other in others) <= 0.01


def test_the_very_phrasing_is_surer_than_the_near_miss_and_small_talk_is_nothing(base: KnowledgeBase) -> None:
    known = base.search("手册到期可不可以延期", limit=1)[0].confidence
    near = base.search("手册展期一共可以办几次", limit=1)[0].confidence
    talk = max((hit.confidence for hit in base.search("今晚一起去吃火锅吧")), default=0.0)
    assert known > near > talk
    assert talk < 0.1


def test_hits_come_most_probable_first_and_no_more_than_asked_for(base: KnowledgeBase) -> None:
    hits = base.search("手册展期", limit=3)
    confidences = [hit.confidence for hit in hits]
    assert confidences == sorted(confidences, reverse=True)
    assert len({hit.entry.id for hit in hits}) == len(hits) == 3
    assert base.search("手册展期", limit=0) == []


def test_an_entry_that_does_not_answer_is_found_so_that_its_neighbour_is_not(base: KnowledgeBase) -> None:
    assert first(base, "多缴的税能退吗") == "SF-002"
    assert not base.search("多缴的税能退吗")[0].entry.answers_on(DAY)


@pytest.mark.parametrize("text", ["", " ", "？", "😀😀", "\x00", "\ud800", "。。。", "https://example.com/a?b=1"])
def test_a_text_that_asks_nothing_finds_nothing(base: KnowledgeBase, text: str) -> None:
    assert base.search(text) == []


def test_a_hundred_kilobytes_are_searched_like_any_text(base: KnowledgeBase) -> None:
    for text in ("手册" * 25_000, "a" * 100_000, "😀" * 30_000, "١٢٣" * 20_000):
        assert all(0 <= hit.confidence <= 1 for hit in base.search(text))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_no_text_breaks_the_search(base: KnowledgeBase, text: str) -> None:
    for hit in base.search(text):
        assert 0 <= hit.confidence <= 1
        assert -1.001 <= hit.score <= 1


def test_an_empty_base_finds_nothing(models: Models) -> None:
    assert based_on(models, []).search("税单在哪里打印") == []


def test_a_changed_base_answers_at_once_and_reads_only_what_is_new(models: Models) -> None:
    counted = Counting(models.encoder)
    base = based_on(models_with(models, counted), [TAX_BILL])
    assert counted.read == 3
    base.replace([TAX_BILL, PAPERS])
    assert counted.read == 5
    assert first(base, "手册延期需要什么资料") == "JG-002"
    assert base.entry("JG-002") == PAPERS
    base.replace([PAPERS])
    assert base.entry("SF-001") is None
    assert "SF-001" not in {hit.entry.id for hit in base.search("税单怎么打印")}


def test_many_threads_search_while_the_base_is_replaced(models: Models) -> None:
    base = based_on(models, BASE)
    with ThreadPoolExecutor(4) as pool:
        searches = [pool.submit(first, base, "税单怎么打印") for _ in range(40)]
        for _ in range(10):
            base.replace(BASE)
        assert {search.result() for search in searches} == {"SF-001"}


def test_a_neighbour_added_elsewhere_moves_no_confidence(models: Models) -> None:
    alone = based_on(models, [TAX_BILL]).search("税单去哪里打印")[0].confidence
    among = based_on(models, [TAX_BILL, EXTENSION, ORIGIN]).search("税单去哪里打印")[0].confidence
    assert among == pytest.approx(alone, abs=0.02)


def test_what_was_kept_is_not_read_again(models: Models, tmp_path: Path) -> None:
    base = based_on(models, BASE)
    file = base.keep(tmp_path)
    assert file == kept_file(tmp_path, models.fingerprint)
    counted = Counting(models.encoder)
    again = KnowledgeBase(models_with(models, counted), known=kept(file))
    again.replace(BASE)
    assert (counted.read, again.read_anew) == (0, 0)
    assert base.read_anew == len({text for entry in BASE for text in entry.phrasings})
    assert [hit.confidence for hit in again.search("手册展期")] == [hit.confidence for hit in base.search("手册展期")]


def test_a_kept_file_that_is_not_whole_is_as_good_as_none(models: Models, tmp_path: Path) -> None:
    file = based_on(models, BASE).keep(tmp_path)
    file.write_bytes(file.read_bytes()[:1000])
    assert kept(file) == {}
    assert kept(tmp_path / "none.npz") == {}


def test_what_is_kept_again_leaves_nothing_old_and_half_of_it_is_as_good_as_none(
    models: Models, tmp_path: Path
) -> None:
    base = based_on(models, BASE)
    assert base.keep(tmp_path) == (file := base.keep(tmp_path))
    [meanings] = tmp_path.glob("*.npy")
    assert set(kept(file)) == {text for entry in BASE for text in entry.phrasings}
    meanings.unlink()
    assert kept(file) == {}


def test_a_disk_that_takes_no_more_is_not_filled_with_halves(models: Models, tmp_path: Path) -> None:
    base, (soft, hard) = based_on(models, BASE), getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match=r"requested and|too large"):
            base.keep(tmp_path)
    finally:
        setrlimit(RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_an_encoder_that_cannot_be_used_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="no such folder"):
        open_encoder(tmp_path / "nowhere")
    with pytest.raises(EncoderError, match=r"has no modules\.json"):
        open_encoder(tmp_path)
    (tmp_path / "modules.json").write_text("{", encoding="utf-8")
    with pytest.raises(EncoderError, match="cannot be loaded") as refused:
        open_encoder(tmp_path)
    assert "\n" not in str(refused.value)


def test_a_judge_that_is_not_whole_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(JudgeError, match="cannot be loaded") as refused:
        open_judge(tmp_path)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "手册C51236000001快到期了能延期吗",
        "0304890010 手册能展期吗",
        "箱子 TCLU1234567 的，手册能展期吗",
        "手册能展期吗 8479.8999",
    ],
)
def test_numbers_of_his_own_goods_and_papers_hide_no_question(base: KnowledgeBase, text: str) -> None:
    [alone, with_number] = [base.search(asked)[0] for asked in (strip_number(text), text)]
    assert (with_number.entry.id, with_number.confidence) == ("JG-001", alone.confidence)


def strip_number(text: str) -> str:
    """As he would have typed it without the number."""
    return re.sub(r"[A-Z]*[\d.]{6,}", " ", text)


def test_a_number_that_an_entry_names_is_looked_for(models: Models) -> None:
    squid = Entry(id="HS-1", question="0307430010 进口要什么证？")
    cod = Entry(id="HS-2", question="0304710000 进口要什么证？")
    base = based_on(models, [squid, cod])
    assert first(base, "0307430010 进口要什么证") == "HS-1"
    assert first(base, "0304.7100.00 进口要什么证") == "HS-2"


def test_an_entry_of_one_number_is_not_found_for_another(models: Models) -> None:
    base = based_on(models, [Entry(id="HS-1", question="0307430010 进口要什么证？"), EXTENSION])
    with_its_own, with_another = base.search("0307430010 进口要什么证"), base.search("8479899990 进口要什么证")
    assert with_its_own[0].confidence > 0.9
    assert with_another[0].confidence < 0.7


def test_a_number_alone_is_still_looked_for(models: Models) -> None:
    assert first(based_on(models, [Entry(id="HS-1", question="0307430010")]), "0307430010") == "HS-1"


class Counting:
    """An encoder that remembers how many texts it was given."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self.read = encoder, 0
        self.name, self.size = encoder.name, encoder.size

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.read += len(texts)
        return self._encoder.encode(texts)


def models_with(models: Models, encoder: Counting) -> Models:
    return Models(encoder=encoder, judge=models.judge, weights=models.weights, confidence=models.confidence)


def test_the_shipped_encoder_gives_unit_vectors(models: Models) -> None:
    vectors = models.encoder.encode(["关税", "手册展期"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-3)

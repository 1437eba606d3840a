"""标准化问答手册: the entries that answer today, by topic, as one printable page and as a Word document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from docx.document import Document as WordDocument
from docx.shared import Pt, RGBColor

from bot.errors import Unusable
from bot.faq_files import entries_now, revision_now
from bot.pages import template
from bot.settings import Settings
from bot.word_document import blank
from bot.written_files import writing
from handlers.times import local_day
from knowledge_base.entries import Entry, Review
from knowledge_base.instruments import Instruments, cite

TITLE = "标准化问答手册"
SOFT = RGBColor(0x5B, 0x65, 0x77)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One entry as it is printed."""

    id: str
    question: str
    answer: str
    tips: str
    basis: str
    as_of: date | None
    open: bool


@dataclass(frozen=True, kw_only=True)
class Topic:
    name: str
    entries: Sequence[Page]


@dataclass(frozen=True, kw_only=True)
class Handbook:
    """What is printed: the topics, the day, and the number of the base's state."""

    topics: Sequence[Topic]
    day: date
    version: int

    @property
    def pages(self) -> list[Page]:
        return [page for topic in self.topics for page in topic.entries]


def handbook(entries: Sequence[Entry], instruments: Instruments, *, day: date, version: int) -> Handbook:
    """The entries that answer the public on that day, topic by topic."""
    topics: dict[str, list[Page]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.topic, entry.id)):
        if entry.answers_on(day):
            topics.setdefault(entry.topic or "其他", []).append(_page(entry, instruments))
    named = [Topic(name=name, entries=pages) for name, pages in topics.items()]
    return Handbook(topics=named, day=day, version=version)


def write_handbook(settings: Settings, to: Path, *, now: datetime) -> str:
    """Write `handbook.html` and `handbook.docx` into a folder, or the one file that is named."""
    entries, instruments = entries_now(settings)
    book = handbook(entries, instruments, day=local_day(now), version=revision_now(settings))
    if to.suffix and to.suffix not in (".html", ".docx"):
        raise Unusable(f"{to}: 手册只写 .html 和 .docx；写一个目录就两样都有")
    files = [to] if to.suffix else [to / "标准化问答手册.html", to / "标准化问答手册.docx"]
    with writing(to):
        for file in files:
            file.parent.mkdir(parents=True, exist_ok=True)
            _write(file, book)
    return f"{len(book.pages)} 条写入 " + "、".join(map(str, files))


def _write(file: Path, book: Handbook) -> None:
    if file.suffix == ".html":
        file.write_text(as_html(book), encoding="utf-8")
    else:
        write_docx(file, book)


def as_html(book: Handbook) -> str:
    """One page that needs nothing besides itself."""
    return template("handbook.html").render(
        title=TITLE,
        day=book.day,
        version=book.version,
        topics=book.topics,
        count=len(book.pages),
        open=sum(page.open for page in book.pages),
    )


def write_docx(file: Path, book: Handbook) -> None:
    """The same as a Word document, with headings that Word can make a table of contents of."""
    document = blank()
    document.add_heading(TITLE, 0)
    document.add_paragraph(f"{book.day} 版 · 第 {book.version} 号 · 共 {len(book.pages)} 条", style="Subtitle")
    for topic in book.topics:
        document.add_heading(topic.name, 1)
        for page in topic.entries:
            _entry(document, page)
    document.save(str(file))


def _entry(document: WordDocument, page: Page) -> None:
    document.add_heading(f"{page.id}  {page.question}", 2)
    document.add_paragraph(page.answer)
    if page.tips:
        document.add_paragraph(f"提示：{page.tips}", style="Intense Quote")
    small = _footing(page)
    if small:
        run = document.add_paragraph().add_run(small)
        run.font.size, run.font.color.rgb = Pt(9), SOFT


def _footing(page: Page) -> str:
    parts = [f"依据：{page.basis}。" if page.basis else "", f"口径截至 {page.as_of}。" if page.as_of else ""]
    return "".join([*parts, "待复核。" if page.open else ""])


def _page(entry: Entry, instruments: Instruments) -> Page:
    return Page(
        id=entry.id,
        question=entry.question,
        answer=entry.answer.strip(),
        tips=entry.tips.strip(),
        basis="；".join(cite(citation, instruments) for citation in entry.basis),
        as_of=entry.as_of,
        open=entry.review == Review.NEEDED,
    )

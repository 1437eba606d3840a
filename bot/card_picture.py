"""The contact card as a picture: departments on the left, a code to scan on the right."""

import io
import logging
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

from bot.errors import Unusable
from bot.written_files import writing
from handlers.members.card_sending import Draw
from handlers.members.contact_card import ContactCard

WIDTH, MARGIN, CODE = 1080, 60, 260
INK, FAINT, BLUE, PAPER = "#1c2733", "#66727f", "#12508c", "#ffffff"
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/Hiragino Sans GB.ttc",
)

Font = ImageFont.FreeTypeFont
logger = logging.getLogger(__name__)


def write(card: ContactCard, file: Path, *, font: Path | None) -> str:
    """Write the picture; what was written, for a person."""
    if file.suffix.lower() != ".png":
        raise Unusable(f"{file}: a picture ends in .png; write {file.with_suffix('.png')}")
    picture = draw(card, font=font)
    with writing(file):
        picture.save(file)
    return f"联系卡写入 {file}（{picture.width}×{picture.height}）"


def drawing(font: Path | None) -> Draw:
    """Draws cards for chats; the last one is remembered, for it is asked for again and again."""

    @lru_cache(maxsize=1)
    def png(card: ContactCard) -> bytes | None:
        try:
            picture = draw(card, font=font)
        except Unusable as problem:
            logger.warning("the contact card goes out in words alone: %s", problem)
            return None
        buffer = io.BytesIO()
        picture.quantize(64).save(buffer, "png", optimize=True)
        return buffer.getvalue()

    return png


def draw(card: ContactCard, *, font: Path | None = None) -> Image.Image:
    """The picture. Its code holds the card's link, or without one the card's own words."""
    title, head, body = (_font(font, size) for size in (52, 34, 30))
    lines = list(_lines(card, head, body, WIDTH - 3 * MARGIN - CODE))
    height = max(2 * MARGIN + 110 + sum(step for *_, step in lines), 2 * MARGIN + 110 + CODE + 70)
    image = Image.new("RGB", (WIDTH, height), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 130), fill=BLUE)
    pen.text((MARGIN, 36), card.title, font=title, fill=PAPER)
    y = 130 + MARGIN
    for text, its_font, colour, step in lines:
        pen.text((MARGIN, y), text, font=its_font, fill=colour)
        y += step
    image.paste(_code(card.link or card.text()), (WIDTH - MARGIN - CODE, 130 + MARGIN))
    middle = WIDTH - MARGIN - CODE // 2
    pen.text((middle, 130 + MARGIN + CODE + 16), "扫一扫，随时问", font=body, fill=FAINT, anchor="ma")
    return image


def _lines(card: ContactCard, head: Font, body: Font, width: int) -> Iterator[tuple[str, Font, str, int]]:
    """Each line of the left side with its font, colour and height."""
    for row in card.departments:
        yield row.name, head, BLUE, 48
        for text in _wrapped(row.does, body, width):
            yield text, body, INK, 42
        reach = " ".join(word for word in (row.head, row.phone) if word)
        if reach:
            yield reach, body, FAINT, 42
        yield "", body, INK, 18
    for line in card.lines:
        for text in _wrapped(line, body, width):
            yield text, body, INK, 42
    if card.review_by is not None:
        yield f"核对至 {card.review_by:%Y-%m-%d}", body, FAINT, 42


def _wrapped(text: str, font: Font, width: int) -> Sequence[str]:
    lines = [""]
    for char in text:
        if font.getlength(lines[-1] + char) > width:
            lines.append("")
        lines[-1] += char
    return lines


def _code(text: str) -> Image.Image:
    buffer = io.BytesIO()
    try:
        code = segno.make(text, error="m", micro=False)
    except segno.DataOverflowError as error:
        raise Unusable(
            "contacts: the card is too long for a code; name a page that shows it in contacts.link"
        ) from error
    code.save(buffer, kind="png", scale=8, border=2)
    return Image.open(buffer).convert("RGB").resize((CODE, CODE), Image.Resampling.NEAREST)


def _font(chosen: Path | None, size: int) -> Font:
    places = [chosen] if chosen is not None else [Path(name) for name in FONTS]
    for place in places:
        try:
            return ImageFont.truetype(str(place), size)
        except OSError:
            continue
    raise Unusable(
        f"contacts.font: {chosen or '没有找到中文字体'} cannot be used; install fonts-wqy-microhei or fonts-noto-cjk, "
        "or name a font file in contacts.font"
    )

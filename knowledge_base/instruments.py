"""The laws, decrees and announcements that entries cite, and how a citation reads."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError
from ruamel.yaml.error import YAMLError

from knowledge_base.entries import Citation, Strict
from knowledge_base.faq_drafts import FaqError
from knowledge_base.faq_folder import INSTRUMENTS_FILE
from knowledge_base.yaml_text import load_yaml


class Checked(StrEnum):
    """How a row's facts were checked: against the instrument's own text, or not yet."""

    TEXT = "text"
    KNOWN = "known"


class Instrument(Strict):
    """One instrument; `to` is the last day it was in force, `articles` its highest article."""

    name: str
    number: str = ""
    in_force_from: date | None = Field(default=None, alias="from")
    in_force_to: date | None = Field(default=None, alias="to")
    articles: int | None = None
    checked: Checked = Checked.KNOWN


Instruments = Mapping[str, Instrument]

_rows = TypeAdapter(dict[str, Instrument])


def load_instruments(folder: Path) -> Instruments:
    """The folder's instruments by key; empty when it names none."""
    path = folder / INSTRUMENTS_FILE
    if not path.exists():
        return {}
    try:
        return _rows.validate_python(load_yaml(path.read_text("utf-8")) or {})
    except (YAMLError, UnicodeDecodeError) as error:
        raise FaqError(
            f"{path}: cannot be read as YAML in UTF-8 ({str(error).splitlines()[0]}); mend the file"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise FaqError(f"{path}: {where}: {first['msg']}; compare with the rows beside it") from error


def cite(citation: Citation | str, instruments: Instruments) -> str:
    """The citation as people read it: 《中华人民共和国关税法》第五十一条."""
    if isinstance(citation, str):
        return citation
    instrument = instruments.get(citation.source)
    name = f"《{instrument.name}》" if instrument else citation.source
    number = f"（{instrument.number}）" if instrument and instrument.number else ""
    return f"{name}{number}{_article(citation.article)}{citation.note or ''}"


def _article(article: str | int | None) -> str:
    if article is None:
        return ""
    return f"第{article}条" if isinstance(article, int) else article

"""From a confidence to an act: answer, offer a choice, or leave it to people."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from knowledge_base.yaml_text import load_yaml

USUAL = Path("config.yml")
ANSWER_AT, OFFER_AT, MARGIN = 0.88, 0.3, 0.1


class ConfigError(Exception):
    """The configuration cannot be used; the message says where, what and the cure, in one line."""


class Thresholds(BaseModel):
    """The confidence from which the bot answers, by how much it must lead the next, and the one from which it offers."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    answer_at: float = Field(default=ANSWER_AT, ge=0, le=1)
    offer_at: float = Field(default=OFFER_AT, ge=0, le=1)
    margin: float = Field(default=MARGIN, ge=0, le=1)


@dataclass(frozen=True, kw_only=True)
class Shares:
    """What some thresholds make of some questions."""

    answered: float
    wrong: float
    offered: float
    left: float


def read_thresholds(file: Path) -> Thresholds:
    """`answering:` of a configuration file; the defaults where the usual file or the section is missing."""
    section = _document(file).get("answering")
    try:
        return Thresholds.model_validate(section or {})
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(["answering", *map(str, fault["loc"])])
        raise ConfigError(f"{file}: {field}: {fault['msg']}; give a number from 0 to 1") from error


def read_encoder(file: Path) -> str | None:
    """`encoder:` of a configuration file, a folder beside the file before a name; None for the shipped one."""
    wanted = _document(file).get("encoder")
    if wanted is None:
        return None
    beside = file.parent / str(wanted)
    return str(beside if beside.exists() else wanted)


def _document(file: Path) -> dict[str, Any]:
    """All that a configuration file says; nothing where there is none and none was asked for."""
    if file == USUAL and not file.exists():
        return {}
    try:
        document = load_yaml(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{file}: cannot be read as YAML ({reason}); correct it or give another --config") from error
    return document if isinstance(document, dict) else {}


def write_thresholds(file: Path, thresholds: Thresholds) -> None:
    """Change the two numbers in a configuration file; everything else in it, comments included, stays as it is."""
    editor = YAML()
    editor.preserve_quotes, editor.width = True, 10**6
    try:
        document = editor.load(file.read_text(encoding="utf-8"))
        section = document.setdefault("answering", {})
        section["answer_at"], section["offer_at"] = thresholds.answer_at, thresholds.offer_at
        with file.open("w", encoding="utf-8") as out:
            editor.dump(document, out)
    except (OSError, UnicodeDecodeError, YAMLError, AttributeError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{file}: cannot be changed ({reason}); write the two numbers there by hand") from error

"""The configuration read: config.yml and the environment become Settings, or one line a fault, before anything starts."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from ruamel.yaml.error import YAMLError

from bot.channels.qq_door import TOKEN_VARIABLE as ONEBOT_TOKEN
from bot.errors import Unusable
from bot.sections import Section
from bot.settings import HOME, Settings
from knowledge_base.yaml_text import load_yaml
from nlu.rasa_address import TOKEN_VARIABLE as RASA_TOKEN

SQLITE = "sqlite:///"
SECRETS = {"onebot_token": ONEBOT_TOKEN, "rasa_token": RASA_TOKEN}
DATABASE_URL = "ZHITONGCHE_DATABASE_URL"
MAY_HOLD_A_SECRET = ("_variable", "url", "dial", "database")  #: ends of keys; what stands there is never repeated


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a file and the environment, or Unusable with every fault, one line each."""
    values = _read(path)
    for key, variable in {**SECRETS, "tokens": "the variable that token_variable or secret_variable names"}.items():
        if key in values:
            raise Unusable(f"{path}: {key}: secrets do not belong in the file; set {variable} instead")
    _resolve(values, path.resolve().parent)
    _from_environment(values, environment)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise Unusable(*(f"{path}: {_explain(fault)}" for fault in error.errors())) from error
    try:
        settings.ticket_rules()
    except ValueError as error:
        raise Unusable(f"{path}: tickets: {error}") from error
    return settings.model_copy(update={"tokens": _tokens(settings, environment)})


def _read(path: Path) -> dict[str, Any]:
    try:
        values = load_yaml(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise Unusable(
            f"{path}: no such file; start from the config.yml of the project, or name one with --config"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path}: cannot be read ({error}); save it as UTF-8 text") from error
    except YAMLError as error:
        raise Unusable(f"{path}: not YAML: {_one_line(error)}; mend the line") from error
    if values is not None and not isinstance(values, dict):
        raise Unusable(f"{path}: holds no keys; start from the config.yml of the project")
    return dict(values or {})


def _resolve(values: dict[str, Any], folder: Path) -> None:
    """Paths in the file become absolute, so that the working directory decides nothing."""
    for key in {"faq", "encoder"} & values.keys():
        places = [base / str(values[key]) for base in (folder, HOME)]
        values[key] = next((str(place) for place in places if place.exists()), values[key])
    backup = values.get("backup")
    if isinstance(backup, dict) and isinstance(backup.get("folder"), str):
        backup["folder"] = str(folder / backup["folder"])
    database = str(values.get("database", ""))
    if database.startswith(SQLITE) and not database.startswith(f"{SQLITE}/"):
        values["database"] = f"{SQLITE}{folder}/{database.removeprefix(SQLITE)}"


def _from_environment(values: dict[str, Any], environment: Mapping[str, str]) -> None:
    if url := _secret(DATABASE_URL, environment):
        values["database"] = url
    for key, variable in SECRETS.items():
        if secret := _secret(variable, environment):
            values[key] = secret


def _tokens(settings: Settings, environment: Mapping[str, str]) -> dict[str, SecretStr]:
    variables = {account.token_variable for account in settings.wechat.accounts}
    variables |= {bot.secret_variable for bot in settings.wecom.bots}
    return {name: SecretStr(secret) for name in variables if (secret := _secret(name, environment))}


def _secret(name: str, environment: Mapping[str, str]) -> str | None:
    """The variable, or what stands in the file that NAME_FILE points to."""
    if path := environment.get(f"{name}_FILE"):
        try:
            return Path(path).read_text("utf-8").strip() or None
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            raise Unusable(f"{name}_FILE: {path} cannot be read ({reason}); point it to a readable file") from None
    return environment.get(name) or None


def _explain(fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"] if part != "[key]")
    if fault["type"] == "extra_forbidden":
        return f"{where}: unknown key{_suggestion(fault['loc'])}"
    found = "" if where.rstrip(".0123456789").endswith(MAY_HOLD_A_SECRET) else f" (found {str(fault['input'])[:60]!r})"
    cure = (
        "" if fault["type"] == "value_error" else "; write it as the project's config.yml shows"
    )  # our own have theirs
    return f"{where}: {fault['msg'].removeprefix('Value error, ')}{found}{cure}"


def _suggestion(location: tuple[Any, ...]) -> str:
    sections: list[type[Section]] = [Settings, *Section.__subclasses__()]
    known = {name for section in sections for name in section.model_fields}
    close = get_close_matches(str(location[-1]), known, n=1)
    return f'; did you mean "{close[0]}"?' if close else "; remove it, or see config.yml for the keys there are"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]

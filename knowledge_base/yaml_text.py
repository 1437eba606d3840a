"""YAML as people write it, read so that whatever is wrong with it can be told: every fault is one kind of error, and a date
that there is not stays as it is written, for whoever checks the values to complain of by its name."""

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor, SafeConstructor
from ruamel.yaml.error import YAMLError

TIMESTAMP = "tag:yaml.org,2002:timestamp"


def load_yaml(text: str, *, placed: bool = False) -> Any:
    """What a text says; YAMLError where it cannot be read. `placed`: mappings and lists know their lines (`.lc`)."""
    reader = YAML(typ="rt" if placed else "safe")
    reader.Constructor = _Placed if placed else _Plain
    try:
        return reader.load(text)
    except RecursionError as error:
        raise YAMLError("brackets within brackets, deeper than can be read") from error
    except ValueError as error:  # a number that is none
        raise YAMLError(str(error)) from error


class _Plain(SafeConstructor):
    """Plain values."""


class _Placed(RoundTripConstructor):
    """Values that know their lines."""


def _moment(constructor: Any, node: Any) -> Any:
    try:
        return constructor.construct_yaml_timestamp(node)
    except ValueError:
        return node.value


_Plain.add_constructor(TIMESTAMP, _moment)
_Placed.add_constructor(TIMESTAMP, _moment)

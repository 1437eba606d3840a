"""Sound FAQ files read at a tenth of the cost. What is odd in any way is left to `faq_drafts`, which can explain it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import yaml

from knowledge_base.entries import Entry


def read_quickly(files: Sequence[Path]) -> list[Entry] | None:
    """The entries of sound YAML files; None when anything at all is odd. libyaml speaks YAML 1.1, where a bare `no` is
    False: that is no text, so it is odd."""
    try:
        entries = [entry for file in files for entry in _entries(file)]
    except (OSError, yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError):
        return None
    has_twice = len({entry.id for entry in entries}) < len(entries)
    return None if has_twice or any(entry.ends_before_it_begins for entry in entries) else entries


DEEPEST = 20  # brackets within brackets; libyaml ends the process at some thousands


class _Shallow:
    """Refuses what lies too deep, as a mixin of a loader."""

    _depth = 0

    def descend_resolver(self, _node: Any, _index: Any) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValueError("too deep")

    def ascend_resolver(self) -> None:
        self._depth -= 1


# libyaml where it is, under a name of our own: a key said twice is odd to nobody else
_Quick = cast(type[yaml.SafeLoader], type("_Quick", (_Shallow, getattr(yaml, "CSafeLoader", yaml.SafeLoader)), {}))


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    mapping: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    if len(mapping) != len(node.value):
        raise ValueError("a key is said twice")
    return mapping


_Quick.add_constructor("tag:yaml.org,2002:map", _mapping)


def _entries(file: Path) -> Iterator[Entry]:
    document = yaml.load(file.read_text("utf-8"), Loader=_Quick)
    entries, shared = document.pop("entries"), document
    if shared.keys() - {"topic", "owner"}:
        raise ValueError(f"{file}: unknown keys")
    return (Entry.model_validate({**shared, **fields}) for fields in entries)

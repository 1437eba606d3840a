"""The code is as the documents say."""

import ast
import re

from bot.sections import Section
from bot.settings import HOME, Settings

DOCUMENTS = [HOME / name for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/architecture.md")]
ROOMS = ("bot", "handlers", "knowledge_base", "nlu")


def test_every_door_says_what_the_room_is_for_and_nothing_else() -> None:
    for room in ROOMS:
        for door in (HOME / room).rglob("__init__.py"):
            body = ast.parse(door.read_text("utf-8")).body
            assert len(body) == 1, door
            assert isinstance(body[0], ast.Expr), door


def test_every_module_begins_with_a_sentence() -> None:
    for room in ROOMS:
        for module in (HOME / room).rglob("*.py"):
            if "versions" not in module.parts:
                assert ast.get_docstring(ast.parse(module.read_text("utf-8"))), module


def test_paths_named_in_the_documents_exist() -> None:
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (document.parent / link).exists(), f"{document.name}: {link}"
        for path in re.findall(
            r"`((?:bot|handlers|nlu|knowledge_base|faq_data|tests|docs|benchmarks)/[\w./-]*)`", text
        ):
            assert (HOME / path).exists(), f"{document.name}: {path}"


def test_what_the_documents_tell_to_make_can_be_made() -> None:
    targets = set(re.findall(r"^([\w-]+):", (HOME / "Makefile").read_text("utf-8"), re.MULTILINE))
    for document in DOCUMENTS:
        for words in re.findall(r"(?:`|^)make ((?:[a-z-]+ ?)+?)(?:`|  | m=|$)", document.read_text("utf-8"), re.M):
            assert set(words.split()) <= targets, f"{document.name}: make {words}"


def test_decisions_are_numbered_without_a_gap() -> None:
    files = sorted((HOME / "docs" / "decisions").glob("*.md"))
    assert [file.name[:4] for file in files] == [f"{number:04d}" for number in range(1, len(files) + 1)]
    for file in files:
        assert file.read_text("utf-8").startswith(f"# {file.name[:4]} "), file.name


def test_every_setting_is_explained_in_the_shipped_configuration() -> None:
    text = (HOME / "config.yml").read_text("utf-8")

    def names(section: type[Section]) -> set[str]:
        return {name for name, field in section.model_fields.items() if not field.exclude}

    for name in names(Settings).union(*(names(section) for section in Section.__subclasses__())):
        assert re.search(rf"\b{name}\b", text), f"config.yml does not show {name}"

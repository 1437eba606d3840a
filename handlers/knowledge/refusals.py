"""Why an editor's command was not carried out, and what to type instead.

Refusal
└── KnowledgeRefusal
    ├── NotAnEditor
    ├── HalfACommand
    ├── UnknownEntry
    ├── UnknownNumber
    ├── OwnWork
    ├── Unsound
    └── NotNow
"""

from collections.abc import Sequence

from handlers.errors import Refusal


class KnowledgeRefusal(Refusal):
    """Nothing was changed."""


class NotAnEditor(KnowledgeRefusal):
    def __init__(self) -> None:
        super().__init__("知识库只有编辑能改。要当编辑请联系管理员开通。")


class HalfACommand(KnowledgeRefusal):
    """Something is missing; the sentence gives an example."""


class UnknownEntry(KnowledgeRefusal):
    def __init__(self, id: str) -> None:
        super().__init__(f"没有条目 {id}。编号在答复末尾能看到，例如：条目 JG-001")


class UnknownNumber(KnowledgeRefusal):
    """`what`: 草稿, 更正, 问法; `lists`: the word that lists them."""

    def __init__(self, what: str, number: int, lists: str) -> None:
        super().__init__(f"没有待办的{what} {number}。发“{lists}”看都有哪些号。")


class OwnWork(KnowledgeRefusal):
    def __init__(self, number: int) -> None:
        super().__init__(f"草稿 {number} 是您写的或改过的，要请另一位编辑审定：审定 {number}")


class Unsound(KnowledgeRefusal):
    """What a check of the entry found."""

    def __init__(self, number: int, faults: Sequence[str]) -> None:
        listed = "\n".join(f"· {fault}" for fault in faults)
        super().__init__(f"草稿 {number} 还不能审定：\n{listed}\n改好再审：改稿 {number} 答案：…")


class NotNow(KnowledgeRefusal):
    """It cannot be done as things stand; the sentence says why and what can be done."""

"""People first: who answers in a group quiets the bot."""

from handlers.base import Decision, Turn, silent
from handlers.members.directory import Directory
from handlers.rules import AnsweringRules
from handlers.watching import notice_answer


class PeopleFirst:
    """Handler: notices that a member or a volunteer answered, and leaves a volunteer's words in a group alone."""

    def __init__(self, directory: Directory, rules: AnsweringRules) -> None:
        self._directory, self._rules = directory, rules

    def __call__(self, turn: Turn) -> Decision | None:
        by_service = self._directory.volunteer(turn.message.sender, where=turn.group) is not None
        notice_answer(turn, by_service=by_service, rules=self._rules)
        return silent("volunteer_speaks") if by_service and not turn.addressed else None

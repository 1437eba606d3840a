"""撤回 原因: a volunteer takes back what the bot answered. It is deleted where the platform can; who was answered is told,
and gets a person."""

import re
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select

from handlers import outbox, sayings
from handlers.base import Conversation, Decision, DecisionKind, Person, Turn
from handlers.errors import Refusal
from handlers.follow_ups import AT_ONCE, FollowUp, FollowUpRules, say_waited_for
from handlers.inbox import DecisionRow, InboxRow, message_of
from handlers.intake import Intake
from handlers.members.directory import Directory, Volunteer
from handlers.outbox import Lane, PromiseKind, PromiseRow, PromiseState
from handlers.tickets.asker_words import spoken_words
from handlers.tickets.notes import noted, taken_back
from handlers.tickets.words import Origin
from nlu.masking import mask

_WORD = re.compile(r"撤回(?:答复|这条|这个答复|上一?条)?(?:[\s:：,，]+(?P<why>.{1,200}))?", re.DOTALL)
LATELY = timedelta(minutes=30)  # without a quote, the last answer here within so long is meant
WITHDRAWN = "withdrawn"


class Withdrawing:
    """Handler: volunteers only, in the group where it was said."""

    def __init__(
        self, directory: Directory, intake: Intake, unsaying: Collection[str] | None = None,
        follow: FollowUpRules = AT_ONCE,
    ) -> None:  # fmt: skip
        """`unsaying`: the channels that can delete what was said; None is all of them."""
        self._directory, self._intake, self._unsaying, self._follow = directory, intake, unsaying, follow

    def __call__(self, turn: Turn) -> Decision | None:
        asked = None if turn.in_desk else _WORD.fullmatch(spoken_words(turn.message.text))
        volunteer = self._directory.volunteer(turn.message.sender, where=turn.group) if asked else None
        if asked is None or volunteer is None:
            return None
        if not asked["why"]:
            raise Refusal(sayings.WITHDRAW_WHY)
        answered = _answer_meant(turn)
        if answered is None:
            raise Refusal(sayings.WITHDRAW_WHICH)
        if WITHDRAWN in answered.detail:
            raise Refusal(sayings.WITHDRAWN_ALREADY)
        return self._withdraw(turn, answered, volunteer, mask(asked["why"].strip()))

    def _withdraw(self, turn: Turn, answered: DecisionRow, volunteer: Volunteer, why: str) -> Decision:
        asked = turn.session.get_one(InboxRow, answered.inbox_id)
        outbox.hold_back(turn.session, caused_by=asked.id)
        self._unsay(turn, asked)
        record = {"by": volunteer.address, "why": why, "at": turn.now.isoformat()}
        answered.detail = {**answered.detail, WITHDRAWN: record}
        ticket = self._give_to_a_person(turn, asked, answered.entry, why)
        say_waited_for(
            turn.session, FollowUp.CORRECTION, Conversation.parse(asked.conversation),
            sayings.withdrawn(answered.entry, volunteer.name, why, ticket),
            who=(Person.at(asked.sender, name=asked.sender_name),), rules=self._follow, now=turn.now,
            quote=asked.message_id, caused_by=turn.inbox_id, ticket=ticket,
        )  # fmt: skip
        return Decision(
            kind=DecisionKind.COMMAND, reason=WITHDRAWN, entry=answered.entry, ticket=ticket, detail={WITHDRAWN: record}
        )

    def _unsay(self, turn: Turn, asked: InboxRow) -> None:
        """What was said is deleted where it can be; the correction is said in any case, for it may have been read."""
        where = Conversation.parse(asked.conversation)
        if self._unsaying is not None and where.channel not in self._unsaying:
            return
        said = select(PromiseRow.platform_id, PromiseRow.text).where(
            PromiseRow.caused_by == asked.id,
            PromiseRow.conversation == asked.conversation,
            PromiseRow.kind == PromiseKind.REPLY,
            PromiseRow.state == PromiseState.SENT,
            PromiseRow.platform_id.is_not(None),
        )
        for number, text in turn.session.execute(said):
            outbox.promise(
                turn.session, where, f"（撤回）{text}", kind=PromiseKind.UNSAY, now=turn.now, lane=Lane.URGENT, unsays=number,
                caused_by=turn.inbox_id,
            )  # fmt: skip

    def _give_to_a_person(self, turn: Turn, asked: InboxRow, entry: str | None, why: str) -> int:
        """What was asked has no answer any more."""
        thought = turn.think(asked.text)
        question = noted(spoken_words(asked.text), taken_back(entry, why))
        message = message_of(asked)
        ticket = self._intake.file(
            turn.session, message, asked.id, thought, question, origin=Origin.NOT_SOLVED, now=turn.now
        )
        return ticket.id


def _answer_meant(turn: Turn) -> DecisionRow | None:
    """The answer he quotes, else the last one given here."""
    query = select(DecisionRow).where(
        DecisionRow.conversation == str(turn.message.conversation), DecisionRow.kind == DecisionKind.ANSWERED
    )
    if turn.quoted is not None:
        query = query.where(DecisionRow.inbox_id == turn.quoted.caused_by)
    else:
        query = query.where(DecisionRow.decided_at >= turn.now - LATELY)
    return turn.session.scalars(query.order_by(DecisionRow.id.desc()).limit(1)).first()

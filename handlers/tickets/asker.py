"""Askers talk about their own questions: 进度, 催办, 没解决, 评价, 转人工, 补充, thanks. Whoever has nothing with us is
not spoken to, and talk that is not for us stays talk."""

import re
from datetime import timedelta

from handlers.base import Decision, Turn, silent
from handlers.context import Earlier, take_up, turn_before, waiting_lines
from handlers.corrections import corrected, is_correction, is_not_meant
from handlers.for_us import ASKING
from handlers.hurry import is_hurry
from handlers.members.card_sending import CardSending
from handlers.members.directory import Directory
from handlers.reading import asks_in_words
from handlers.tickets.asker_more import more, not_solved_because, reason
from handlers.tickets.asker_wishes import AskerWishes
from handlers.tickets.asker_words import (
    Saying,
    Wish,
    paraphrased,
    read_bare_rating,
    read_rating_and_why,
    read_saying,
    spoken_words,
)
from handlers.tickets.material import names_it
from handlers.tickets.matters import Matters, answered_at, last_bot_answer, matters_of, was_offered_since
from handlers.tickets.models import AskerRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import AskerState, Awaited
from nlu.understanding import Intent

SURE = 0.5  # spoken to, an intent this likely is taken for a wish
A_MATTER = 0.85  # an entry this sure is what a line is about, whatever else it sounds like
OVERHEARD = 0.75  # … and when we only overhear it
WHEN_IT_IS_DONE = (Intent.STATUS, Intent.PRESS)
SAYS_MORE = (*ASKING, Intent.STATEMENT, Intent.CORRECTION, Intent.COMPLAINT)
TELLS = (Intent.STATEMENT, Intent.CORRECTION, Intent.COMPLAINT, Intent.PEER_ANSWER, Intent.NOT_SOLVED)
PUT_RIGHT = timedelta(minutes=10)  # a word put right or added so soon is about what he said before
HELD = timedelta(minutes=5)  # lines of his that wait for their rest are settled by a wish
NEXT_LINE = {Awaited.MATERIAL: timedelta(hours=24), Awaited.REASON: timedelta(minutes=30)}
POLITE = (Intent.THANKS, Intent.GREETING, Intent.ADVERTISEMENT)
CHATTER = (*POLITE, Intent.SMALL_TALK)
#: What may follow our request and is not what was asked for, and from which probability. A reason may be a question.
NOT_IT = {
    Awaited.MATERIAL: (
        (*CHATTER, Intent.HELP, Intent.PEER_ANSWER, Intent.CONTACT_CARD, Intent.SERVICE_PROMISE, *ASKING), SURE,
    ),
    Awaited.REASON: (CHATTER, OVERHEARD),
}  # fmt: skip

_RATES_PLAINLY = re.compile(r"满意|[好差]评|[1-5１-５一二三四五][分星颗]")
_ANOTHER = re.compile(r"还有|另外?|再|又|我们?[还又]有")  # how the story of another matter begins


class AskerChat:
    """Handler for community groups and private chats."""

    def __init__(self, directory: Directory, rules: TicketRules, picture: CardSending | None = None) -> None:
        """`picture`: shows the contact card as one, too."""
        self._rules, self._wishes = rules, AskerWishes(directory, rules, picture)

    def __call__(self, turn: Turn) -> Decision | None:
        if turn.in_desk or _to_somebody_else(turn):
            return None
        matters = matters_of(turn, self._rules)
        decision = self._wish(turn, matters) or self._said_under_ours(turn, matters)
        decision = decision or self._put_right(turn, matters) or self._awaited(turn, matters)
        decision = decision or self._goes_on(turn, matters)
        if decision is not None:
            take_up(turn, waiting_lines(turn, window=HELD))
        return decision

    def _wish(self, turn: Turn, matters: Matters) -> Decision | None:
        saying = read_saying(turn.message.text) or self._bare_rating(turn, matters) or _hurry(turn, matters)
        if saying is not None and (_means_another(saying, turn, matters) or _answers_us(saying, turn, matters)):
            return None
        if saying is None:
            saying = self._paraphrased(turn, matters)
        return self._wishes.grant(turn, matters, saying) if saying else None

    def _paraphrased(self, turn: Turn, matters: Matters) -> Saying | None:
        text, understanding = turn.message.text, turn.thought.understanding
        if is_not_meant(text):
            return None  # he goes on to say what he means, and we may know that
        saying = paraphrased(text, understanding, sure_at=SURE if turn.addressed else OVERHEARD)
        if saying is not None and saying.wish == Wish.NOT_SOLVED and self._is_a_matter_of_its_own(turn, matters):
            return None
        return saying if saying is not None or not turn.may_interject else self._meant_for_us(turn, matters)

    def _is_a_matter_of_its_own(self, turn: Turn, matters: Matters) -> bool:
        """签名失败 is what he asks, when we have answered him nothing that may have failed and the base knows it."""
        nothing_yet = not matters.askers and last_bot_answer(turn, self._rules) is None
        return nothing_yet and turn.thought.confidence >= A_MATTER

    def _meant_for_us(self, turn: Turn, matters: Matters) -> Saying | None:
        """Who waits for us and asks when it will be there asks us, though he names nobody: it calls no one away from his
        work. So does who has just been answered and says that it is wrong."""
        text, understanding = turn.message.text, turn.thought.understanding
        if matters.waiting and understanding.probability(*WHEN_IT_IS_DONE) >= SURE:
            return Saying(wish=Wish.PROGRESS, exact=False)
        if self._just_answered(turn, matters) is not None and understanding.intent == Intent.NOT_SOLVED:
            return paraphrased(text, understanding, sure_at=SURE)
        return None

    def _just_answered(self, turn: Turn, matters: Matters) -> AskerRow | None:
        """His part in the ticket that he was answered not long ago, while he has said nothing of it."""
        answered = next(iter(matters.unsettled), None)
        is_fresh = answered is not None and turn.now - answered_at(answered) <= self._rules.recent_answer
        return answered if is_fresh else None

    def _rates_unasked(self, turn: Turn, matters: Matters) -> AskerRow | None:
        """非常满意, 打5分: 还行 or a bare figure may be said of anything."""
        asker = self._just_answered(turn, matters) if _RATES_PLAINLY.search(turn.message.text) else None
        answer = last_bot_answer(turn, self._rules) if asker is not None else None
        return asker if asker and (answer is None or answer.at < answered_at(asker)) else None

    def _bare_rating(self, turn: Turn, matters: Matters) -> Saying | None:
        """A word that rates, from somebody who was asked to, who says it under our answer, or plainly right after it."""
        asker = _quoted(turn, matters) or matters.asked_to_rate or self._rates_unasked(turn, matters)
        if asker is None:
            return None
        said = read_rating_and_why(turn.message.text)
        if said is not None and turn.thought.understanding.probability(*ASKING) < SURE:
            return Saying(wish=Wish.RATE, number=asker.home_id, rating=said[0], rest=said[1])
        rating = read_bare_rating(turn.message.text)
        if rating is None:
            return None
        if turn.quoted is None and any(char.isdigit() for char in turn.message.text):
            since = asker.rating_asked_at or answered_at(asker)
            if turn.now - since > self._rules.recent_answer or was_offered_since(turn, since):
                return None  # a figure means much else: it chooses what was offered, or is talk
        return Saying(wish=Wish.RATE, number=asker.home_id, rating=rating)

    def _said_under_ours(self, turn: Turn, matters: Matters) -> Decision | None:
        """Something quotes what we said about his ticket: more facts, or a question to whoever answered."""
        asker = _quoted(turn, matters)
        if asker is None:
            return None
        text = _with_attachments(turn)
        says_more = turn.thought.understanding.probability(*SAYS_MORE) >= SURE or not spoken_words(turn.message.text)
        if asker.awaited == Awaited.REASON:
            return reason(turn, asker, text)
        if asker.state == AskerState.OPEN and (says_more or asker.awaited is not None):
            return more(turn, asker, text, rules=self._rules)
        if asker.state != AskerState.OPEN and says_more:
            return not_solved_because(turn, asker, text, rules=self._rules)
        return silent("nod", ticket=asker.ticket_id)

    def _put_right(self, turn: Turn, matters: Matters) -> Decision | None:
        """说错了 是进口: what he asked last is a ticket by now, so its desk reads what he meant."""
        if not matters.waiting or not is_correction(turn.message.text):
            return None
        before, asker = _just_asked(turn, matters)
        if before is None or asker is None:
            return None
        said = spoken_words(turn.message.text)
        meant = f"{said}（更正后：{corrected(before.text, said)}）"
        return more(turn, asker, meant, rules=self._rules)

    def _goes_on(self, turn: Turn, matters: Matters) -> Decision | None:
        """打印机是惠普的, just after his question became a ticket: he tells us more of it."""
        tells = turn.thought.understanding.probability(*TELLS) >= SURE and not asks_in_words(turn.message.text)
        if not turn.addressed or not matters.waiting or not tells or _ANOTHER.match(spoken_words(turn.message.text)):
            return None
        _, asker = _just_asked(turn, matters)
        return more(turn, asker, _with_attachments(turn), rules=self._rules) if asker else None

    def _awaited(self, turn: Turn, matters: Matters) -> Decision | None:
        """The next line of somebody who was asked for something, when it can be that."""
        asker = _asked_for_more(turn, matters)
        if asker is None or asker.awaited is None:
            return None
        other, sure_at = NOT_IT[asker.awaited]
        text = _with_attachments(turn)
        in_words = bool(spoken_words(turn.message.text))
        if not text or (in_words and turn.thought.understanding.probability(*other) >= sure_at):
            return self._named(turn, asker, text)
        if asker.awaited == Awaited.MATERIAL:
            return more(turn, asker, text, rules=self._rules)
        return reason(turn, asker, text)

    def _named(self, turn: Turn, asker: AskerRow, text: str) -> Decision | None:
        """Talk by its looks, but about the very thing he was asked for."""
        understanding = turn.thought.understanding
        asks = understanding.probability(*ASKING) >= SURE and asks_in_words(text)
        elsewhere = understanding.intent in POLITE or asks
        if asker.awaited != Awaited.MATERIAL or elsewhere or not names_it(turn.session, asker.ticket_id, text):
            return None
        return more(turn, asker, text, rules=self._rules)


def _just_asked(turn: Turn, matters: Matters) -> tuple[Earlier | None, AskerRow | None]:
    """The line he asked last and his part in the ticket that it became, while that is open."""
    before = turn_before(turn, window=PUT_RIGHT)
    asker = matters.about(before.ticket) if before and before.ticket is not None else None
    return before, asker if asker is not None and asker.state == AskerState.OPEN else None


def _means_another(saying: Saying, turn: Turn, matters: Matters) -> bool:
    """#3 怎么样 among colleagues: many things have numbers."""
    others = saying.number is not None and matters.numbered(saying.number) is None
    return others and not saying.exact and not turn.addressed


def _asked_for_more(turn: Turn, matters: Matters) -> AskerRow | None:
    """His part in the ticket that waits for his next line."""
    asker = next((asker for asker in matters.waiting if asker.awaited is not None), None)
    if asker is None or asker.awaited is None or asker.awaited_since is None:
        return None
    return asker if turn.now - asker.awaited_since <= NEXT_LINE[asker.awaited] else None


def _answers_us(saying: Saying, turn: Turn, matters: Matters) -> bool:
    """建议 退运, from somebody who was asked what is to be done."""
    return saying.wish == Wish.SUGGEST and not saying.exact and _asked_for_more(turn, matters) is not None


def _hurry(turn: Turn, matters: Matters) -> Saying | None:
    """急 presses the ticket he waits for."""
    return Saying(wish=Wish.PRESS, exact=False) if matters.waiting and is_hurry(turn.message.text) else None


def _quoted(turn: Turn, matters: Matters) -> AskerRow | None:
    """His part in the ticket that the quoted words were about."""
    return matters.about(turn.quoted.ticket) if turn.quoted and turn.quoted.ticket is not None else None


def _to_somebody_else(turn: Turn) -> bool:
    """It quotes or calls another member, and not us."""
    if turn.addressed:
        return False
    return turn.message.quotes is not None or turn.message.text.lstrip().startswith("@")


def _with_attachments(turn: Turn) -> str:
    """What he said, pictures and files named: the desk finds them in the group."""
    names = {"image": "图片", "file": "文件", "voice": "语音", "video": "视频", "other": "附件"}
    kinds = "、".join(dict.fromkeys(names[kind] for kind in turn.message.attachments))
    text = spoken_words(turn.message.text)
    return f"{text}（附{kinds}，请到原群查看）" if kinds else text

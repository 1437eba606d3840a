"""The operator's choices that decide when the bot speaks."""

from dataclasses import dataclass
from datetime import timedelta

from knowledge_base.thresholds import ANSWER_AT, MARGIN, OFFER_AT


@dataclass(frozen=True, kw_only=True)
class AnsweringRules:
    """Probabilities are calibrated confidences of the knowledge base, or of an intent."""

    answer_at: float = ANSWER_AT  #: an entry this sure answers
    offer_at: float = OFFER_AT  #: an entry this sure is worth offering
    near_at: float = 0.1  #: an entry this sure is worth naming to who waits for a volunteer
    margin: float = MARGIN  #: the best entry must lead the next by this much, or both are offered
    asks_at: float = 0.5  #: what a line does (asks, thanks, answers) is believed from here
    asked_at: float = 0.4  #: said to us, a text is taken for a question for us from here
    unasked_at: float = 0.7  #: overheard, only from here
    domain_at: float = 0.5  #: a text is taken for ours from here
    must_not_at: float = 0.6  #: requests for a person, or to be refused, are recognised from here
    must_not_unasked_at: float = 0.9  #: and in what nobody said to us, from here
    repeat_window: timedelta = timedelta(minutes=10)  #: an answer is not repeated in a group within
    watch_window: timedelta = timedelta(minutes=10)  #: members may answer first for this long
    burst_window: timedelta = timedelta(seconds=90)  #: lines of one speaker are read together within
    turn_window: timedelta = timedelta(minutes=10)  #: a follow-up or a choice belongs to the turn before within
    late_after: timedelta = timedelta(minutes=15)  #: nobody waits any more for an answer he did not ask us for

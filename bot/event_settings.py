"""The `events` section of config.yml."""

from typing import Annotated

from pydantic import Field

from bot.sections import Duration, Section, TimeOfDay
from handlers.base import Conversation
from handlers.events.service import EventRules
from handlers.tickets.clock import WorkingTime


class EventSection(Section):
    monthly_day: Annotated[int, Field(ge=0, le=28)] = 0  # 0: none
    monthly_at: TimeOfDay = EventRules.at
    plan_ahead: Duration = EventRules.ahead
    remind_before: Duration = EventRules.remind
    place: str = EventRules.place

    def rules(self, working: WorkingTime, desk: Conversation | None) -> EventRules:
        return EventRules(
            working=working, monthly_day=self.monthly_day, at=self.monthly_at, ahead=self.plan_ahead,
            remind=self.remind_before, place=self.place, desk=desk,
        )  # fmt: skip

"""The `follow_ups` section of config.yml: a row for each kind of word that askers hear of their matter."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from pydantic import Field, model_validator

from bot.sections import Duration, Hours, Section
from handlers.follow_ups import WAITED_FOR, FollowUp, FollowUpRules, Row
from handlers.tickets.rules import TicketRules


class FollowUpRowSection(Section):
    """One kind of the policy table."""

    send: bool = True
    after: Duration | None = None
    hours: Hours | None = None
    a_day: Annotated[int, Field(ge=1)] | None = None
    private: bool = False

    def row(self) -> Row:
        return Row(send=self.send, hours=self.hours, a_day=self.a_day, private=self.private)


class FollowUpSection(Section):
    hours: Hours | None = None
    a_person: Annotated[int, Field(ge=1)] | None = None
    a_group: Annotated[int, Field(ge=1)] | None = None
    combine: bool = True
    kinds: Mapping[FollowUp, FollowUpRowSection] = {}

    @model_validator(mode="after")
    def _what_volunteers_write_is_said(self) -> "FollowUpSection":
        """When they write it; and what somebody waits for, however much he heard that day."""
        for kind, row in self.kinds.items():
            if kind in WAITED_FOR | {FollowUp.PROGRESS} and (not row.send or row.after is not None):
                raise ValueError(f"kinds.{kind}: a volunteer writes it himself; leave send and after out")
            if kind in WAITED_FOR and row.a_day is not None:
                raise ValueError(f"kinds.{kind}: somebody waits for it; leave a_day out")
        return self

    def rules(self) -> FollowUpRules:
        rows = {kind: section.row() for kind, section in self.kinds.items()}
        return FollowUpRules(
            hours=self.hours, a_person=self.a_person, a_group=self.a_group, combine=self.combine, rows=rows
        )

    def after(self, rules: TicketRules) -> TicketRules:
        """The rules with the waiting times of this table."""
        return replace(
            rules,
            rating_after=self._wait(FollowUp.RATING) or rules.rating_after,
            remind_after=self._wait(FollowUp.REMINDER) or rules.remind_after,
            material_remind_after=self._wait(FollowUp.MATERIAL) or rules.material_remind_after,
            look_back_after=self._wait(FollowUp.LOOK_BACK) or rules.look_back_after,
        )

    def _wait(self, kind: FollowUp) -> timedelta | None:
        row = self.kinds.get(kind)
        return row.after if row else None

"""服务承诺: the table of deadlines as the public reads it. What is promised is what the clocks run on."""

from handlers.tickets.rules import BB_PLUS, Deadline, Limit, TicketRules, TimeUnit

GRADES = {"??": "", "?A": "紧急的", BB_PLUS: "重要且紧急的", "A?": "重大的"}


def pledge(rules: TicketRules) -> str:
    """What somebody who asks may count on, and what he can do when it is not kept."""
    lines = [_row(deadline) for deadline in rules.deadlines]
    hours = "、".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in rules.working.intervals)
    return "\n".join(
        [
            "服务承诺（件件有回音，解决没解决您说了算）：",
            *lines,
            f"时间按工作日 {hours} 算；到时没答复自动上报督办。",
            "催办请回复“催办”，不满意请回复“没解决”，投诉请私聊我发“投诉 情况”。",
        ]
    )


def spoken_limit(limit: Limit) -> str:
    """`2 working days` as people say it."""
    match limit.unit:
        case TimeUnit.SAME_DAY:
            return "当天"
        case TimeUnit.CALENDAR_DAYS:
            return "一周内" if limit.amount == 7 else f"{limit.amount} 天内"
        case TimeUnit.DAYS:
            return f"{limit.amount} 个工作日内"
        case TimeUnit.HOURS:
            return f"{limit.amount} 小时内"
        case TimeUnit.MINUTES:
            return f"{limit.amount} 分钟内"


def _row(deadline: Deadline) -> str:
    classes = "、".join(sorted((one.label for one in deadline.classes), key=len))
    grades = GRADES.get(deadline.grades, f"{deadline.grades} 级")
    extra = grades.removesuffix("的")
    named = f"{classes}（{extra}）" if classes and extra else classes or grades or "其他"
    whose = f"{named}问题"
    return f"· {whose}：{spoken_limit(deadline.first)}有人接，{spoken_limit(deadline.done)}答复"

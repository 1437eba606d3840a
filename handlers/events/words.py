"""The product's words for events."""

from handlers.words import Word


class EventKind(Word):
    FACE_TO_FACE = "face_to_face", "面对面"
    LECTURE = "lecture", "宣讲"
    LIVE = "live", "直播"
    VISIT = "visit", "走访"
    TRAINING = "training", "培训"


class EventStage(Word):
    PLANNED = "planned", "筹备"
    HELD = "held", "已办"
    CANCELLED = "cancelled", "取消"


class Source(Word):
    """How a question came to an event."""

    BEFORE = "before", "会前征集"
    TICKET = "ticket", "共性咨询"
    ON_SITE = "on_site", "现场"

"""The registry in chat: operators put labels on groups and enterprises, colleagues confirm who belongs to which; whoever is
written to in private may say no."""

import re
from dataclasses import replace

from handlers.base import Decision, DecisionKind, Turn
from handlers.callings import without_our_name
from handlers.members import contacts, enterprises, registry
from handlers.members.directory import RUN_GROUPS, Directory, Volunteer
from handlers.members.enterprises import EnterpriseForm
from handlers.members.profiles import keep_profiles
from handlers.members.registry import RegistryRefusal, spoken_labels
from handlers.members.suggesting import OFTEN, suggestions
from handlers.speaking import reply

SHOWN = 20
_DESK = re.compile(r"\s*(登记企业|修改企业|查企业|标签|去标签|退订|订阅|标签建议)(?:\s+(.*))?", re.DOTALL)
_WISH = re.compile(r"\s*(退订|订阅)\s*(\S{0,20})\s*")
_CONTACT = re.compile(r"\s*(核实联系人|不认联系人)(?:\s+(\S+))?\s*")
_LABELS_AT = re.compile(r"(?:^|\s)\S+\s*[=＝]")


class RegistryChat:
    """Handler: 标签, 企业 and 联系人 in desks, 退订 and 订阅 in desks, in private, and in groups by who runs them."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def __call__(self, turn: Turn) -> Decision | None:
        if turn.in_desk:
            return self._in_desk(turn)
        found = _WISH.fullmatch(turn.message.text) if turn.addressed else None
        if found is None:
            return None
        return (self._in_private if turn.message.conversation.is_private else self._in_group)(turn, found[1], found[2])

    def _in_desk(self, turn: Turn) -> Decision | None:
        volunteer, text = self._directory.volunteer(turn.message.sender, where=turn.group), without_our_name(turn)
        if (found := _CONTACT.fullmatch(text)) is not None:
            return self._contact(turn, found[1], found[2], volunteer)
        found = _DESK.fullmatch(text)
        if found is None or (found[2] is None and found[1] != "标签建议"):
            return None
        if volunteer is None or not volunteer.rights & RUN_GROUPS:
            raise RegistryRefusal("标签和企业只有登记为运营的同事能改。需要开通请联系管理员。")
        keep_profiles(turn.session, self._directory, now=turn.now)
        reply(turn, self._obey(turn, found[1], (found[2] or "").strip()))
        return Decision(kind=DecisionKind.COMMAND, reason="registry")

    def _contact(self, turn: Turn, verb: str, address: str | None, volunteer: Volunteer | None) -> Decision:
        if volunteer is None:
            raise RegistryRefusal("联系人由登记过的同事核实。需要开通请联系管理员。")
        if address is None:
            reply(turn, contacts.unconfirmed(turn.session))
        else:
            decide = contacts.confirm if verb == "核实联系人" else contacts.deny
            reply(turn, decide(turn.session, address, volunteer, now=turn.now))
        return Decision(kind=DecisionKind.COMMAND, reason="registry")

    def _obey(self, turn: Turn, verb: str, rest: str) -> str:
        session = turn.session
        if verb == "标签建议":
            return _suggested(turn)
        if verb in ("登记企业", "修改企业", "查企业"):
            return self._enterprise(turn, verb, rest)
        at = _LABELS_AT.search(rest)
        name, written = (rest[: at.start()].strip(), rest[at.start() :]) if at else (rest, "")
        if verb in ("退订", "订阅"):
            return self._wish(turn, verb, rest)
        subject = registry.find(session, name)
        labels = registry.read_labels(written)
        if verb == "去标签" and labels:
            registry.take_off(session, subject.key, labels)
        elif labels:
            registry.put(session, subject.key, labels, now=turn.now)
        return f"{subject.name}：{spoken_labels(registry.labels_of(session, subject.key))}"

    def _enterprise(self, turn: Turn, verb: str, rest: str) -> str:
        session, form = turn.session, self._with_coordinator(enterprises.read_form(rest))
        if verb == "查企业":
            row = enterprises.find(session, form.name)
        elif verb == "登记企业":
            row = enterprises.register(session, form, now=turn.now)
        else:
            row = enterprises.change(session, form, now=turn.now)
        known = self._directory.volunteers.get(row.coordinator or "")
        return enterprises.told(session, row, known.name if known else row.coordinator or "")

    def _with_coordinator(self, form: EnterpriseForm) -> EnterpriseForm:
        """Cards call him by his address."""
        said = form.fields.get("coordinator")
        known = self._directory.named(said) if said else None
        if said and known is None:
            raise RegistryRefusal(f"没有找到协调员“{said}”，请写登记过的姓名或工号。没有改动。")
        return replace(form, fields={**form.fields, "coordinator": known.address}) if known else form

    def _wish(self, turn: Turn, verb: str, rest: str) -> str:
        name, _, topic = rest.rpartition(" ") if " " in rest else (rest, "", "")
        subject = registry.find(turn.session, name)
        self._write(turn, verb, subject.key, topic)
        return f"{subject.name}：{_standing(registry.unsubscribed(turn.session, subject.key))}"

    def _in_group(self, turn: Turn, verb: str, topic: str) -> Decision:
        """For the whole group, by who runs it."""
        volunteer = self._directory.volunteer(turn.message.sender, where=turn.group)
        is_ours = volunteer is not None and bool(volunteer.rights & RUN_GROUPS)
        if not (turn.message.rank.runs_the_group or is_ours):
            raise RegistryRefusal("这个群收不收通知由群主、管理员定。您自己收不收私信，请私聊我发“订阅”或“退订”。")
        place = str(turn.message.conversation)
        self._write(turn, verb, place, topic)
        reply(turn, f"好的，这个群{_standing(registry.unsubscribed(turn.session, place))}大家的问题照常答复。")
        return Decision(kind=DecisionKind.COMMAND, reason="registry")

    def _in_private(self, turn: Turn, verb: str, topic: str) -> Decision:
        place = str(turn.message.conversation)
        self._write(turn, verb, place, topic)
        standing = _standing(registry.unsubscribed(turn.session, place))
        reply(turn, f"好的，{standing}{self._consented(turn, verb)}您自己的问题照常答复。")
        return Decision(kind=DecisionKind.COMMAND, reason="registry")

    def _consented(self, turn: Turn, verb: str) -> str:
        message = turn.message
        if verb == "退订":
            return ""
        return contacts.subscribe(turn.session, message.sender, message.conversation, self._directory, now=turn.now)

    def _write(self, turn: Turn, verb: str, place: str, topic: str) -> None:
        if verb == "退订":
            registry.unsubscribe(turn.session, place, topic, by=turn.message.sender.address, now=turn.now)
        else:
            registry.subscribe(turn.session, place, topic)


def _suggested(turn: Turn) -> str:
    def topic_of(id: str) -> str:
        entry = turn.mind.knowledge.entry(id)
        return entry.topic if entry else ""

    found = suggestions(turn.session, topic_of, now=turn.now)[:SHOWN]
    lines = [f"{name} 问过 {times} 次，可发：标签 {name} 关注={topic}" for name, topic, times in found]
    return "\n".join(lines) or f"现在没有建议：半年里同一个主题问满 {OFTEN} 次才提。"


def _standing(topics: list[str]) -> str:
    if "" in topics:
        return "不再收通知；要恢复请发“订阅”。"
    if topics:
        return f"不再收这些通知：{'、'.join(topics)}；要恢复请发“订阅”。"
    return "收全部通知。"

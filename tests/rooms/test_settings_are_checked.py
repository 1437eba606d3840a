"""config.yml: every mistake is one line with the place and the cure."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from bot.config_file import load
from bot.errors import Unusable
from bot.settings import HOME
from handlers.base import Conversation, Policy, Role
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import Level
from handlers.times import SHANGHAI


def written(folder: Path, text: str) -> Path:
    path = folder / "config.yml"
    path.write_text(text, "utf-8")
    return path


def test_the_shipped_configuration_is_usable() -> None:
    settings = load(HOME / "config.yml", {})
    assert settings.desk in settings.groups
    assert settings.directory().group(Conversation.group("qq", "720000001")).policy == Policy.PROACTIVE


def test_the_shipped_deadlines_are_the_built_in_ones() -> None:
    assert load(HOME / "config.yml", {}).tickets.rules() == TicketRules()


def test_receivers_are_read_as_people_write_them(tmp_path: Path) -> None:
    text = 'tickets: {receivers: {责任单位分办: [{name: 通关科, group: "qq:3", people: {"qq:7": 林科长}}]}}'
    [receiver] = load(written(tmp_path, text), {}).tickets.rules().receivers[Level.UNIT]
    assert receiver.conversation == Conversation.group("qq", "3")
    assert [person.name for person in receiver.people] == ["林科长"]


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load(written(tmp_path, ""), {}).answering.repeat_window == timedelta(minutes=10)


def test_times_of_day_are_read_as_people_write_them(tmp_path: Path) -> None:
    settings = load(
        written(tmp_path, "tickets: {digest_at: off}\nevents: {monthly_at: 9:30}\nbackup: {at: '03:30'}"), {}
    )
    assert settings.tickets.digest_at is None
    assert (settings.events.monthly_at, settings.backup.at) == (time(9, 30), time(3, 30))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("answring: {}", 'answring: unknown key; did you mean "answering"?'),
        ("answering: {anser_at: 0.5}", 'answering.anser_at: unknown key; did you mean "answer_at"?'),
        (
            "answering: {answer_at: 1.5}",
            "answering.answer_at: Input should be less than or equal to 1 (found '1.5'); write it as the project's config.yml",
        ),
        ("answering: {watch_window: 10}", "answering.watch_window: write a duration such as 90s, 10m, 2h or 7d"),
        ("groups: {720000001: {name: 一群}}", 'write channel and number in quotes, such as "qq:720000001"'),
        ('groups: {"qq:1": {name: 一群, policy: loud}}', "groups.qq:1.policy"),
        ("web: {port: 99999}", "web.port"),
        ("web: {address: bot.example.cn}", "web.address: write what phones open, such as https://bot.example.cn"),
        ('web: {address: "https://bot.example.cn/"}', "web.address: write what phones open"),
        ("tickets: {working_hours: [9-12]}", "tickets.working_hours.0: write working hours such as 09:00-12:00"),
        ("tickets: {working_hours: [09:00-12:00, 11:00-13:00]}", "tickets: working hours are intervals in order"),
        ("tickets: {deadlines: [{first: soon, done: same day}]}", "tickets.deadlines.0.first"),
        ("tickets: {deadlines: [{grades: AA, first: same day, done: same day}]}", "tickets: no deadline for"),
        ("tickets: {deadlines: [{classes: [难题], first: same day, done: same day}]}", "write one of 高频基础"),
        ("tickets: {digest_at: 25:00}", 'tickets.digest_at: write a time of day in quotes, such as "09:00"'),
        ("wechat: {accounts: [{name: a, gateway: here}]}", "wechat.accounts.0.gateway: write host and port"),
        ('wechat: {accounts: [{name: a, gateway: "h:1"}, {name: a, gateway: "h:2"}]}', "give each account a name"),
        ('wechat: {accounts: [{name: a, gateway: "h:1", token_variable: a-b}]}', "never the secret itself"),
        ('wechat: {accounts: [{name: a, gateway: "h:1", ca: x.pem}]}', "write the whole path of a file"),
        ('wechat: {accounts: [{name: a, gateway: "h:1", token: t}]}', "token: unknown key"),
        ("wecom: {bots: [{name: a}]}", "wecom.bots.0.bot_id"),
        ("tokens: {a: hunter2}", "secrets do not belong in the file"),
        ("onebot_token: hunter2", "secrets do not belong in the file"),
        ("- a list", "holds no keys"),
        ("a: [1", "not YAML"),
        ("a: " + "[" * 5000, "not YAML: brackets within brackets"),
        ("tickets: {days_off: [2026-02-30]}", "tickets.days_off.0: "),
    ],
)
def test_a_mistake_is_named_with_its_place_and_cure(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(Unusable) as refusal:
        load(written(tmp_path, text), {})
    assert says in str(refusal.value)
    assert all(line.startswith(str(tmp_path)) for line in refusal.value.lines)


@pytest.mark.parametrize(
    "text",
    [
        'wechat: {accounts: [{name: a, gateway: "h:1", token_variable: hunter2}]}',
        "wecom: {bots: [{name: a, bot_id: b, secret_variable: hunter2}]}",
        'wecom: {bots: [{name: a, bot_id: b, url: "http://hunter2"}]}',
        'qq: {dial: ["http://h/?access_token=hunter2"]}',
        'qq: {dial: "ws://h/?access_token=hunter2"}',
        "database: [hunter2]",
        "nlu: {rasa_url: [hunter2]}",
        'wechat: {accounts: [{name: a, gateway: "h:1", token: hunter2}]}',
    ],
)
def test_a_secret_in_the_wrong_place_is_not_repeated(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unusable) as refusal:
        load(written(tmp_path, text), {})
    [line] = refusal.value.lines
    assert line.startswith(f"{tmp_path}/config.yml: ")
    assert "hunter2" not in line


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as refusal:
        load(written(tmp_path, "answring: {}\nweb: {prot: 1}"), {})
    assert len(refusal.value.lines) == 2


def test_a_missing_file_says_where_to_begin(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="no such file; start from"):
        load(tmp_path / "nowhere.yml", {})


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.yml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Unusable, match="save it as UTF-8"):
        load(path, {})


def test_the_token_comes_from_the_environment_or_a_file_and_is_never_shown(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("s3cret\n", "utf-8")
    for environment in ({"ZHITONGCHE_ONEBOT_TOKEN": "s3cret"}, {"ZHITONGCHE_ONEBOT_TOKEN_FILE": str(secret)}):
        settings = load(written(tmp_path, ""), environment)
        assert settings.onebot_token is not None
        assert settings.onebot_token.get_secret_value() == "s3cret"
        assert "s3cret" not in repr(settings)


def test_each_account_has_its_token_from_its_own_variable(tmp_path: Path) -> None:
    text = """
wechat: {accounts: [{name: 甲, gateway: "10.0.0.1:1"}, {name: 乙, gateway: "[::1]:2", token_variable: SECOND}]}
wecom: {bots: [{name: 直通车, bot_id: aib1}]}
"""
    (tmp_path / "second").write_text("t2\n", "utf-8")
    environment = {
        "ZHITONGCHE_WECHAT_TOKEN": "t1",
        "SECOND_FILE": f"{tmp_path}/second",
        "ZHITONGCHE_WECOM_SECRET": "t3",
    }
    settings = load(written(tmp_path, text), environment)
    first, second = settings.gateways()
    assert (first.name, first.address, first.token) == ("甲", "10.0.0.1:1", "t1")
    assert (second.host, second.port, second.token) == ("::1", 2, "t2")
    [bot] = settings.wecom_bots()
    assert (bot.name, bot.bot, bot.secret) == ("直通车", "aib1", "t3")
    assert not any(token in repr(settings) for token in ("t1", "t2", "t3"))


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "packed").write_bytes(b"\xff\x00")
    for file, why in (("none", "No such file"), ("packed", "not UTF-8 text")):
        with pytest.raises(Unusable, match=f"ZHITONGCHE_ONEBOT_TOKEN_FILE: .*{why}"):
            load(written(tmp_path, ""), {"ZHITONGCHE_ONEBOT_TOKEN_FILE": str(tmp_path / file)})


def test_paths_start_at_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "our_faq").mkdir()
    settings = load(written(tmp_path, "faq: our_faq\ndatabase: sqlite:///var/bot.db"), {})
    assert settings.faq == tmp_path / "our_faq"
    assert settings.database == f"sqlite:///{tmp_path}/var/bot.db"


def test_an_unknown_group_has_the_policy_for_unknown_groups(tmp_path: Path) -> None:
    text = 'groups: {"qq:2": {name: 坐席, role: desk}}\nunknown_groups: mention_only'
    directory = load(written(tmp_path, text), {}).directory()
    assert directory.group(Conversation.group("qq", "1")).policy == Policy.MENTION_ONLY
    assert directory.group(Conversation.group("qq", "2")).role == Role.DESK
    assert directory.group(Conversation.private("qq", "1")).policy == Policy.MENTION_ONLY


def test_units_and_roster_are_read_as_people_write_them(tmp_path: Path) -> None:
    text = """
volunteers: {"qq:1": {name: 陈班长, rights: [volunteer, duty_chief]}}
tickets:
  units:
    商检组: {group: "qq:3", topics: [旧机电], people: {"qq:7": 李老师}, hours: [09:00-12:00], substitutes: {"qq:8": 赵老师}}
  roster:
    - {first: 2026-03-02, last: 2026-03-31, weekdays: 一三五, unit: 商检组, people: {"qq:9": 王老师}}
"""
    routing = load(written(tmp_path, text), {}).ticket_rules().routing
    unit = routing.unit_for("旧机电", "")
    assert unit is not None
    assert (unit.name, unit.desk) == ("商检组", Conversation.group("qq", "3"))
    monday, tuesday, evening = (datetime(2026, 3, *at, tzinfo=SHANGHAI) for at in ((2, 9), (3, 9), (2, 20)))
    called = [[person.name for person in routing.on_duty(unit, at)] for at in (monday, tuesday, evening)]
    assert called == [["王老师"], ["赵老师"], ["赵老师"]]
    assert [person.name for person in routing.chiefs(monday)] == ["陈班长"]
    assert routing.gaps(monday.date(), 3) == [(tuesday.date(), "商检组")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{roster: [{first: 2026-03-05, last: 2026-03-02}]}", "the shift ends (2026-03-02) before it begins (2026-03-05); swap the days"),
        ("{roster: [{first: 2026-03-01, last: 2026-03-02, unit: 商检}]}", "the roster names units that are not there: 商检"),
        ("{roster: [{first: 2026-03-01, last: 2026-03-02, weekdays: 周一}]}", "tickets.roster.0.weekdays"),
        ("{units: {商检组: {people: [李老师]}}}", "tickets.units.商检组.people"),
        ("{units: {商检组: {topic: [旧机电]}}}", 'unknown key; did you mean "topics"?'),
        ("{care_for: [AA类]}", "write one of 高级认证、认证、常规、失信、严重失信"),
    ],
)  # fmt: skip
def test_a_unit_or_a_shift_that_makes_no_sense_is_named_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(Unusable) as problem:
        load(written(tmp_path, f"tickets: {text}"), {})
    [line] = problem.value.lines
    assert told in line

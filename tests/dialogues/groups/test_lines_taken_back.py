"""What somebody takes back is not read any more."""

from tests.world import Room, World


def test_a_line_taken_back_is_not_joined_to_the_rest(group: Room) -> None:
    group.says("小王", "我们有票出口的货")
    wrong = group.says("小王", "手册的")
    assert group.says("小王", "", recalls=wrong["n"])["reason"] == "recalled"
    assert group.says("小王", "产地证哪里打")["entry"] == "T-004"


def test_a_question_taken_back_is_not_brought_to_the_desk(world: World, group: Room, desk: Room) -> None:
    question = group.says("小李", "进口旧的注塑机，装运前检验证书丢了怎么补？")
    assert question["decision"] == "watching"
    group.says("小李", "", recalls=question["n"])
    world.later("1h")
    assert desk.hears() == []


def test_a_greeting_taken_back_is_not_greeted_in_return(world: World, group: Room) -> None:
    hello = group.asks_bot("小王", "老师在吗")
    group.says("小王", "", recalls=hello["n"])
    world.later("10m")
    assert group.hears() == []


def test_taking_back_what_was_answered_changes_nothing(group: Room) -> None:
    question = group.says("小王", "手册能展期吗")
    assert group.says("小王", "", recalls=question["n"])["decision"] == "silent"
    assert len(group.hears()) == 1
    assert group.says("小李", "手册能展期吗")["reason"] == "answered_lately"

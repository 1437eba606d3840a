"""The volunteers' manual says what the desk understands."""

from bot.settings import HOME
from handlers.tickets import desk_verbs
from handlers.tickets.commands import read_command
from handlers.tickets.verbs import USAGES, WORDS, Takes, Verb, manual

MANUAL = HOME / "docs" / "志愿者手册.md"


def test_the_manual_shows_every_verb_as_the_desk_reads_it() -> None:
    table = "\n".join(manual())
    assert table in MANUAL.read_text("utf-8"), f"put this into {MANUAL.name}:\n{table}"


def test_every_verb_has_a_usage_and_somebody_who_carries_it_out() -> None:
    assert set(USAGES) == set(Verb)
    done = desk_verbs.WITH_TICKET.keys() | desk_verbs.OPENING.keys() | desk_verbs.WITHOUT_TICKET.keys()
    assert done == set(Verb)
    for verb, usage in USAGES.items():
        assert (verb in desk_verbs.WITH_TICKET) == (usage.takes == Takes.TICKET)


def test_every_example_is_read_as_what_it_shows() -> None:
    for verb, usage in USAGES.items():
        command = read_command(usage.example(verb))
        assert command is not None, verb
        assert command.verb == verb
        assert (command.number == 12) == (usage.takes == Takes.TICKET)


def test_every_other_word_means_one_verb() -> None:
    for word, verb in WORDS.items():
        if len(word) > 1 and word != "我来":
            rest = "5" if verb == Verb.MERGE else "某某"
            command = read_command(f"{word} 12 {rest}" if USAGES[verb].takes == Takes.TICKET else word)
            assert command is not None, word
            assert command.verb == verb

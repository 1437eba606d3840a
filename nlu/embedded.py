"""The default engine: learns from nlu/rasa/data in this process, understands a line in well under a millisecond."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from nlu import rasa_data
from nlu.classifier import Classifier, Vector, Vocabulary
from nlu.commands import certain
from nlu.entities import Finder, finder
from nlu.features import Extractor, extractor
from nlu.keeping import Learned, keep, kept, kept_file
from nlu.parting import asked
from nlu.rasa_data import Example, TrainingData, TrainingDataError
from nlu.spelling import spell_out, topics
from nlu.text import normalise
from nlu.understanding import Intent, Understanding

_SURE = 0.99  # of a fixed form; what is left goes by the classifier
_OURS, _OTHER = "ours", "other"

# These are about the trade, or not, whatever words they use; of the other intents only the words can tell.
_ABOUT_THE_TRADE = frozenset({Intent.QUESTION, Intent.RULING, Intent.FORECAST, Intent.LOOKUP, Intent.EVASION})
_ABOUT_OTHER_THINGS = frozenset({Intent.OUT_OF_SCOPE, Intent.GREETING, Intent.CHOICE, Intent.PROMPT_ABUSE})


@dataclass(frozen=True, kw_only=True)
class EmbeddedNlu:
    """An Nlu without any other process. Immutable once trained, so any number of threads may ask at once."""

    extract: Extractor
    vocabulary: Vocabulary
    names: tuple[Intent, ...]  # the labels of `intents`, as members
    intents: Classifier
    domain: Classifier
    find_entities: Finder

    @classmethod
    def train(cls, folder: Path = rasa_data.FOLDER, *, cache: Path | None = None) -> Self:
        """Learn from a data folder of Rasa, or raise TrainingDataError. The same data gives the same engine; with a
        `cache` folder, what was learned from it before is read from there."""
        data = rasa_data.read(folder)
        _check(data, folder)
        learned = _learned(data, kept_file(cache, folder)) if cache else _learn(data)
        known, (intents, domain) = learned
        return cls(
            extract=extractor(data),
            vocabulary=known,
            names=tuple(map(Intent, intents.labels)),
            intents=intents,
            domain=domain,
            find_entities=finder(data),
        )

    def understand(self, text: str) -> Understanding:
        """What the text means. Any text will do, and none raises."""
        vector = self.vocabulary.encode(self.extract(text))
        ranking = self._ranking(text, vector)
        query, questions = asked(text)
        return Understanding(
            text=text,
            query=query,
            questions=questions,
            intent=ranking[0][0],
            confidence=ranking[0][1],
            ranking=ranking,
            entities=self.find_entities(text),
            in_domain=float(self.domain.probabilities(vector)[self.domain.labels.index(_OURS)]),
        )

    def _ranking(self, text: str, vector: Vector) -> tuple[tuple[Intent, float], ...]:
        chances = dict(zip(map(Intent, self.intents.labels), self.intents.probabilities(vector).tolist(), strict=True))
        fixed = certain(text)
        if fixed is not None:
            chances = {intent: chance * (1 - _SURE) for intent, chance in chances.items()}
            chances[fixed] = chances.get(fixed, 0.0) + _SURE
        return tuple(sorted(chances.items(), key=lambda item: -item[1]))


def _learned(data: TrainingData, file: Path) -> Learned:
    learned = kept(file)
    if learned is None:
        learned = _learn(data)
        keep(file, *learned)
    return learned


def _learn(data: TrainingData) -> Learned:
    from nlu.learning import learn, vocabulary  # scikit-learn: seconds and room that only training needs

    extract = extractor(data)
    features = [extract(example.text) for example in data.examples]
    known = vocabulary(features)
    wanted = [example.intent for example in data.examples]
    return known, learn(known, features, wanted, [_domain(example) for example in data.examples])


def _check(data: TrainingData, folder: Path) -> None:
    known = set(Intent)
    strange = sorted({example.intent for example in data.examples} - known)
    if strange:
        raise TrainingDataError(
            f"{folder}：没有这样的意图：{'、'.join(strange)}。请改用 nlu/understanding.py 里的名字。"
        )
    if len({example.intent for example in data.examples}) < 2:
        raise TrainingDataError(f"{folder}：至少要有两种意图的例句才能学习。请检查 *.yml 是否齐全。")


def _domain(example: Example) -> str | None:
    """Whether an example is about the trade; None where neither its intent nor its words tell."""
    if example.intent in _ABOUT_THE_TRADE:
        return _OURS
    if example.intent in _ABOUT_OTHER_THINGS:
        return _OTHER
    if topics(spell_out(normalise(example.text))):
        return _OURS
    return _OTHER if example.intent == Intent.SMALL_TALK else None

"""How well lines are understood: `python -m benchmarks.nlu [--lines FILE] [--rasa URL] [--errors] [--json]`.

Measures on lines nothing was learned from. The question that matters most is the first: does the bot know a question for it
from everything else a group says?
"""

import argparse
import json
import resource
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from benchmarks.figures import Spread, spread
from nlu import rasa_data
from nlu.embedded import EmbeddedNlu
from nlu.features import extractor
from nlu.learning import learn, vocabulary
from nlu.rasa_data import Example
from nlu.rasa_engine import RasaNlu
from nlu.understanding import Intent, Nlu, Understanding

HELD_OUT = rasa_data.FOLDER.parent / "held_out.yml"
SILENT = frozenset(
    {
        *(Intent.SMALL_TALK, Intent.ADVERTISEMENT, Intent.THANKS, Intent.PEER_ANSWER, Intent.GREETING),
        *(Intent.STATEMENT, Intent.CORRECTION, Intent.SAME_HERE, Intent.CHOICE, Intent.RATING),
    }
)
FOR_PEOPLE = frozenset(
    {
        *(Intent.RULING, Intent.FORECAST, Intent.LOOKUP, Intent.EVASION, Intent.OTHERS_DATA, Intent.REPORT),
        *(Intent.COMPLAINT, Intent.PROMPT_ABUSE),
    }
)
THRESHOLDS = (0.5, 0.7, 0.9)
ROUNDS = 20  # of timing, over all lines


@dataclass(frozen=True, kw_only=True)
class AtThreshold:
    """What follows if a line counts as a question from this probability on."""

    threshold: float
    questions_found: float
    silent_taken_for_questions: float
    for_people_taken_for_questions: float
    out_of_scope_taken_for_questions: float


@dataclass(frozen=True, kw_only=True)
class OfIntent:
    intent: str
    lines: int
    precision: float
    recall: float


@dataclass(frozen=True, kw_only=True)
class Report:
    """One engine on one set of lines."""

    engine: str
    lines: int
    accuracy: float
    auroc_question: float
    ece: float
    thresholds: tuple[AtThreshold, ...]
    intents: tuple[OfIntent, ...]
    confused: tuple[tuple[str, str, int], ...]
    milliseconds: Spread


Heard = Sequence[tuple[Example, Understanding]]


def measure(engine: str, nlu: Nlu, examples: Sequence[Example]) -> Report:
    """All figures of an engine."""
    heard = [(example, nlu.understand(example.text)) for example in examples]
    right = [example.intent == one.intent for example, one in heard]
    return Report(
        engine=engine,
        lines=len(heard),
        accuracy=sum(right) / len(right),
        auroc_question=float(
            roc_auc_score(
                [example.intent == Intent.QUESTION for example, _ in heard],
                [one.probability(Intent.QUESTION) for _, one in heard],
            )
        ),
        ece=_calibration_error(heard),
        thresholds=tuple(_at(heard, threshold) for threshold in THRESHOLDS),
        intents=tuple(_of(heard, intent) for intent in Intent),
        confused=_confused(heard),
        milliseconds=_timed(nlu, [example.text for example in examples]),
    )


def cross_validated(folds: int) -> tuple[float, float]:
    """Accuracy of the embedded engine's classifier on its own data, each line judged by a fit without it; and its spread."""
    data = rasa_data.read()
    extract = extractor(data)
    features = [extract(example.text) for example in data.examples]
    labels = [example.intent for example in data.examples]
    known = vocabulary(features)
    scores = []
    for seen, unseen in StratifiedKFold(folds, shuffle=True, random_state=0).split(features, labels):
        (classifier,) = learn(known, [features[row] for row in seen], [labels[row] for row in seen])
        guesses = [
            classifier.labels[int(classifier.probabilities(known.encode(features[row])).argmax())] for row in unseen
        ]
        scores.append(sum(guess == labels[row] for guess, row in zip(guesses, unseen, strict=True)) / len(unseen))
    return sum(scores) / folds, max(scores) - min(scores)


def _at(heard: Heard, threshold: float) -> AtThreshold:
    def taken(kinds: frozenset[Intent]) -> float:
        chances = [one.probability(Intent.QUESTION) for example, one in heard if example.intent in kinds]
        return sum(chance >= threshold for chance in chances) / max(len(chances), 1)

    return AtThreshold(
        threshold=threshold,
        questions_found=taken(frozenset({Intent.QUESTION})),
        silent_taken_for_questions=taken(SILENT),
        for_people_taken_for_questions=taken(FOR_PEOPLE),
        out_of_scope_taken_for_questions=taken(frozenset({Intent.OUT_OF_SCOPE})),
    )


def _of(heard: Heard, intent: Intent) -> OfIntent:
    said = sum(example.intent == intent for example, _ in heard)
    guessed = sum(one.intent == intent for _, one in heard)
    both = sum(example.intent == intent == one.intent for example, one in heard)
    return OfIntent(intent=intent, lines=said, precision=both / max(guessed, 1), recall=both / max(said, 1))


def _confused(heard: Heard) -> tuple[tuple[str, str, int], ...]:
    """What was taken for what, the commonest first."""
    pairs = Counter((example.intent, str(one.intent)) for example, one in heard if example.intent != one.intent)
    return tuple((said, guessed, times) for (said, guessed), times in pairs.most_common(12))


def _calibration_error(heard: Heard) -> float:
    """Expected calibration error over ten bins of confidence."""
    gaps = [0.0] * 10
    for example, one in heard:
        gaps[min(int(one.confidence * 10), 9)] += one.confidence - (example.intent == one.intent)
    return sum(map(abs, gaps)) / len(heard)


def _timed(nlu: Nlu, texts: Sequence[str]) -> Spread:
    durations = []
    rounds = ROUNDS if isinstance(nlu, EmbeddedNlu) else 1
    for text in [*texts] * rounds:
        begun = time.perf_counter()
        nlu.understand(text)
        durations.append((time.perf_counter() - begun) * 1000)
    return spread(durations)


def main() -> None:
    options = _options()
    console = Console()
    examples = rasa_data.read_files(options.lines).examples
    begun = time.perf_counter()
    embedded = EmbeddedNlu.train()
    trained = time.perf_counter() - begun
    engines: list[tuple[str, Nlu]] = [("embedded", embedded)]
    if options.rasa:
        rasa = RasaNlu(options.rasa, options.token, embedded, httpx.Client())
        console.print(f"rasa: {rasa.warm_up()}")
        engines.append(("rasa", rasa))
    reports = [measure(name, nlu, examples) for name, nlu in engines]
    folds = cross_validated(5) if options.folds else None
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if options.json:
        console.print_json(json.dumps({"trained_in_s": trained, "folds": folds, "reports": list(map(asdict, reports))}))
        return
    console.print(f"trained in {trained:.1f} s, {resident:.0f} MB resident")
    if folds:
        console.print(f"5-fold cross-validation: accuracy {folds[0]:.3f}, from best to worst fold {folds[1]:.3f}")
    for report in reports:
        _show(console, report)
    if options.errors:
        _show_errors(console, embedded, examples)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=Path, default=HELD_OUT, help="lines with their intents, in Rasa's format")
    parser.add_argument("--rasa", default="", help="URL of a running Rasa, measured beside the embedded engine")
    parser.add_argument("--token", default="")
    parser.add_argument("--folds", action="store_true", help="cross-validate on the training data too")
    parser.add_argument("--errors", action="store_true", help="show every line that was taken for something else")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _show(console: Console, report: Report) -> None:
    console.print(
        f"[bold]{report.engine}[/bold]: {report.lines} lines, accuracy {report.accuracy:.3f}, question AUROC "
        f"{report.auroc_question:.3f}, calibration error {report.ece:.3f}, p50 {report.milliseconds.p50:.2f} ms, "
        f"p99 {report.milliseconds.p99:.2f} ms"
    )
    table = Table("question from", "questions found", "silent lines", "lines for people", "out of scope")
    for at in report.thresholds:
        table.add_row(
            f"{at.threshold:.1f}",
            f"{at.questions_found:.1%}",
            f"{at.silent_taken_for_questions:.1%}",
            f"{at.for_people_taken_for_questions:.1%}",
            f"{at.out_of_scope_taken_for_questions:.1%}",
        )
    console.print(table)
    table = Table("intent", "lines", "precision", "recall")
    for one in report.intents:
        table.add_row(one.intent, str(one.lines), f"{one.precision:.2f}", f"{one.recall:.2f}")
    console.print(table)
    console.print("taken for another: " + ", ".join(f"{said}→{as_}: {n}" for said, as_, n in report.confused))


def _show_errors(console: Console, nlu: Nlu, examples: Sequence[Example]) -> None:
    for example in examples:
        heard = nlu.understand(example.text)
        if heard.intent != example.intent:
            console.print(f"{example.intent} → {heard.intent} {heard.confidence:.2f}  {example.text}", markup=False)


if __name__ == "__main__":
    main()

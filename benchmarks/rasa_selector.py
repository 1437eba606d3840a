"""A Rasa 3.6 ResponseSelector on a given base and questions. Runs in Rasa's own environment, started by `retrieval`.

`python rasa_selector.py EXAM OUT`: EXAM is {"entries": [[phrasing, …], …], "questions": [text, …], "looked_at": n}, OUT gets
{"found": [[[entry, confidence], …], …], "seconds": […], "ready_s": …, "memory_mb": …}, entries by their position.
"""

from __future__ import annotations  # Rasa runs on Python 3.8 too

import asyncio
import json
import logging
import resource
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from rasa.core.agent import load_agent
from rasa.model_training import train_nlu
from rasa.utils.log_utils import configure_structlog
from ruamel.yaml import YAML

# As Rasa's documentation builds one for FAQs; the same one and two letters that the other methods look at.
CONFIG = """\
recipe: default.v1
assistant_id: zhitongche-benchmark
language: zh
pipeline:
  - name: JiebaTokenizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char
    min_ngram: 1
    max_ngram: 2
  - name: ResponseSelector
    retrieval_intent: faq
    epochs: 100
    random_seed: 1
    ranking_length: {looked_at}
policies: []
"""
MARKUP = str.maketrans("[](){}\n", "［］（）｛｝ ")  # would be read as entities


def train(folder: Path, exam: dict[str, Any]) -> str | None:
    """The model's file."""
    (folder / "config.yml").write_text(CONFIG.format(looked_at=exam["looked_at"]), encoding="utf-8")
    learned = {
        "version": "3.1",
        "nlu": [
            {"intent": f"faq/{at}", "examples": "".join(f"- {text.translate(MARKUP)}\n" for text in phrasings)}
            for at, phrasings in enumerate(exam["entries"])
        ],
        "responses": {f"utter_faq/{at}": [{"text": phrasings[0]}] for at, phrasings in enumerate(exam["entries"])},
    }
    domain = {"version": "3.1", "intents": ["faq"], "responses": learned["responses"]}
    for name, told in (("nlu.yml", learned), ("domain.yml", domain)):
        with (folder / name).open("w", encoding="utf-8") as written:
            YAML(typ="safe").dump(told, written)
    made: str | None = train_nlu(
        str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder / "models"), domain=str(folder / "domain.yml")
    )
    return made


async def ask(model: str | None, questions: list[str]) -> tuple[Any, list[float]]:
    """What was found for each question, and how long it took."""
    agent = await load_agent(model_path=model)
    await agent.parse_message(questions[0])  # the first pays for what later ones find ready
    found, seconds = [], []
    for text in questions:
        began = perf_counter()
        parsed = await agent.parse_message(text)
        seconds.append(perf_counter() - began)
        ranking = parsed["response_selector"]["faq"]["ranking"]
        found.append([[int(one["intent_response_key"].split("/")[1]), one["confidence"]] for one in ranking])
    return found, seconds


def main(exam_file: str, out_file: str) -> None:
    """Learn, ask, write down."""
    configure_structlog(logging.WARNING)  # else every question is written out twice, which costs more than the answer
    exam = json.loads(Path(exam_file).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        began = perf_counter()
        model = train(Path(folder), exam)
        ready = perf_counter() - began
        found, seconds = asyncio.run(ask(model, exam["questions"]))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"found": found, "seconds": seconds, "ready_s": ready, "memory_mb": memory}
    Path(out_file).write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

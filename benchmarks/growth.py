"""What a growing base costs: `python -m benchmarks.growth [--vectors N …] [--entries N …]`.

Vectors: the index alone, with so many like those of the base, a little moved; recall is against looking at every one.
Entries: the whole search, over the base itself and over so many questions spliced from its own, each an entry; and how long
one more entry, or a change to one, takes to be live: only what is new is read, and the rest answers meanwhile.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.figures import spread
from knowledge_base.encoder import Vectors
from knowledge_base.entries import Entry
from knowledge_base.faq_folder import load
from knowledge_base.index import VectorIndex
from knowledge_base.models import open_models
from knowledge_base.search import KnowledgeBase

VECTORS = (500, 5_000, 50_000, 100_000, 1_000_000)
ENTRIES = (500, 5_000, 20_000)
ASKED, NEAREST, MOVED = 200, 10, 0.05

out = Console()


def moved(vectors: Vectors, count: int, by: float, lots: np.random.Generator) -> Vectors:
    """So many of the vectors drawn by lot, each moved a little, of length one again."""
    drawn = vectors[lots.integers(0, len(vectors), count)]
    drawn += lots.normal(0, by, drawn.shape).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn


def vectors_at(vectors: Vectors, size: int) -> dict[str, Any]:
    """Time and recall of the vector index."""
    lots = np.random.default_rng(0)
    grown, asked = moved(vectors, size, MOVED, lots), moved(vectors, ASKED, MOVED / 2, lots)
    began = perf_counter()
    index = VectorIndex(grown)
    built = perf_counter() - began
    times, shared = [], 0
    for vector in track(asked, f"{size} vectors", console=out, transient=True):
        began = perf_counter()
        _, found = index.nearest(vector, NEAREST)
        times.append((perf_counter() - began) * 1000)
        exact = np.argpartition(-(grown @ vector), NEAREST - 1)[:NEAREST]
        shared += len(set(found.tolist()) & set(exact.tolist()))
    took = spread(times)
    return {
        "vectors": size,
        "build_s": round(built, 2),
        "ms_p50": round(took.p50, 3),
        "ms_p99": round(took.p99, 3),
        "recall": round(shared / ASKED / NEAREST, 4),
    }


def spliced(entries: Sequence[Entry], count: int) -> list[Entry]:
    """So many entries, each asking the beginning of one question and the end of another."""
    lots = random.Random(0)
    texts = [text for entry in entries for text in entry.phrasings]
    made: dict[str, None] = {}
    while len(made) < count:
        first, second = lots.sample(texts, 2)
        made[first[: len(first) // 2] + second[len(second) // 2 :]] = None
    return [Entry(id=str(at), question=text) for at, text in enumerate(made)]


def entries_at(entries: Sequence[Entry], grown: Sequence[Entry]) -> dict[str, Any]:
    """Time of a whole search, of one more entry and of a change, in a base grown from these entries."""
    base = KnowledgeBase(open_models())
    opened = live_after(base, grown)
    asked = [entry.phrasings[-1] for entry in random.Random(1).sample(list(entries), ASKED)]
    base.search(asked[0])
    times = []
    for text in track(asked, f"{len(grown)} entries", console=out, transient=True):
        began = perf_counter()
        base.search(text)
        times.append((perf_counter() - began) * 1000)
    new = Entry(id="new", question="保税再制造的首单要怎么报备")
    added = live_after(base, [*grown, new])
    assert base.search("保税再制造首单怎么报备")[0].entry.id == "new"
    changed = live_after(base, [*grown, new.model_copy(update={"variants": ("旧机翻新头一票要跟谁说",)})])
    assert base.search("旧机翻新头一票跟谁说")[0].entry.id == "new"
    took = spread(times)
    return {
        "entries": len(grown),
        "phrasings": sum(len(entry.phrasings) for entry in grown),
        "open_s": round(opened, 2),
        "ms_p50": round(took.p50, 3),
        "ms_p99": round(took.p99, 3),
        "one_more_live_s": round(added, 3),
        "change_live_s": round(changed, 3),
    }


def live_after(base: KnowledgeBase, entries: Sequence[Entry]) -> float:
    """Seconds until the base answers from these entries."""
    began = perf_counter()
    base.replace(entries)
    return perf_counter() - began


def main(
    faq: Annotated[Path, typer.Option()] = Path("faq_data"),
    vectors: Annotated[list[int] | None, typer.Option()] = None,
    entries: Annotated[list[int] | None, typer.Option()] = None,
) -> None:
    """Measure and print, a table of each; `--vectors 0` or `--entries -1` leaves one out, `--entries 0` is the base itself."""
    base = load(faq)
    read = KnowledgeBase(open_models())
    read.replace(base)
    for rows in (
        [vectors_at(read.vectors(), size) for size in vectors or VECTORS if size],
        [entries_at(base, spliced(base, size) if size else base) for size in entries or (0, *ENTRIES) if size >= 0],
    ):
        if rows:
            table = Table(*rows[0])
            for row in rows:
                table.add_row(*map(str, row.values()))
            out.print(table)


if __name__ == "__main__":
    typer.run(main)

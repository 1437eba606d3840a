"""The sentence encoder: the mean of its pieces' vectors, taught that questions which ask the same lie close.

Saved in SentenceTransformers' format, so that any other encoder can take its place.
"""

import random
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from scipy.sparse import csr_matrix
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize, softplus

from knowledge_base.learning.counting import Vectors, reduced
from knowledge_base.learning.material import Pair

PIECES, LONGEST_PIECE, SIZE = 20_000, 5, 256
WINDOW = 4
SHARPNESS = 20.0  # how much a cosine counts in the losses
BATCH = 512
COMMON = 1e-3  # pieces more frequent than this are turned down from the start


def teach_pieces(lines: Sequence[str]) -> Tokenizer:
    """A vocabulary of word pieces that explains the lines well."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    words = Regex(r"[\p{L}\p{M}]+|\p{N}+")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(words, "removed", invert=True)
    trainer = trainers.UnigramTrainer(
        vocab_size=PIECES,
        max_piece_length=LONGEST_PIECE,
        unk_token="[UNK]",
        special_tokens=["[PAD]", "[UNK]"],
        show_progress=False,
    )
    tokenizer.train_from_iterator(lines, trainer)
    return tokenizer


def company_of_pieces(tokenizer: Tokenizer, lines: Sequence[str]) -> Vectors:
    """A vector for each piece by the pieces around it, frequent ones turned down."""
    count = tokenizer.get_vocab_size()
    pieces = ([*found.ids, *[0] * WINDOW] for found in tokenizer.encode_batch(list(lines)))
    flat = np.fromiter(chain.from_iterable(pieces), np.int64)
    together = csr_matrix((count, count), dtype=np.float32)
    for offset in range(1, WINDOW + 1):
        here, there = flat[:-offset], flat[offset:]
        both = (here > 1) & (there > 1)
        keys, times = np.unique(here[both] * count + there[both], return_counts=True)
        met = csr_matrix((times / offset, (keys // count, keys % count)), shape=(count, count), dtype=np.float32)
        together = together + met + met.T
    vectors = reduced(together, min(SIZE, count - 1))
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    frequency = np.bincount(flat, minlength=count) / len(flat)
    return np.asarray(vectors * (COMMON / (COMMON + frequency))[:, None], dtype=np.float32)


def teach_sentences(
    tokenizer: Tokenizer, start: Vectors, pairs: Sequence[Pair], *, epochs: int, told: Callable[[float], None]
) -> Vectors:
    """The pieces' vectors after learning which questions are the same and which only look it."""
    same, other = [pair for pair in pairs if pair.same], [pair for pair in pairs if not pair.same]
    bag = nn.EmbeddingBag.from_pretrained(torch.from_numpy(start).clone(), mode="mean", freeze=False)
    optimiser = torch.optim.Adam(bag.parameters(), lr=1.5e-3)
    batch = min(BATCH, len(same))
    steps = range(0, len(same) - batch + 1, batch)
    for _ in range(epochs):
        random.shuffle(same)
        random.shuffle(other)
        for start_at in steps:
            near = other[start_at % max(1, len(other) - batch) :][:batch]
            loss = _loss(bag, tokenizer, same[start_at : start_at + batch], near)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            told(1 / (epochs * len(steps)))
    return np.asarray(bag.weight.detach().numpy(), dtype=np.float32)


def _loss(bag: nn.EmbeddingBag, tokenizer: Tokenizer, same: Sequence[Pair], near: Sequence[Pair]) -> Tensor:
    """Each question must pick its like out of all others, near misses included, in both directions."""
    left, right = _encoded(bag, tokenizer, same)
    wanted = torch.arange(len(same))
    if not near:
        return cross_entropy(left @ right.T * SHARPNESS, wanted)
    missed, misses = _encoded(bag, tokenizer, near)
    there = cross_entropy(left @ torch.cat([right, misses]).T * SHARPNESS, wanted)
    back = cross_entropy(right @ left.T * SHARPNESS, wanted)
    gap = (missed * misses).sum(1)[:, None] - (left * right).sum(1)[None]
    loss: Tensor = there + back + 0.5 * softplus(SHARPNESS * gap).mean()
    return loss


def _encoded(bag: nn.EmbeddingBag, tokenizer: Tokenizer, pairs: Sequence[Pair]) -> tuple[Tensor, Tensor]:
    texts = [pair.left for pair in pairs] + [pair.right for pair in pairs]
    rows = [found.ids or [1] for found in tokenizer.encode_batch(texts)]
    offsets = torch.tensor([0, *np.cumsum([len(row) for row in rows])[:-1]])
    vectors = normalize(bag(torch.tensor(list(chain.from_iterable(rows))), offsets))
    return vectors[: len(pairs)], vectors[len(pairs) :]


def save_encoder(folder: Path, tokenizer: Tokenizer, vectors: Vectors) -> None:
    """Write a SentenceTransformers folder, at half precision."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    module = StaticEmbedding(tokenizer, embedding_weights=vectors.astype(np.float16))
    SentenceTransformer(modules=[module], device="cpu").save(str(folder), create_model_card=False)

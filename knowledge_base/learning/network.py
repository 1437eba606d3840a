"""The second look: does this phrasing ask what that text asks? A small network that aligns both, letter by letter.

Every letter of one text looks for its counterpart in the other; what finds none is what the two *differ* in, and
that decides. Texts are read once (`read`): the base's phrasings when they are added, a question when it comes; only the
comparison runs per candidate. `knowledge_base.judging` runs what training makes of it.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, linear, pad

from knowledge_base.alphabet import PAD, UNKNOWN


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The sizes of a network, kept beside its weights."""

    letters: int
    pairs: int
    letter_size: int = 96
    pair_size: int = 64
    width: int = 128
    compared: int = 48


class Dropout(nn.Module):
    """Forgets the same features of every letter of a text: as good as forgetting each by lot, and far cheaper."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.share:
            return x
        kept = torch.empty(x.shape[0], 1, x.shape[2]).bernoulli_(1 - self.share) / (1 - self.share)
        return x * kept


class Convolved(nn.Module):
    """A letter in the light of its neighbours."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.mix = nn.Linear(3 * width, 2 * width)
        self.drop = Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        here = pad(self.norm(x) * mask, (0, 0, 1, 1))
        value, gate = self.mix(torch.cat([here[:, :-2], here[:, 1:-1], here[:, 2:]], -1)).chunk(2, -1)
        kept: Tensor = x + self.drop(value * torch.sigmoid(gate))
        return kept * mask


class Judge(nn.Module):
    """Two texts → the log odds that they ask the same."""

    def __init__(self, shape: Shape, *, dropout: float = 0.2) -> None:
        super().__init__()
        self.shape = shape
        self.letters = nn.Embedding(shape.letters, shape.letter_size, padding_idx=PAD)
        self.pairs = nn.Embedding(shape.pairs, shape.pair_size, padding_idx=PAD)
        self.drop = Dropout(dropout)
        self.enter = nn.Linear(shape.letter_size + 2 * shape.pair_size, shape.width)
        self.reading = nn.ModuleList(Convolved(shape.width, dropout) for _ in range(2))
        self.seek = nn.Linear(shape.width, shape.width)
        self.compare = nn.Linear(4 * shape.width + 4, shape.compared)
        self.weighing = Convolved(shape.compared, dropout)
        self.verdict = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(6 * shape.compared, shape.compared), nn.GELU(), nn.Linear(shape.compared, 1)
        )

    def read(self, ids: Tensor) -> Tensor:
        """What the letters mean where they stand: (texts, letters, width)."""
        mask = (ids[..., :1] != PAD).float()
        seen = torch.cat([self.letters(ids[..., 0]), self.pairs(ids[..., 1]), self.pairs(ids[..., 2])], -1)
        meaning: Tensor = self.enter(self.drop(seen.float())) * mask
        for layer in self.reading:
            meaning = layer(meaning, mask)
        return meaning

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        return self.decide(left, self.read(left), right, self.read(right))

    def decide(self, left: Tensor, a: Tensor, right: Tensor, b: Tensor) -> Tensor:
        """Log odds for texts already read; ids are needed to see which letters are the very same.

        The left may be one text, held against every text on the right.
        """
        there, here = left[..., 0] != PAD, right[..., 0] != PAD
        scores = self.seek(a) @ self.seek(b).transpose(1, 2) / self.shape.width**0.5
        same = (left[:, :, None, 0] == right[:, None, :, 0]) & there[:, :, None]
        pair = (left[:, :, None, 2] == right[:, None, :, 2]) & (left[:, :, None, 2] > UNKNOWN)
        found = scores.masked_fill(~here[:, None, :], -1e4).softmax(-1)
        sought = scores.masked_fill(~there[:, :, None], -1e4).softmax(1).transpose(1, 2)
        one = self._weigh(a, found @ b, found, same, pair, there)
        other = self._weigh(b, sought @ a, sought, same.transpose(1, 2), pair.transpose(1, 2), here)
        logit: Tensor = self.verdict(torch.cat([one + other, (one - other).abs()], -1)).squeeze(-1)
        return logit

    def _weigh(self, mine: Tensor, theirs: Tensor, weight: Tensor, same: Tensor, pair: Tensor, mask: Tensor) -> Tensor:
        exact = same.any(-1, keepdim=True).float()
        twice = pair.any(-1, keepdim=True).float()
        before = torch.cat([torch.zeros_like(twice[:, :1]), twice[:, :-1]], 1)
        sure = (weight * same).sum(-1, keepdim=True)
        shown = mask[..., None].float()
        held = self._held_against(mine, theirs, torch.cat([exact, twice, before, sure], -1))
        compared = self.weighing(gelu(held) * shown, shown)
        most = compared.masked_fill(~mask[..., None], -1e4).amax(1).clamp_min(-1e3)
        count = shown.sum(1).clamp_min(1)
        alone = shown * (1 - exact)
        mean, lonely = compared.sum(1) / count, (compared * alone).sum(1) / count
        return torch.cat([most, mean, lonely], -1)

    def _held_against(self, mine: Tensor, theirs: Tensor, signs: Tensor) -> Tensor:
        """`compare` of mine, theirs, their difference and product, without laying them side by side.

        A question stands once against all its candidates, so that its own share is computed once.
        """
        size = self.shape.width
        own, other, apart, alike, told = torch.split(self.compare.weight, [size, size, size, size, signs.shape[-1]], 1)
        both = linear(theirs, other - apart) + linear(mine * theirs, alike) + linear(signs, told)
        return both + linear(mine, own + apart, self.compare.bias)

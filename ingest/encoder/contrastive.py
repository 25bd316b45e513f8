"""Contrastive training of static token vectors, with the gradient written out.

A text's vector is the normalised sum of its tokens' vectors. In a batch every left text must find its right text
among all right texts and the other way round (symmetric cross-entropy over scaled cosines). The gradient of this
is short enough to write down, touches only the rows whose tokens occur, and needs one exponential per pair of
texts, which makes an epoch several times cheaper than through automatic differentiation.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F


@dataclass(frozen=True)
class Spans:
    """Slices of the tokens of all texts in a row, one for each training text."""

    start: np.ndarray
    end: np.ndarray


class LazyAdam:
    """Adam that updates only the rows a batch touched; moments of other rows stay as they are.

    Works in buffers of its own: temporary tensors of this size cost more in page faults than in arithmetic.
    """

    def __init__(self, weights: torch.Tensor, beta1: float = 0.9, beta2: float = 0.999) -> None:
        self.weights, self.beta1, self.beta2, self.steps = weights, beta1, beta2, 0
        self.mean, self.square = torch.zeros_like(weights), torch.zeros_like(weights)
        self.buffers = [torch.empty_like(weights) for _ in range(2)]

    def step(self, rows: torch.Tensor, gradient: torch.Tensor, rate: float) -> None:
        """Moves `weights[rows]` against `gradient` (rows, dimension), which is overwritten."""
        self.steps += 1
        mean, square = (buffer[: len(rows)] for buffer in self.buffers)
        torch.index_select(self.square, 0, rows, out=square)
        square.mul_(self.beta2).addcmul_(gradient, gradient, value=1 - self.beta2)
        self.square.index_copy_(0, rows, square)
        torch.index_select(self.mean, 0, rows, out=mean)
        mean.lerp_(gradient, 1 - self.beta1)
        self.mean.index_copy_(0, rows, mean)
        square.div_(1 - self.beta2**self.steps).sqrt_().add_(1e-8)
        mean.div_(square).mul_(-rate / (1 - self.beta1**self.steps))
        self.weights.index_add_(0, rows, mean)


def bag(weights: torch.Tensor, tokens: np.ndarray, lengths: np.ndarray) -> torch.Tensor:
    """Sum of the rows of `weights` for each run of `lengths` tokens: (len(lengths), dimension)."""
    offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    return F.embedding_bag(torch.from_numpy(tokens), weights, torch.from_numpy(offsets), mode="sum")


def gather(
    tokens: np.ndarray, spans: Spans, drop: np.ndarray, longest: int, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """(tokens, lengths) of the spans with each token left out with probability `drop` (one value per span);
    at least one token of each span stays. A span longer than `longest` is cropped at a random place."""
    lengths = spans.end - spans.start
    start = spans.start + (random.random(len(lengths)) * np.maximum(lengths - longest + 1, 1)).astype(np.int64)
    lengths = np.minimum(lengths, longest)
    first = np.cumsum(lengths) - lengths
    owner = np.repeat(np.arange(len(lengths)), lengths)
    position = np.arange(len(owner)) - first[owner] + start[owner]
    keep = random.random(len(owner)) >= drop[owner]
    keep[first + (random.random(len(lengths)) * lengths).astype(np.int64)] = True
    return tokens[position[keep]].astype(np.int64), np.bincount(owner[keep], minlength=len(lengths))


def contrast(left: torch.Tensor, right: torch.Tensor, scale: float) -> tuple[float, torch.Tensor, torch.Tensor]:
    """Symmetric in-batch cross-entropy of unit rows `left`, `right` (batch, dimension) at `scale`.

    Returns (loss, gradient for left, gradient for right). With E = exp(scale * left @ right.T), r and c its row
    and column sums, the gradient by the scores is (E / r + E / c - 2 I) / (2 batch). Cosines are at most 1, so E
    needs no shift against overflow for any scale below 80.
    """
    size = len(left)
    low_left, low_right = left.to(torch.bfloat16), right.to(torch.bfloat16)
    scores = (low_left * scale @ low_right.T).float()
    diagonal = scores.diagonal().clone()
    scores.exp_()
    rows, columns = scores.sum(1), scores.sum(0)
    loss = (rows.log() + columns.log() - 2 * diagonal).mean().item() / 2
    scores.mul_((1 / rows)[:, None] + (1 / columns)[None, :])
    scores.diagonal().sub_(2)
    low = scores.to(torch.bfloat16)
    factor = scale / (2 * size)
    return loss, (low @ low_right).float().mul_(factor), (low.T @ low_left).float().mul_(factor)


def through_norm(gradient: torch.Tensor, unit: torch.Tensor, norm: torch.Tensor) -> torch.Tensor:
    """The gradient by a vector from the gradient by its normalised form."""
    return (gradient - unit * (gradient * unit).sum(1, keepdim=True)) / norm


def train_step(
    adam: LazyAdam,
    left: tuple[np.ndarray, np.ndarray],
    right: tuple[np.ndarray, np.ndarray],
    scale: float,
    rate: float,
) -> float:
    """One batch of (tokens, lengths) against (tokens, lengths); returns the loss before the step."""
    units, norms = [], []
    for tokens, lengths in (left, right):
        total = bag(adam.weights, tokens, lengths)
        norm = total.norm(dim=1, keepdim=True).clamp_min_(1e-6)
        units.append(total / norm)
        norms.append(norm)
    loss, *gradients = contrast(*units, scale)
    by_text = torch.cat([through_norm(*parts) for parts in zip(gradients, units, norms, strict=True)])
    # By token: the texts of each token, summed, is again a bag, over `by_text` instead of the vocabulary.
    tokens = np.concatenate([left[0], right[0]])
    texts = np.repeat(np.arange(len(by_text)), np.concatenate([left[1], right[1]]))
    order = np.argsort(tokens.astype(np.int32), kind="stable")
    rows, counts = np.unique(tokens, return_counts=True)
    adam.step(torch.from_numpy(rows), bag(by_text, texts[order], counts), rate)
    return loss


def batches(size: int, batch: int, random: np.random.Generator) -> Iterator[np.ndarray]:
    """Random order of `size` examples in batches of exactly `batch`; the remainder is left for another epoch."""
    order = random.permutation(size)
    for start in range(0, size - batch + 1, batch):
        yield order[start : start + batch]

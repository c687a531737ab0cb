"""Corpora that several tests look at, drawn once."""

from dataclasses import fields

import numpy as np
import pytest

from xps_keras.corpus import Batch, Corpus, recipe


def join(parts: list[Batch]) -> Batch:
    """Put batches behind one another."""
    names = [field.name for field in fields(Batch)]
    return Batch(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


@pytest.fixture(scope="session")
def paper_corpus() -> Corpus:
    return Corpus(recipe("paper"), seed=11)


@pytest.fixture(scope="session")
def paper(paper_corpus: Corpus) -> Batch:
    """1,024 spectra of the paper's recipe, shifts to 3 eV."""
    return paper_corpus.batch(0, 1024)


@pytest.fixture(scope="session")
def instrument() -> Batch:
    """3,072 spectra as files hold them."""
    return Corpus(recipe("instrument"), seed=12).batch(0, 3072)


@pytest.fixture(scope="session")
def labels() -> Batch:
    """All but the spectra of 8,192 examples of the paper's recipe; spectra are cut to one channel."""
    corpus = Corpus(recipe("paper"), seed=13)
    parts = []
    for start in range(0, 8192, 1024):
        batch = corpus.batch(start, 1024)
        thin = {field.name: getattr(batch, field.name) for field in fields(Batch)}
        thin["intensity"], thin["measured"] = batch.intensity[:, :1].copy(), batch.measured[:, :1].copy()
        parts.append(Batch(**thin))
    return join(parts)

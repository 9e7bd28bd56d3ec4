"""The recognising network in Tesseract's own data files (``*.traineddata``), read without Tesseract.

A file is a table of parts; three of them make the reader of the LSTM engine: the network (its layers with their weights),
the characters (``unicharset``), and the recoder, which says which outputs of the network spell which character. The format
is that of Tesseract 4 and 5 (``src/ccutil/tessdatamanager.h``, ``src/lstm/network.cpp``, ``weightmatrix.cpp``, Apache-2.0),
the data is Apache-2.0 too.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LSTM, UNICHARSET, RECODER = 17, 21, 22
"""Places of the parts in the table (``TessdataType``)."""
TYPED = 0
"""First byte of a layer whose type follows as a string (``NT_NONE``)."""
CONTAINERS = ("Series", "Parallel", "Replicated", "RTLReversed", "TTBReversed", "XYTranspose")
CONNECTED = ("Softmax", "LogSoftmax", "Logistic", "Tanh", "Relu", "PosClip", "SymClip", "Linear")
INT_MODE, OWN_RATES, TWO_PASSES = 1, 64, 128
"""Flags: weights in eight bits; a container with learning rates of its own; the format of Tesseract 4 and later."""
GATES = 4
"""Cell input, input gate, forget gate, output gate, in the order of the file."""


class UnknownNetwork(ValueError):
    """The data is not of the kind that is read here; the message says what is strange."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A matrix (outputs x inputs + 1, the last column is the bias): ``values`` times ``scales``, one scale an output."""

    values: NDArray[np.int8]
    scales: NDArray[np.float32]

    @property
    def real(self) -> NDArray[np.float32]:
        product: NDArray[np.float32] = self.values.astype(np.float32) * self.scales[:, np.newaxis]
        return product


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of the network; ``parts`` of a container, ``weights`` of one that has any, ``window`` (x, y) of one that looks
    at a window."""

    kind: str
    inputs: int
    outputs: int
    parts: tuple[Layer, ...] = ()
    weights: tuple[Weights, ...] = ()
    window: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Recogniser:
    """The network and what its outputs mean: ``letters[i]`` is the text of output ``i``, ``""`` for ``blank``."""

    network: Layer
    letters: tuple[str, ...]
    blank: int


def read_recogniser(path: Path) -> Recogniser:
    """The recogniser in ``path``. Raises ``UnknownNetwork`` where the file holds another kind of data or none."""
    try:
        parts = _parts(path.read_bytes())
        network = _layer(_Reader(parts[LSTM]))
        letters, blank = _letters(parts[UNICHARSET], parts[RECODER], _outputs(network))
    except UnknownNetwork:
        raise
    except (KeyError, struct.error, IndexError, ValueError, RecursionError) as error:
        raise UnknownNetwork(f"{path.name} holds no LSTM data of Tesseract 4 or 5") from error
    return Recogniser(network, letters, blank)


def _outputs(network: Layer) -> int:
    return _outputs(network.parts[-1]) if network.parts else network.outputs


def _parts(data: bytes) -> dict[int, bytes]:
    (count,) = struct.unpack_from("<i", data)
    offsets = struct.unpack_from(f"<{count}q", data, 4)
    starts = sorted(offset for offset in offsets if offset >= 0)
    ends = dict(zip(starts, [*starts[1:], len(data)], strict=True))
    return {kind: data[offset : ends[offset]] for kind, offset in enumerate(offsets) if offset >= 0}


class _Reader:
    """A cursor in little-endian data."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def numbers(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from("<" + form, self._data, self._at)
        self._at += struct.calcsize("<" + form)
        return found

    def number(self, form: str) -> int:
        return int(self.numbers(form)[0])

    def text(self) -> str:
        length = self.number("I")
        self._at += length
        return self._data[self._at - length : self._at].decode("latin-1")

    def array(self, kind: type[np.generic], count: int) -> NDArray[Any]:
        found = np.frombuffer(self._data, kind, count, self._at)
        self._at += found.nbytes
        return found


def _layer(reader: _Reader) -> Layer:
    if reader.number("b") != TYPED:
        raise UnknownNetwork("the network is of a version before Tesseract 4.0")
    kind = reader.text()
    reader.numbers("bb")  # trained, needs to be taught on: both of no use here
    flags, inputs, outputs, _ = reader.numbers("iiii")
    reader.text()  # a name for people
    if kind in CONTAINERS:
        parts = tuple(_layer(reader) for _ in range(reader.number("I")))
        if flags & OWN_RATES:
            reader.array(np.float32, reader.number("I"))
        return Layer(kind, inputs, outputs, parts)
    if kind == "Input":
        reader.numbers("iiiii")  # batch, height, width, depth, loss
        return Layer(kind, inputs, outputs)
    if kind in ("Convolve", "Maxpool", "Reconfig"):
        return Layer(kind, inputs, outputs, window=(reader.number("i"), reader.number("i")))
    if kind in ("LSTM", "SummLSTM"):
        if reader.number("i") != inputs + outputs:
            raise UnknownNetwork("an LSTM in two dimensions is not read")
        return Layer(kind, inputs, outputs, weights=tuple(_weights(reader) for _ in range(GATES)))
    if kind in CONNECTED:
        return Layer(kind, inputs, outputs, weights=(_weights(reader),))
    raise UnknownNetwork(f"a layer of the kind {kind!r} is not read")


def _weights(reader: _Reader) -> Weights:
    mode = reader.number("B")
    if not mode & TWO_PASSES:
        raise UnknownNetwork("weights of a version before Tesseract 4.0")
    rows, columns = reader.numbers("II")
    if mode & INT_MODE:
        reader.numbers("b")  # what an empty cell would hold
        values = reader.array(np.int8, rows * columns).reshape(rows, columns)
        return Weights(values, reader.array(np.float64, reader.number("I"))[:rows].astype(np.float32))
    reader.numbers("d")
    real = reader.array(np.float64, rows * columns).reshape(rows, columns)
    scales = np.maximum(np.abs(real).max(axis=1) / 127, np.finfo(np.float32).tiny)
    return Weights(np.rint(real / scales[:, np.newaxis]).astype(np.int8), scales.astype(np.float32))


def _letters(unicharset: bytes, recoder: bytes, outputs: int) -> tuple[tuple[str, ...], int]:
    """What each output means, and which of them is the blank: the one that stands for no character at all ("<null>")."""
    lines = unicharset.decode("utf-8").split("\n")[1:]
    reader = _Reader(recoder)
    letters = [""] * outputs
    blank = outputs - 1
    for number in range(reader.number("I")):
        reader.numbers("b")
        codes = reader.numbers(f"{reader.number('I')}i")
        if len(codes) != 1:
            raise UnknownNetwork("characters spelt by several outputs (Chinese, Korean, Indic data) are not read")
        name = lines[number].split(" ")[0]
        if name == "NULL":  # how the file writes the space
            letters[codes[0]] = " "
        elif codes[0] == blank or name == "Joined" or name.startswith("|Broken"):
            continue  # marks of the training, never printed
        else:
            letters[codes[0]] = name
    return tuple(letters), blank

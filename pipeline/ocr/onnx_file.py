"""The few messages of the ONNX format that a small graph needs, written without the ``onnx`` package.

An ONNX file is a protocol buffer: each field is a tag (number and wire type) and its value. Field numbers are those of
``onnx.proto3``. A field that comes twice is merged, so that a graph is added to by appending to the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FLOAT, UINT8, INT8, INT32, INT64 = 1, 2, 3, 6, 7
"""``TensorProto.DataType``."""
TYPES: Mapping[str, int] = {"float32": FLOAT, "uint8": UINT8, "int8": INT8, "int32": INT32, "int64": INT64}
IR_VERSION, OPSET, CONTRIBUTED = 8, 17, 1
"""Of ONNX 1.12, which every onnxruntime since 1.12 reads; the second operator set is that of ``com.microsoft``."""
VARINT, BYTES = 0, 2
INT_ATTRIBUTE, STRING_ATTRIBUTE, INTS_ATTRIBUTE = 2, 3, 7
MICROSOFT = "com.microsoft"

Attribute = int | str | Sequence[int]
Shape = Sequence[int | str]
"""Sizes; a string is one that varies."""


@dataclass(slots=True)
class Graph:
    """A graph under construction: ``node`` and ``constant`` hand back the name of what they made."""

    nodes: list[bytes] = field(default_factory=list)
    constants: dict[str, bytes] = field(default_factory=dict)
    made: int = 0

    def constant(self, value: NDArray[np.generic]) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = tensor(name, value)
        return name

    def node(
        self, operator: str, inputs: Sequence[str], *, outputs: int = 1, domain: str = "", **attributes: Attribute
    ) -> str:
        """Adds an operator; the name of its last output (LSTMs give all steps first, then the last one)."""
        names = [f"n{self.made + i}" for i in range(outputs)]
        self.made += outputs
        body = b"".join([*(text(1, name) for name in inputs), *(text(2, name) for name in names), text(4, operator)])
        body += b"".join(message(5, _attribute(name, value)) for name, value in attributes.items())
        self.nodes.append(body + (text(7, domain) if domain else b""))
        return names[-1]

    def model(self, inputs: Mapping[str, tuple[int, Shape]], outputs: Mapping[str, int]) -> bytes:
        """The file: ``inputs`` with their types and shapes, ``outputs`` with their types."""
        body = b"".join(message(1, node) for node in self.nodes) + text(2, "graph")
        body += b"".join(message(5, constant) for constant in self.constants.values())
        body += b"".join(message(11, value_info(name, *kind)) for name, kind in inputs.items())
        body += b"".join(message(12, value_info(name, kind)) for name, kind in outputs.items())
        sets = message(8, number(2, OPSET)) + message(8, text(1, MICROSOFT) + number(2, CONTRIBUTED))
        return number(1, IR_VERSION) + message(7, body) + sets


def with_output(model: bytes, name: str) -> bytes:
    """``model`` with the inner value ``name``, of floats, among its outputs."""
    return model + message(7, message(12, value_info(name, FLOAT)))


def tensor(name: str, value: NDArray[np.generic]) -> bytes:
    sizes = b"".join(number(1, size) for size in value.shape)
    return sizes + number(2, TYPES[value.dtype.name]) + text(8, name) + message(9, np.ascontiguousarray(value).tobytes())


def value_info(name: str, kind: int, shape: Shape | None = None) -> bytes:
    sizes = b"".join(message(1, text(2, size) if isinstance(size, str) else number(1, size)) for size in shape or ())
    described = number(1, kind) + (message(2, sizes) if shape is not None else b"")
    return text(1, name) + message(2, message(1, described))


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, int):
        return text(1, name) + number(3, value) + number(20, INT_ATTRIBUTE)
    if isinstance(value, str):
        return text(1, name) + text(4, value) + number(20, STRING_ATTRIBUTE)
    return text(1, name) + b"".join(number(8, one) for one in value) + number(20, INTS_ATTRIBUTE)


def varint(value: int) -> bytes:
    """Seven bits a byte, lowest first; the eighth says that more follow.

    >>> varint(300).hex()
    'ac02'
    """
    value &= (1 << 64) - 1
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)


def number(tag: int, value: int) -> bytes:
    return varint(tag << 3 | VARINT) + varint(value)


def message(tag: int, body: bytes) -> bytes:
    return varint(tag << 3 | BYTES) + varint(len(body)) + body


def text(tag: int, value: str) -> bytes:
    return message(tag, value.encode("utf-8"))

"""Checks an ONNX file before onnxruntime opens it.

onnxruntime does whatever a file requests: it reads weights from other files, even if the model is passed as bytes (then
relative to the working folder), and runs endless loops. Protocol Buffers are lists of (field number, type, value), so
the little that is needed is read here, without the package `onnx`, which the application does not install. Field
numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

OPERATORS = {
    *("Add", "AveragePool", "BatchNormalization", "Cast", "Clip", "Constant", "Conv", "Div", "Flatten", "Gemm"),
    *("GlobalAveragePool", "Identity", "MatMul", "MaxPool", "Mul", "ReduceMean", "Relu", "Reshape", "Sigmoid"),
    *("Squeeze", "Sub"),
}
"""Operators of convolutional networks with a linear unit, without loops, conditions, or operators that create a tensor
whose size comes from another tensor (Expand, Resize, Tile, ConstantOfShape). The shipped model uses sixteen."""

MOST_NODES = 5000
"""Nodes. A ResNet50 has 240, a ResNet152 about 700."""

DEFAULT_DOMAINS = (b"", b"ai.onnx")
"""ONNX's standard operators; others would need a library."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class NotOurs(Exception):
    """A file that is not a model for this program; the text is a clause that follows "because"."""


@dataclass(frozen=True)
class _Message:
    """The fields that a message may have, by number; `parts` are messages, other fields are refused."""

    name: str
    plain: frozenset[int]
    parts: dict[int, _Message] = field(default_factory=dict)


def _fields(*numbers: int) -> frozenset[int]:
    return frozenset(numbers)


# TensorProto without segment (3), strings (6), external_data (13) and data_location (14).
_TENSOR = _Message("a tensor", _fields(1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 16))
# AttributeProto without graphs (6, 11), lists of tensors (10), sparse ones (22, 23), types (14, 15), references (21).
_ATTRIBUTE = _Message("an attribute", _fields(1, 2, 3, 4, 7, 8, 9, 13, 20), {5: _TENSOR})
# NodeProto without overload (8) and device configurations (10).
_NODE = _Message("a node", _fields(1, 2, 3, 4, 6, 7, 9), {5: _ATTRIBUTE})
# GraphProto without quantisation (14) and sparse initialisers (15).
_GRAPH = _Message("the graph", _fields(2, 10, 11, 12, 13, 16), {1: _NODE, 5: _TENSOR})
# ModelProto without training_info (20), functions (25) and device configurations (26).
_MODEL = _Message("the model", _fields(1, 2, 3, 4, 5, 6, 8, 14), {7: _GRAPH})

_WHAT = {
    (_TENSOR.name, 13): "it keeps weights in another file",
    (_TENSOR.name, 14): "it keeps weights in another file",
    (_ATTRIBUTE.name, 6): "it has a loop or a condition",
    (_MODEL.name, 25): "it has functions of its own",
}
_UNKNOWN = "it is not an ONNX file, or one with parts that this version does not know"
_OP_TYPE, _DOMAIN = 4, 7


def require_ours(model: bytes) -> None:
    """Refuse a file with anything but a plain sequence of known operators and their weights.

    Raises:
        NotOurs: it is not ONNX, or requests something that no model for this program needs.
    """
    nodes = _look(memoryview(model), _MODEL)
    if not nodes:
        raise NotOurs("it is not an ONNX file, or has no graph")
    if nodes > MOST_NODES:
        raise NotOurs(f"it has {nodes} operators, more than {MOST_NODES}")


def _look(message: memoryview, kind: _Message) -> int:
    """Check a message and its parts; returns the number of nodes."""
    nodes = 0
    for number, value in _read(message):
        part = kind.parts.get(number)
        if part is not None:
            if not isinstance(value, memoryview):
                raise NotOurs("it is not an ONNX file")
            nodes += _look(value, part) + (part is _NODE)
        elif number not in kind.plain:
            # An exporter may state the default location of the weights.
            if (kind, number, value) != (_TENSOR, 14, 0):
                raise NotOurs(_WHAT.get((kind.name, number), _UNKNOWN))
        elif kind is _NODE and number == _OP_TYPE:
            _require_operator(value)
        elif (
            kind is _NODE and number == _DOMAIN and (not isinstance(value, memoryview) or value not in DEFAULT_DOMAINS)
        ):
            raise NotOurs("it asks for operators of another library")
    return nodes


def _require_operator(value: memoryview | int) -> None:
    name = bytes(value[:32]).decode("ascii", "replace") if isinstance(value, memoryview) else ""
    if name not in OPERATORS:
        shown = name if name.isascii() and name.isalnum() else "of no name"
        raise NotOurs(f"it asks for the operator {shown}, which no model for this program needs")


def _read(message: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Field numbers and values; numbers that are not integers are returned as 0."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if kind == _BYTES:
            length, at = _varint(message, at)
        elif kind in (_FIXED32, _FIXED64):
            length = 4 if kind == _FIXED32 else 8
        else:
            raise NotOurs("it is not an ONNX file")
        if number == 0 or at + length > len(message):
            raise NotOurs("it is not an ONNX file, or is cut off")
        yield number, message[at : at + length] if kind == _BYTES else 0
        at += length


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            break
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    raise NotOurs("it is not an ONNX file, or is cut off")

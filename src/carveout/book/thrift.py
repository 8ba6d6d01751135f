"""The compact form of Thrift, in which Parquet writes what it says about a file: read to plain values and written back.

A struct is a mapping of field numbers to (type, value), a list is (type of its elements, elements); what is not known by
number comes through unchanged. See https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md.
"""

from __future__ import annotations

from typing import Any, TypeAlias

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
DEPTH = 32
"""Values within values beyond which bytes are taken for broken."""

Struct: TypeAlias = dict[int, tuple[int, Any]]


class ThriftError(ValueError):
    """Bytes that are not a struct."""


class Reader:
    """Reads structs from bytes, from ``place`` on.

    Raises:
        ThriftError: the bytes end too early, or hold what no struct holds.
    """

    def __init__(self, data: bytes | memoryview, place: int = 0) -> None:
        self.data = data
        self.place = place

    def struct(self, depth: int = 0) -> Struct:
        """The struct that starts here."""
        found: Struct = {}
        number = 0
        while head := self._byte():
            kind = head & 15
            number = number + (head >> 4) if head >> 4 else self._signed()
            found[number] = kind, kind == TRUE if kind in (TRUE, FALSE) else self._value(kind, depth)
        return found

    def _value(self, kind: int, depth: int) -> Any:
        if depth > DEPTH:
            raise ThriftError("too deep")
        if kind in (I16, I32, I64):
            return self._signed()
        if kind == BINARY:
            return self._take(self._unsigned())
        if kind == STRUCT:
            return self.struct(depth + 1)
        if kind in (LIST, SET):
            head = self._byte()
            count = head >> 4 if head >> 4 != 15 else self._unsigned()
            inner = head & 15
            return inner, [self._element(inner, depth) for _ in range(count)]
        if kind == MAP:
            count = self._unsigned()
            kinds = self._byte() if count else 0
            key, value = kinds >> 4, kinds & 15
            return key, value, [(self._element(key, depth), self._element(value, depth)) for _ in range(count)]
        if kind == BYTE:
            return self._byte()
        if kind == DOUBLE:
            return self._take(8)
        raise ThriftError(f"type {kind}")

    def _element(self, kind: int, depth: int) -> Any:
        return self._byte() if kind in (TRUE, FALSE) else self._value(kind, depth + 1)

    def _byte(self) -> int:
        if self.place >= len(self.data):
            raise ThriftError("ends too early")
        self.place += 1
        return self.data[self.place - 1]

    def _take(self, count: int) -> bytes:
        if self.place + count > len(self.data):
            raise ThriftError("ends too early")
        self.place += count
        return bytes(self.data[self.place - count : self.place])

    def _unsigned(self) -> int:
        found = shift = 0
        while (byte := self._byte()) & 128:
            found |= (byte & 127) << shift
            shift += 7
            if shift > 63:
                raise ThriftError("number too long")
        return found | byte << shift

    def _signed(self) -> int:
        found = self._unsigned()
        return (found >> 1) ^ -(found & 1)


def written(struct: Struct) -> bytes:
    """The bytes of a struct."""
    out = bytearray()
    _struct(out, struct)
    return bytes(out)


def _struct(out: bytearray, struct: Struct) -> None:
    last = 0
    for number, (kind, value) in sorted(struct.items()):
        if kind in (TRUE, FALSE):
            kind = TRUE if value else FALSE
        if 0 < number - last < 16:
            out.append((number - last) << 4 | kind)
        else:
            out.append(kind)
            _unsigned(out, (number << 1) ^ (number >> 63))
        last = number
        if kind not in (TRUE, FALSE):
            _value(out, kind, value)
    out.append(0)


def _value(out: bytearray, kind: int, value: Any) -> None:
    if kind in (I16, I32, I64):
        _unsigned(out, (value << 1) ^ (value >> 63))
    elif kind == BINARY:
        _unsigned(out, len(value))
        out += value
    elif kind == STRUCT:
        _struct(out, value)
    elif kind in (LIST, SET):
        inner, elements = value
        out.append(min(len(elements), 15) << 4 | inner)
        if len(elements) >= 15:
            _unsigned(out, len(elements))
        for element in elements:
            _element(out, inner, element)
    elif kind == MAP:
        key, inner, pairs = value
        _unsigned(out, len(pairs))
        if pairs:
            out.append(key << 4 | inner)
        for one, other in pairs:
            _element(out, key, one)
            _element(out, inner, other)
    elif kind == BYTE:
        out.append(value)
    else:
        out += value


def _element(out: bytearray, kind: int, value: Any) -> None:
    if kind in (TRUE, FALSE):
        out.append(value)
    else:
        _value(out, kind, value)


def _unsigned(out: bytearray, value: int) -> None:
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)

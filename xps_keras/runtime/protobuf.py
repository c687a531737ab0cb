"""Protocol Buffers messages, read and written without TensorFlow or ONNX.

SavedModels and ONNX files are such messages (protobuf.dev, "Encoding"): fields of a number and a wire type. Of their
schemas only the few field numbers on the way to names of operations and to our own texts are needed; these never
change, since every old file would become unreadable.
"""

from collections.abc import Iterator

from xps_keras.errors import ModelError


def contents_at(message: bytes, path: tuple[int, ...]) -> Iterator[bytes]:
    """Yield the contents of all length-delimited fields at a path of field numbers, in order.

    Args:
        message: The serialised message.
        path: Field numbers, the outermost first.

    Raises:
        ModelError: When the bytes are no such message.
    """
    for content in _fields(message, path[0]):
        if len(path) == 1:
            yield content
        else:
            yield from contents_at(content, path[1:])


def field(number: int, content: bytes) -> bytes:
    """Return a length-delimited field as it is serialised."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _fields(message: bytes, wanted: int) -> Iterator[bytes]:
    place = 0
    while place < len(message):
        key, place = _read_varint(message, place)
        if key >= 1 << 32:  # other readers would drop what lies beyond, and find another field
            raise ModelError("The graph is no Protocol Buffers message (a field of no number); export it again.")
        match key & 7:
            case 0:
                _, place = _read_varint(message, place)
            case 1:
                place += 8
            case 2:
                size, place = _read_varint(message, place)
                if key >> 3 == wanted:
                    yield message[place : place + size]
                place += size
            case 5:
                place += 4
            case kind:
                raise ModelError(f"The graph is no Protocol Buffers message (wire type {kind}); export it again.")


def _read_varint(message: bytes, place: int) -> tuple[int, int]:
    """Read a number of seven bits per byte, least significant first; return it and the place behind it."""
    value = shift = 0
    while place < len(message) and shift < 70:  # ten bytes hold every number there is
        byte = message[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place
    raise ModelError("The graph is no Protocol Buffers message (a number does not end); export it again.")


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*found, value))

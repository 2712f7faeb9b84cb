"""Frames (R-2): how a message stands in a body."""

import zstandard

from codec import read_varint, varint
from limits import RESPONSE_BYTES_MAX, Refused, require


def frame(message):
    """R-2: compressed when that makes it shorter."""
    packed = zstandard.ZstdCompressor().compress(message) if len(message) > 256 else message
    encoding, content = (1, packed) if len(packed) < len(message) else (0, message)
    return varint(len(content)) + bytes([encoding]) + content


def unframe(body, limit=RESPONSE_BYTES_MAX):
    """R-2: the message of a body that is one frame and nothing else, of at most `limit` bytes."""
    length, at = read_varint(body, 0)
    require(at < len(body) and len(body) - at - 1 == length, "not one whole frame")
    encoding, content = body[at], body[at + 1 :]
    require(encoding in (0, 1), "another encoding", "upgrade_required")
    if encoding == 0:
        require(len(content) <= limit, "past the limit", "too_large")
        return content
    return _decompress(content, limit)


def _decompress(content, limit):
    reader = zstandard.ZstdDecompressor(max_window_size=8 * 2**20).decompressobj()
    try:
        parameters = zstandard.get_frame_parameters(content)
        known = parameters.content_size not in (zstandard.CONTENTSIZE_UNKNOWN, zstandard.CONTENTSIZE_ERROR)
        require(not known or parameters.content_size <= limit, "grows past the limit", "decompression_limit")
        message = b""
        for start in range(0, len(content), 1_024):
            message += reader.decompress(content[start : start + 1_024])
            require(len(message) <= limit, "grows past the limit", "decompression_limit")
            require(not reader.unused_data and (not reader.eof or start + 1_024 >= len(content)), "more than one frame")
        require(reader.eof, "cut short")
        return message
    except zstandard.ZstdError as error:
        raise Refused("malformed", str(error)) from None

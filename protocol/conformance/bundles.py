"""Bundles: an exchange by file, R-103 to R-109."""

from hashlib import sha256

from codec import pieces, read, read_varint, write
from crypto import sign, verify, verify_chain
from frames import frame, unframe
from limits import REQUEST_BODY_BYTES_MAX, REQUEST_BYTES_MAX, require

# of the seal's frame, every length of which is fixed.
SEAL_BYTES = 104
# The frame's length and encoding, then each field's key and length: seal, hash, signature.
SEAL_KEYS = bytes([102, 0, 0x2A, 100, 0x0A, 32, 0x12, 64])
ORDER = ("push", "results", "page")


def write_bundle(key, chain, parts, **header):
    """R-103: the file's bytes. `parts`: (kind, message) in order, without header and seal."""
    all_parts = [("header", {"chain": chain, **header}), *parts]
    content = b"".join(frame(write("BundlePart", {"part": part})) for part in all_parts)
    digest = sha256(content).digest()
    seal = {"hash": digest, "signature": sign(key, "bundle", digest)}
    return content + frame(write("BundlePart", {"part": ("seal", seal)}))


def read_bundle(data, root):
    """R-103: (the header, the writer's certificate, the parts between header and seal)."""
    content, last = data[:-SEAL_BYTES], data[-SEAL_BYTES:]
    seal = _seal(last) if content else None
    require(seal and seal["hash"] == sha256(content).digest(), "no seal, or not of these bytes", "bad_signature")
    frames = _frames(content)
    kind, header = _part(next(frames))
    require(kind == "header", "a bundle without a header")
    writer = verify_chain(header["chain"], root.taking(header["rotations"]))
    verify(writer["key"], "bundle", seal["hash"], seal["signature"])
    parts = [_part(each) for each in frames]
    _demand_order(parts)
    return header, writer, parts


def _seal(last):
    """R-103: None for bytes that are not exactly a seal's frame."""
    if last[:6] + last[38:40] != SEAL_KEYS or len(last) != SEAL_BYTES:
        return None
    return {"hash": last[6:38], "signature": last[40:]}


def _frames(content):
    """R-2, R-3: each within the limits of a request."""
    at = 0
    while at < len(content):
        length, start = read_varint(content, at)
        require(length <= REQUEST_BODY_BYTES_MAX, "a part is too long", "too_large")
        require(start + 1 + length <= len(content), "a frame is cut short")
        yield content[at : start + 1 + length]
        at = start + 1 + length


def _part(data):
    """(kind, message): exactly one thing (R-103)."""
    message = unframe(data, REQUEST_BYTES_MAX)
    require(len([each for each in pieces(message)]) == 1, "not exactly one thing in a part")
    part = read("BundlePart", message)["part"]
    require(part, "a part of a later version", "upgrade_required")
    return part


def _demand_order(parts):
    kinds = [kind for kind, _ in parts]
    require(all(kind in ORDER for kind in kinds), "a part out of its place")
    require(kinds == sorted(kinds, key=ORDER.index), "parts out of order")
    complete = [page["complete"] for kind, page in parts if kind == "page"]
    require(complete == [False] * (len(complete) - 1) + [True] * bool(complete), "the last page is the complete one")

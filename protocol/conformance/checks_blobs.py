"""The bytes of attachments: R-110 to R-115."""

import secrets
from hashlib import sha256

from transport import Problem

PART_BYTES = 262_144


class Blob:
    """Requests about some bytes, as one device makes them."""

    def __init__(self, client, data):
        self.client, self.data, self.name = client, data, sha256(data).hexdigest()

    def ask(self, method, body=None, **headers):
        """(response, body) of a 2xx."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        path = f"/v1/blobs/{self.name}"
        return self.client.line.ask(method, path, body, self.client.session["token"], headers)

    def look(self):
        """(status, bytes that the node has, whether these are all)."""
        return _place(self.ask("HEAD")[0])

    def put(self, first, end, sent=None, total=None):
        """Sends a part; as `look`."""
        span = f"{first}-{end - 1}" if end > first else "*"
        total = len(self.data) if total is None else total
        body = self.data[first:end] if sent is None else sent
        return _place(self.ask("PUT", body, Content_Range=f"bytes {span}/{total}")[0])


def _place(response):
    return response.status, int(response.headers["Upload-Offset"]), response.headers["Upload-Complete"] == "?1"


def _attach(story, blob):
    named = {"sha256": ("text", blob.name), "size": ("integer", len(blob.data))}
    record, change = story.first.new_record("attachment", subject=("reference", story.asset), **named)
    story.first.commit(change)
    return record, story.first.take_receipt(story.node.push([story.first.run()])[0]["receipt"])


def blobs(story):
    """the bytes of an attachment"""
    blob = Blob(story.node, secrets.token_bytes(PART_BYTES + 1_000))
    story.refuses("R-111", "bytes that no record names", "not_found", lambda: blob.put(0, PART_BYTES))
    story.check("R-111 R-100", "HEAD of them says why in a header", _refusal(blob.look) == "not_found")
    _attach(story, blob)
    story.check("R-110 R-112", "nothing is here yet", blob.look() == (204, 0, False))
    story.check("R-113", "the first part is taken", blob.put(0, PART_BYTES) == (204, PART_BYTES, False))
    story.check("R-113", "the same part again changes nothing", blob.put(0, 500) == (204, PART_BYTES, False))
    other = Blob(story.other_node, blob.data)
    story.other_node.open()
    story.check("R-112", "what others sent in part is not mine", other.look() == (204, 0, False))
    size = len(blob.data)
    story.check("R-114", "an overlapping last part makes it whole", blob.put(1_000, size) == (201, size, True))
    story.check("R-112", "it is here for everybody who may see it", other.look() == (200, size, True))
    stage = blob.ask("HEAD")[0].headers["Fieldsync-Stage"]
    story.check("R-112", "and says how far up it is", stage in (("hq",) if story.node.session["hq"] else ("branch", "hq")))
    _fetched(story, other)
    _empty(story)


def _fetched(story, blob):
    story.check("R-115", "the whole", blob.ask("GET")[1] == blob.data)
    response, part = blob.ask("GET", Range="bytes=100-199")
    named = response.status, response.headers["Content-Range"]
    story.check("R-115", "a part", (*named, part) == (206, f"bytes 100-199/{len(blob.data)}", blob.data[100:200]))
    story.check("R-115", "another range is passed over", blob.ask("GET", Range="bytes=-5")[0].status == 200)
    behind = _problem(lambda: blob.ask("GET", Range=f"bytes={len(blob.data)}-"))
    story.check("R-115", "a range behind the end is 416", behind and behind.status == 416)


def _empty(story):
    blob = Blob(story.node, b"")
    _attach(story, blob)
    story.check("R-113", "no bytes at all", blob.put(0, 0) == (201, 0, True) and blob.ask("GET")[1] == b"")


def wrong_blobs(story):
    """bytes that are not as they should be"""
    blob = Blob(story.node, secrets.token_bytes(3_000))
    record, _ = _attach(story, blob)
    story.refuses("R-115", "bytes that are nowhere yet", "unavailable", lambda: blob.ask("GET"))
    blob.put(0, 1_000)
    story.refuses("R-113", "a gap", "sequence_gap", lambda: blob.put(2_000, 3_000))
    story.refuses("R-113", "other bytes than before", "sequence_gap", lambda: blob.put(0, 1_000, bytes(1_000)))
    story.check("R-113", "the transfer begins anew", blob.look() == (204, 0, False))
    story.refuses("R-114", "a whole that is not its name's", "constraint", lambda: blob.put(0, 3_000, bytes(3_000)))
    story.check("R-114", "nothing of it is kept", blob.look() == (204, 0, False))
    story.refuses("R-113", "another size than the record's", "constraint", lambda: blob.put(0, 1, b"x", total=9))
    story.refuses("R-113", "a body of another length", "bad_request", lambda: blob.put(0, 10, b"x"))
    story.refuses("R-113", "a part without Content-Range", "bad_request", lambda: blob.ask("PUT", b"x"))
    long = PART_BYTES + 1
    story.refuses("R-3", "a part too long", "payload_too_large", lambda: blob.put(0, long, bytes(long), total=long))
    story.first.commit(story.first.delete(record, "attachment"))
    story.node.push([story.first.run()])
    story.refuses("R-111", "bytes whose record was deleted", "not_found", lambda: blob.put(0, 1_000))


def _problem(call):
    try:
        call()
    except Problem as problem:
        return problem
    return None


def _refusal(call):
    problem = _problem(call)
    return problem.code if problem else None


STEPS = (blobs, wrong_blobs)

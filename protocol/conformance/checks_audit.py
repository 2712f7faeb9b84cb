"""A node's signed audit head: R-132 to R-134."""

from audit import verify_head


def heads(story):
    """how far the node's audit goes"""
    root = story.first.identity.root
    answer = story.node.audit()
    head, node = verify_head(answer["head"], root)
    story.check("R-132", "a node signs how far its audit goes", node["kind"] != 3 and head["n"] > 0)
    again, _ = verify_head(story.node.audit(kept=[answer["head"]])["head"], root)
    story.check("R-132 R-133", "within an hour it is the same head", again == head)
    session = story.node.session or story.node.open()
    story.check("R-133", "the head is of the session's epoch", session is None or head["epoch"] == session["epoch"])
    story.check("R-133", "a device has no heads of its own", not answer["kept"])
    own = {"own": answer["head"]}
    story.refuses("R-133", "somebody else's head as one's own", "scope_denied", lambda: story.node.audit(**own))
    unsigned = {**answer["head"], "signature": bytes(64)}
    story.refuses("R-132", "a head without signature", "bad_signature", lambda: story.node.audit(kept=[unsigned]))


STEPS = (heads,)

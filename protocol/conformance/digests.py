"""What two replicas compare: R-41, R-43."""

from catalogue import SCOPE
from merge import shown
from records import state_hash


def digests(states):
    """R-43: (scope, digest, records) of every scope, by its name."""
    scopes = hashes_by_scope(states)
    return [(scope, sum(hashes.values()) % 2**128, len(hashes)) for scope, hashes in sorted(scopes.items())]


def hashes_by_scope(states):
    """{scope: {id: hash}}"""
    scopes = {}
    for state in states:
        scopes.setdefault(scope_of(state), {})[state.id] = state_hash(state)
    return scopes


def scope_of(state):
    return shown(state.fields[SCOPE], "register")[1]


def halves(number):
    """128 bits as a message has them."""
    return {"high": number >> 64, "low": number % 2**64}

"""Verifies a bundle of the audit log. It was written from docs/audit-format.md alone.

    python3 verify_bundle.py BUNDLE [KEY]

KEY is the verifier key that you trust. Without it, the key in the bundle is trusted.

Needs Python 3.9 and the package `cryptography` (or `PyNaCl`) for Ed25519. Exit status 0: verified; 1: refused.
"""

import base64
import hashlib
import json
import sys

try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    def is_signed_by(key, signature, message):
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
            return True
        except Exception:
            return False
except ImportError:
    from nacl.signing import VerifyKey

    def is_signed_by(key, signature, message):
        try:
            VerifyKey(key).verify(message, signature)
            return True
        except Exception:
            return False


class VerificationError(Exception):
    """The reason why a bundle is refused."""


def require(condition, reason):
    if not condition:
        raise VerificationError(reason)


def canonical(value):
    """Returns canonical JSON (RFC 8785). Numbers must be whole, and names must sort alike in UTF-8 and UTF-16."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(*pieces):
    return hashlib.sha256(b"".join(pieces)).digest()


def leaf_hash(text):
    return sha256(b"\x00", text.encode())


def node_hash(left, right):
    return sha256(b"\x01", left, right)


def decode_base64(text):
    return base64.b64decode(text, validate=True)


def hashes(texts):
    decoded = [decode_base64(text) for text in texts]
    require(all(len(each) == 32 for each in decoded), "a hash must have 32 bytes")
    return decoded


def root_from_inclusion_proof(leaf, index, size, proof):
    """Computes the root from a leaf and its inclusion proof (RFC 9162 section 2.1.3.2)."""
    if index >= size:
        return None
    fn, sn, root = index, size - 1, leaf
    for each in proof:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            root = node_hash(each, root)
            while fn != 0 and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            root = node_hash(root, each)
        fn, sn = fn >> 1, sn >> 1
    return root if sn == 0 else None


def perfect_subtree_levels(first, end):
    """Returns the levels of the perfect subtrees that make up the leaves from first up to, but not including, end."""
    levels = []
    while first < end:
        level = (end - first).bit_length() - 1
        if first:
            level = min(level, (first & -first).bit_length() - 1)
        levels.append(level)
        first += 1 << level
    return levels


class Tree:
    """A tree as its size and the perfect subtrees of its right edge."""

    def __init__(self):
        self.size, self.edge = 0, []

    def push(self, level, each):
        require(self.size % (1 << level) == 0, "the hashes beside the range have the wrong shape")
        above = self.size >> level
        while above & 1:
            each = node_hash(self.edge.pop(), each)
            above >>= 1
        self.edge.append(each)
        self.size += 1 << level

    def root(self):
        if not self.edge:
            return sha256()
        root = self.edge[-1]
        for each in reversed(self.edge[:-1]):
            root = node_hash(each, root)
        return root


class Key:
    """A verifier key of C2SP signed-note."""

    def __init__(self, text):
        self.text = text
        self.name, self.id, key = text.split("+", 2)
        key = decode_base64(key)
        require(len(key) == 33 and key[0] == 1, "the key must be an Ed25519 key")
        self.key = key[1:]
        key_id = sha256(self.name.encode(), b"\n\x01", self.key)[:4].hex()
        require(key_id == self.id, "the id of the key does not match the key")

    def open(self, note):
        """Verifies a signed note and returns its text."""
        text, signatures = note[: note.rindex("\n\n") + 1], note[note.rindex("\n\n") + 2 :]
        require(signatures.endswith("\n"), "the note must end with a line feed")
        for line in signatures[:-1].split("\n"):
            require(line.startswith("\u2014 "), "the note has a line that is not a signature")
            name, signature = line[2:].split(" ", 1)
            signature = decode_base64(signature)
            if name == self.name and signature[:4].hex() == self.id:
                if is_signed_by(self.key, signature[4:], text.encode()):
                    return text
        raise VerificationError("the checkpoint has no signature by this key")


def members(line, *names):
    """Returns the members of a line, which must have exactly these and its type."""
    require(set(line) == set(names) | {"type"}, "the line must have exactly the members of its type")
    return [line[name] for name in names]


ENTRY = {
    "v", "id", "log", "at", "area", "shared", "actor", "action", "resource", "resource_id", "parent", "version", "from",
    "to", "fields", "request_id", "marking", "rules", "parts", "note", "note_side",
}


def check_event(line, log):
    """Checks that an event is of this log, hashes to its leaf, and matches its commitments."""
    _, leaf, entry, payloads, note = members(line, "index", "leaf", "entry", "payloads", "note")
    require(set(entry) == ENTRY and entry["v"] == 1 and entry["log"] == log, "the event is of another log or format")
    hashed = leaf_hash(canonical(entry))
    require(hashed == decode_base64(leaf), "the entry does not hash to its leaf: the entry was altered")
    parts = {part["part"]: part for part in entry["parts"]}
    shown_parts = [payload["part"] for payload in payloads]
    require(shown_parts == sorted(set(shown_parts)), "the payloads must be sorted by part, each part once")
    for payload in payloads:
        committed = parts.get(payload["part"])
        require(committed is not None, f"the event has no commitment to the part {payload['part']!r}")
        salt, shown = bytes.fromhex(payload["salt"]), payload["payload"]
        digest = sha256(salt, canonical(shown).encode()).hex()
        require(digest == committed["commitment"], "a payload does not match its commitment")
        after = shown["after"]
        digest = None if after is None else sha256(salt, canonical(after).encode()).hex()
        require(digest == committed["after"], "the state in a payload does not match its commitment")
    if note is not None:
        digest = sha256(bytes.fromhex(note["salt"]), note["text"].encode()).hex()
        require(digest == entry["note"], "the note does not match its commitment")


def verify(lines, trusted=None):
    """Verifies the lines of a bundle. Returns the log, its first and end position, and the number of events shown."""
    tree, head, bundle_range, has_opening, checkpoint, shown = Tree(), None, None, False, None, 0
    key = log = epoch = None
    for number, text in enumerate(lines, 1):
        line, event = None, ""
        try:
            line = json.loads(text)
            event = line.get("entry", {}).get("id", "")
            require(canonical(line) == text, "the line is not in canonical form (RFC 8785)")
            kind = line["type"]
            require((kind == "bundle") == (number == 1), "the first line, and no other, must have the type bundle")
            if kind == "bundle":
                v, _, log, epoch, key, _, _, _ = members(line, "v", "id", "log", "epoch", "key", "since", "until", "at")
                require(v == 1, f"the bundle has format {v}: only format 1 is supported")
                require(trusted in (None, key), "the bundle names a key that is not the trusted key")
                key = Key(key)
            elif kind == "checkpoint":
                require(checkpoint is None, "the bundle has two checkpoints")
                origin, size, root = key.open(members(line, "note")[0]).split("\n")[:3]
                require(origin == f"{key.name}/{epoch}", "the checkpoint has the origin of another log or epoch")
                checkpoint = (int(size), decode_base64(root))
            elif kind == "opening":
                opening, proof = members(line, "opening", "proof")
                require(not has_opening, "the bundle has two openings")
                same = opening["key"] == key.text and opening["epoch"] == epoch
                require(same, "the epoch was opened for another key than the one in the first line")
                root = root_from_inclusion_proof(leaf_hash(canonical(opening)), 0, checkpoint[0], hashes(proof))
                require(root == checkpoint[1], "the proof of the opening does not lead to the root of the checkpoint")
                has_opening = True
            elif kind == "head":
                require(head is None, "the bundle has two heads")
                index, head, proof = members(line, "index", "head", "proof")
                same = head["log"] == log and head["epoch"] == epoch
                require(same, "the head is of another log or epoch than the first line")
                root = root_from_inclusion_proof(leaf_hash(canonical(head)), index, checkpoint[0], hashes(proof))
                require(root == checkpoint[1], "the proof of the head does not lead to the root of the checkpoint")
            elif kind == "range":
                first, end, left, right = members(line, "first", "end", "left", "right")
                require(bundle_range is None and first <= end <= head["size"], "the range does not fit the log")
                levels = perfect_subtree_levels(0, first)
                require(len(levels) == len(left), "the range does not fit the log")
                for level, each in zip(levels, hashes(left)):
                    tree.push(level, each)
                bundle_range = (first, end, hashes(right))
            elif kind in ("event", "withheld"):
                expected = bundle_range is not None and line["index"] == tree.size < bundle_range[1]
                require(expected, "the line does not have the expected position")
                if kind == "event":
                    check_event(line, log)
                    shown += 1
                else:
                    members(line, "index", "leaf")
                tree.push(0, hashes([line["leaf"]])[0])
            else:
                raise VerificationError(f"this is not a line of a bundle: its type is {kind!r}")
        except VerificationError as error:
            raise VerificationError(f"line {number}: {'event ' + event + ': ' if event else ''}{error}") from None
        except Exception as error:
            named = f"event {event}: " if event else ""
            raise VerificationError(f"line {number}: {named}this is not a line of a bundle: {error!r}") from None
    require(bundle_range is not None and has_opening and head is not None, "the bundle ends before its events")
    require(tree.size == bundle_range[1], f"the bundle ends early: the event at position {tree.size} is missing")
    levels = perfect_subtree_levels(bundle_range[1], head["size"])
    require(len(levels) == len(bundle_range[2]), "the hashes to the right of the range have the wrong shape")
    for level, each in zip(levels, bundle_range[2]):
        tree.push(level, each)
    require(tree.root() == decode_base64(head["root"]), "the events do not lead to the root of the signed head")
    return log, bundle_range[0], bundle_range[1], shown


def main():
    with open(sys.argv[1], encoding="utf-8", newline="\n") as file:
        text = file.read()
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    try:
        log, first, end, shown = verify(lines, sys.argv[2] if len(sys.argv) > 2 else None)
    except VerificationError as error:
        print(f"refused: {error}")
        return 1
    print(f"verified: {log}, positions {first} to {end}, {shown} events shown")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Checks a bundle of the audit log, written from docs/audit-format.md alone.

    python3 verify_bundle.py BUNDLE [KEY]

Needs Python 3.9 and the package `cryptography` (or `PyNaCl`) for Ed25519. Exit code 0: verified; 1: refused.
"""

import base64
import hashlib
import json
import sys

try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    def signed(key, signature, message):
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
            return True
        except Exception:
            return False
except ImportError:
    from nacl.signing import VerifyKey

    def signed(key, signature, message):
        try:
            VerifyKey(key).verify(message, signature)
            return True
        except Exception:
            return False


class Refused(Exception):
    pass


def need(holds, why):
    if not holds:
        raise Refused(why)


def canonical(value):
    """RFC 8785 for values whose numbers are whole and whose names sort alike in UTF-8 and UTF-16."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(*pieces):
    return hashlib.sha256(b"".join(pieces)).digest()


def leaf_hash(text):
    return sha256(b"\x00", text.encode())


def node_hash(left, right):
    return sha256(b"\x01", left, right)


def unbase64(text):
    return base64.b64decode(text, validate=True)


def hashes(texts):
    read = [unbase64(text) for text in texts]
    need(all(len(each) == 32 for each in read), "a hash has not 32 bytes")
    return read


def root_of_inclusion(leaf, index, size, proof):
    """RFC 9162 section 2.1.3.2."""
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


def subtrees(first, end):
    """The levels of the perfect subtrees that make up the places from first up to end."""
    levels = []
    while first < end:
        level = (end - first).bit_length() - 1
        if first:
            level = min(level, (first & -first).bit_length() - 1)
        levels.append(level)
        first += 1 << level
    return levels


class Tree:
    def __init__(self):
        self.size, self.edge = 0, []

    def push(self, level, each):
        need(self.size % (1 << level) == 0, "the proof has the wrong shape")
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
    def __init__(self, text):
        self.text = text
        self.name, self.id, key = text.split("+", 2)
        key = unbase64(key)
        need(len(key) == 33 and key[0] == 1, "the key is not of Ed25519")
        self.key = key[1:]
        need(sha256(self.name.encode(), b"\n\x01", self.key)[:4].hex() == self.id, "the key has another id")

    def open(self, note):
        text, signatures = note[: note.rindex("\n\n") + 1], note[note.rindex("\n\n") + 2 :]
        need(signatures.endswith("\n"), "the note breaks off")
        for line in signatures[:-1].split("\n"):
            need(line.startswith("\u2014 "), "the note has a line that is no signature")
            name, signature = line[2:].split(" ", 1)
            signature = unbase64(signature)
            if name == self.name and signature[:4].hex() == self.id:
                if signed(self.key, signature[4:], text.encode()):
                    return text
        raise Refused("no signature of the checkpoint is by this key")


def members(line, *names):
    need(set(line) == set(names) | {"type"}, "the line has other members than its format")
    return [line[name] for name in names]


ENTRY = {
    "v", "id", "log", "at", "area", "shared", "actor", "action", "resource", "resource_id", "parent", "version", "from", "to",
    "fields", "request_id", "marking", "rules", "parts", "note", "note_side",
}


def check_event(line, log):
    _, leaf, entry, payloads, note = members(line, "index", "leaf", "entry", "payloads", "note")
    need(set(entry) == ENTRY and entry["v"] == 1 and entry["log"] == log, "it is of another log or format")
    need(leaf_hash(canonical(entry)) == unbase64(leaf), "what it says is not what was logged")
    parts = {part["part"]: part for part in entry["parts"]}
    shown_parts = [payload["part"] for payload in payloads]
    need(shown_parts == sorted(set(shown_parts)), "its parts are not in order, each once")
    for payload in payloads:
        committed = parts.get(payload["part"])
        need(committed is not None, "it commits to no such part")
        salt, shown = bytes.fromhex(payload["salt"]), payload["payload"]
        need(sha256(salt, canonical(shown).encode()).hex() == committed["commitment"], "a payload is another")
        after = shown["after"]
        digest = None if after is None else sha256(salt, canonical(after).encode()).hex()
        need(digest == committed["after"], "a payload's state is another")
    if note is not None:
        digest = sha256(bytes.fromhex(note["salt"]), note["text"].encode()).hex()
        need(digest == entry["note"], "its note is another")


def verify(lines, trusted=None):
    tree, head, run, opened, checkpoint, shown = Tree(), None, None, False, None, 0
    key = log = epoch = None
    for number, text in enumerate(lines, 1):
        line, event = None, ""
        try:
            line = json.loads(text)
            event = line.get("entry", {}).get("id", "")
            need(canonical(line) == text, "the line is not in canonical form")
            kind = line["type"]
            need((kind == "bundle") == (number == 1), "the first line, and no other, says which bundle it is")
            if kind == "bundle":
                v, _, log, epoch, key, _, _, _ = members(line, "v", "id", "log", "epoch", "key", "since", "until", "at")
                need(v == 1, "the format is not known here")
                need(trusted in (None, key), "the bundle is signed by another key than the one given")
                key = Key(key)
            elif kind == "checkpoint":
                need(checkpoint is None, "there are two checkpoints")
                origin, size, root = key.open(members(line, "note")[0]).split("\n")[:3]
                need(origin == f"{key.name}/{epoch}", "the checkpoint is of another log or epoch")
                checkpoint = (int(size), unbase64(root))
            elif kind == "opening":
                opening, proof = members(line, "opening", "proof")
                need(not opened, "there are two openings")
                need(opening["key"] == key.text and opening["epoch"] == epoch, "the epoch was opened for another key")
                root = root_of_inclusion(leaf_hash(canonical(opening)), 0, checkpoint[0], hashes(proof))
                need(root == checkpoint[1], "the opening is not what was signed")
                opened = True
            elif kind == "head":
                need(head is None, "there are two heads")
                index, head, proof = members(line, "index", "head", "proof")
                need(head["log"] == log and head["epoch"] == epoch, "the head is another log's")
                root = root_of_inclusion(leaf_hash(canonical(head)), index, checkpoint[0], hashes(proof))
                need(root == checkpoint[1], "the head is not what was signed")
            elif kind == "range":
                first, end, left, right = members(line, "first", "end", "left", "right")
                need(run is None and first <= end <= head["size"], "the run does not fit the log")
                levels = subtrees(0, first)
                need(len(levels) == len(left), "the run does not fit the log")
                for level, each in zip(levels, hashes(left)):
                    tree.push(level, each)
                run = (first, end, hashes(right))
            elif kind in ("event", "withheld"):
                need(run is not None and line["index"] == tree.size < run[1], "another place is due here")
                if kind == "event":
                    check_event(line, log)
                    shown += 1
                else:
                    members(line, "index", "leaf")
                tree.push(0, hashes([line["leaf"]])[0])
            else:
                raise Refused("this is no line of a bundle")
        except Refused as refused:
            raise Refused(f"line {number}: {'event ' + event + ': ' if event else ''}{refused}") from None
        except Exception as error:
            named = f"event {event}: " if event else ""
            raise Refused(f"line {number}: {named}this is no line of a bundle: {error!r}") from None
    need(run is not None and opened and head is not None, "the bundle breaks off before its events")
    need(tree.size == run[1], f"the bundle breaks off: the event at place {tree.size} is missing")
    levels = subtrees(run[1], head["size"])
    need(len(levels) == len(run[2]), "the proof has the wrong shape")
    for level, each in zip(levels, run[2]):
        tree.push(level, each)
    need(tree.root() == unbase64(head["root"]), "the events are not those that were signed")
    return log, run[0], run[1], shown


def main():
    with open(sys.argv[1], encoding="utf-8", newline="\n") as file:
        text = file.read()
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    try:
        log, first, end, shown = verify(lines, sys.argv[2] if len(sys.argv) > 2 else None)
    except Refused as refused:
        print(f"refused: {refused}")
        return 1
    print(f"verified: {log}, places {first} to {end}, {shown} events shown")
    return 0


if __name__ == "__main__":
    sys.exit(main())

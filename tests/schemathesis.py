"""Leaves out requests that the schemas allow but the descriptions rule out. schemathesis.sh uses it."""

from datetime import date

import schemathesis


@schemathesis.hook
def filter_case(context, case):
    query = case.query or {}
    meta = case.meta
    if meta is not None and not meta.generation.mode.is_positive:
        return True
    # Cursors are encrypted, so an invented one is refused. `fields` removes members that the schema requires.
    if "cursor" in query or "fields" in query:
        return False
    # Positions in the feed are encrypted too. Waiting for changes delays all other requests, because nothing changes.
    if query.get("after", "latest") != "latest" or str(query.get("wait", "0")) not in ("0", "1"):
        return False
    # `sort` may name a key once, ascending or descending.
    sort = query.get("sort") or ""
    keys = [key.lstrip("-") for key in (sort.split(",") if isinstance(sort, str) else sort)]
    if len(keys) != len(set(keys)):
        return False
    # Only CSV may have a byte order mark.
    if str(query.get("bom")).lower() == "true" and query.get("format") != "csv":
        return False
    # `as_of` must be in the past.
    if str(query.get("as_of", "")) >= date.today().isoformat():
        return False
    # `as_of` cannot be combined with `q` or `expand`.
    if "as_of" in query and ("q" in query or "expand" in query):
        return False
    # `validate_only` creates no record, so later steps would not find one.
    stateful = meta is not None and "stateful" in str(meta.phase.name).lower()
    return not (stateful and str(query.get("validate_only")).lower() == "true")

"""What schemathesis takes for a valid request although the document says otherwise in words: used by schemathesis.sh."""

from datetime import date

import schemathesis


@schemathesis.hook
def filter_case(context, case):
    query = case.query or {}
    meta = case.meta
    if meta is not None and not meta.generation.mode.is_positive:
        return True
    # Cursors are sealed, so one that is made up is refused; `fields` leaves out what the schema promises.
    if "cursor" in query or "fields" in query:
        return False
    # Places in the feed are sealed too; and who waits for what nobody does holds the rest up.
    if query.get("after", "latest") != "latest" or str(query.get("wait", "0")) not in ("0", "1"):
        return False
    # A key stands in `sort` once, up or down.
    sort = query.get("sort") or ""
    keys = [key.lstrip("-") for key in (sort.split(",") if isinstance(sort, str) else sort)]
    if len(keys) != len(set(keys)):
        return False
    # A byte order mark is for CSV alone.
    if str(query.get("bom")).lower() == "true" and query.get("format") != "csv":
        return False
    # Nobody knows what is still to come.
    if str(query.get("as_of", "")) >= date.today().isoformat():
        return False
    # What was known then is neither searched nor put together.
    if "as_of" in query and ("q" in query or "expand" in query):
        return False
    # What was only tried is not there afterwards.
    stateful = meta is not None and "stateful" in str(meta.phase.name).lower()
    return not (stateful and str(query.get("validate_only")).lower() == "true")

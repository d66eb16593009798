#!/usr/bin/env bash
# Shows an unattended integration with curl, jq and openssl. It imports a table, repeats the import, follows the change
# feed, verifies the signature of a webhook, and exports the list. Set B (the address of the service), OPCC and
# OPCC_APPROVER (tokens of one area), and section55 (the program, which receives the webhook here).
set -euo pipefail
as() { curl -sS --fail-with-body -H "Authorization: Bearer $1" "${@:2}"; }
section55=$(realpath "$(command -v "$section55")")
cd "$(mktemp -d)"
mark=$(date +%s)-$RANDOM

# Get the present end of the change feed.
after=$(as "$OPCC" "$B/v1/changes?after=latest" | jq -r .next_cursor)

# Create a webhook for new recommendations. Only this response contains its secret.
"$section55" receive --listen "${RECEIVE:-127.0.0.1:9055}" > received.jsonl & receiver=$!
trap 'kill $receiver' EXIT
webhook=$(as "$OPCC_APPROVER" "$B/v1/webhooks" -H 'Content-Type: application/json' \
    -d '{"url": "http://'"${RECEIVE:-127.0.0.1:9055}"'/section55", "types": ["recommendation.added"]}')

# Import a table into a draft, and send it again with the same key. The service returns the same response and imports
# nothing twice.
inspection=$(as "$OPCC" "$B/v1/inspections" -H 'Content-Type: application/json' \
    -d '{"reference": "'$mark'", "title": "Invented"}' | jq -r .id)
printf 'reference,text\n%s-1,"Invented: review it."\n' $mark > table.csv
import() {
    as "$OPCC" "$B/v1/imports?inspection_id=$inspection" -H 'Content-Type: text/csv' -H "Idempotency-Key: $mark" \
        --data-binary @table.csv -D headers
}
imported=$(import)
repeated=$(import)
if [ "$repeated" != "$imported" ]; then
    echo "the repeated import got another response" >&2
    exit 1
fi
grep -qi '^idempotency-replayed: true' headers

# Waiting ends after a minute.
in_time() { [ $SECONDS -lt 60 ] || { echo "gave up after a minute: $1" >&2; exit 1; }; }

# Follow the feed until the import appears. Each request waits up to 10 s for a change.
until jq -e --arg id "$inspection" 'any(.items[]; .resource_id == $id)' changes.json > /dev/null 2>&1; do
    in_time "the feed does not contain the import"
    as "$OPCC" "$B/v1/changes?after=$after&wait=10" > changes.json
    after=$(jq -r .next_cursor changes.json)
done

# Verify the webhook's message (Standard Webhooks): HMAC-SHA-256 of id.timestamp.body, with the secret's bytes as the key.
until [ -s received.jsonl ]; do
    in_time "the receiver got no message"
    sleep 0.2
done
message=$(head -n 1 received.jsonl)
key=$(jq -r .secret <<< "$webhook" | sed 's/^whsec_//' | base64 -d | od -An -v -tx1 | tr -d ' \n')
signed=$(jq -j '.headers["webhook-id"], ".", .headers["webhook-timestamp"], ".", .body' <<< "$message" |
    openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
jq -e --arg it "v1,$signed" '.headers["webhook-signature"] | split(" ") | index($it) != null' <<< "$message"
jq -r '.body | fromjson | .type + " " + .subject' <<< "$message"

as "$OPCC_APPROVER" -X DELETE "$B$(jq -r .links.self <<< "$webhook")" -H 'If-Match: *'
as "$OPCC" "$B/v1/exports/recommendations?format=csv&inspection_id=$inspection"

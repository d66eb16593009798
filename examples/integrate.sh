#!/usr/bin/env bash
# What another system does with the service, unattended, with curl, jq and openssl: imports a table, sends it again, follows
# the feed of changes, checks a webhook's signature, exports the list. Wants B (where the service is), OPCC and OPCC_APPROVER
# (tokens of one area) and section55 (the program, which receives the webhook here).
set -euo pipefail
as() { curl -sS --fail-with-body -H "Authorization: Bearer $1" "${@:2}"; }
section55=$(realpath "$(command -v "$section55")")
cd "$(mktemp -d)"
mark=$(date +%s)-$RANDOM

# Who follows the feed begins somewhere: here, at what comes next.
after=$(as "$OPCC" "$B/v1/changes?after=latest" | jq -r .next_cursor)

# A webhook that is told of new recommendations. Its secret is shown this once.
"$section55" receive --listen "${RECEIVE:-127.0.0.1:9055}" > received.jsonl & receiver=$!
trap 'kill $receiver' EXIT
webhook=$(as "$OPCC_APPROVER" "$B/v1/webhooks" -H 'Content-Type: application/json' \
    -d '{"url": "http://'"${RECEIVE:-127.0.0.1:9055}"'/section55", "types": ["recommendation.added"]}')

# A table, sent twice with one key: the second answer is the first, and nothing is brought in twice.
printf 'reference,text,inspection.reference,inspection.title\n%s-1,"Invented: review it.",%s,Invented\n' $mark $mark > table.csv
import() { as "$OPCC" "$B/v1/imports" -H 'Content-Type: text/csv' -H "Idempotency-Key: $mark" --data-binary @table.csv -D headers; }
imported=$(import)
[ "$(import)" = "$imported" ] && grep -qi '^idempotency-replayed: true' headers
inspection=$(jq -r .inspection_id <<< "$imported")

# What should come by itself is waited for so long and no longer.
in_time() { [ $SECONDS -lt 60 ] || { echo "gave up after a minute: $1" >&2; exit 1; }; }

# The feed, until the import has come by; each request waits up to 10 s for news.
until jq -e --arg id "$inspection" 'any(.items[]; .resource_id == $id)' changes.json > /dev/null 2>&1; do
    in_time "the feed does not tell of the import"
    as "$OPCC" "$B/v1/changes?after=$after&wait=10" > changes.json
    after=$(jq -r .next_cursor changes.json)
done

# The webhook's message (Standard Webhooks): HMAC-SHA-256 of id.timestamp.body, with the secret's bytes.
until [ -s received.jsonl ]; do
    in_time "the receiver was sent nothing"
    sleep 0.2
done
message=$(head -n 1 received.jsonl)
key=$(jq -r .secret <<< "$webhook" | sed 's/^whsec_//' | base64 -d | od -An -tx1 | tr -d ' \n')
signed=$(jq -j '.headers["webhook-id"], ".", .headers["webhook-timestamp"], ".", .body' <<< "$message" |
    openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
jq -e --arg it "v1,$signed" '.headers["webhook-signature"] | split(" ") | index($it) != null' <<< "$message"
jq -r '.body | fromjson | .type + " " + .subject' <<< "$message"

as "$OPCC_APPROVER" -X DELETE "$B$(jq -r .links.self <<< "$webhook")" -H 'If-Match: *'
as "$OPCC" "$B/v1/exports/recommendations?format=csv&inspection_id=$inspection"

#!/usr/bin/env bash
# Runs schemathesis against the service: all checks, as each role and as the public, with limits on number and time.
# Needs the built program and schemathesis 4: `python3 -m venv v && v/bin/pip install schemathesis`, then
# SCHEMATHESIS=v/bin/schemathesis. .ci/run does not include it, because it takes minutes and needs Python.
#
#   tests/schemathesis.sh [role…]      without arguments: the public and all roles
#
# Settings, with their defaults: SECTION55 (target/debug/section55), EXAMPLES (20 cases for each operation),
# SECONDS_EACH (120 for each caller), SEED (55), PORT (8955), LOG (none; a file for the log of the service).
set -euo pipefail
cd "$(dirname "$0")/.."

schemathesis=${SCHEMATHESIS:-schemathesis}
section55=${SECTION55:-target/debug/section55}
port=${PORT:-8955}
base=http://127.0.0.1:$port
command -v "$schemathesis" >/dev/null || { echo "$schemathesis was not found: run pip install schemathesis"; exit 2; }
[ -x "$section55" ] || { echo "$section55 was not found: run cargo build"; exit 2; }

folder=$(mktemp -d)
chmod 755 "$folder"
"$section55" dev --listen "127.0.0.1:$port" --data-dir "$folder/data" >"$folder/log" 2>&1 &
service=$!
trap 'kill "$service" 2>/dev/null; wait "$service" 2>/dev/null; cp "$folder/log" "${LOG:-/dev/null}"; rm -rf "$folder" .schemathesis' EXIT
for _ in $(seq 240); do
    if "$section55" healthcheck --url "$base/readyz" >/dev/null 2>&1; then break; fi
    kill -0 "$service" 2>/dev/null || { cat "$folder/log"; exit 2; }
    sleep 0.5
done

failed=0
[ $# -gt 0 ] || set -- public opcc opcc_approver constabulary chief_officer auditor registrar
for role; do
    printf '\n== %s\n' "$role"
    header=()
    if [ "$role" != public ]; then
        area=(--area cumbria)
        [ "$role" = registrar ] && area=()
        token=$("$section55" token --data-dir "$folder/data" --role "$role" "${area[@]}" --subject "$role@example" --ttl 2h)
        header=(--header "Authorization: Bearer $token")
    fi
    PYTHONDONTWRITEBYTECODE=1 "$schemathesis" --no-color --config-file tests/schemathesis.toml run "$base/openapi.json" --url "$base" --checks all \
        --max-examples "${EXAMPLES:-20}" --max-time "${SECONDS_EACH:-120}" --seed "${SEED:-55}" --workers 1 \
        --request-timeout 40 --generation-database none --warnings off "${header[@]}" || failed=1
done
exit "$failed"

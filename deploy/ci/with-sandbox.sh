#!/bin/sh
# Runs a command against a sandbox of its own: deploy/ci/with-sandbox.sh npm test
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)

# What npm start does, without npm between: it would not hand on the signal that ends the sandbox. Pages are built once, so that
# several sandboxes can start at a time; after an upgrade in the same clone, build them again: npm run build
start() {
  cd "$here"
  [ -f web/dist/.vite/manifest.json ] || npm run --silent build
  export PATH="$here/node_modules/.bin:$PATH"
  export PORT=0 TONEGATE_DATA="$work/data" TONEGATE_READY_FILE="$work/ready.json"
  exec node --require ./server/needs.cjs server/src/main.ts
}
start > "$work/log" 2>&1 &
sandbox=$!
trap 'kill "$sandbox" 2> /dev/null || true; wait "$sandbox" 2> /dev/null || true; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

tries=0
until [ -s "$work/ready.json" ]; do
  tries=$((tries + 1))
  if [ "$tries" -gt 600 ] || ! kill -0 "$sandbox" 2> /dev/null; then
    cat "$work/log" >&2
    exit 1
  fi
  sleep 0.1
done

ready() {
  node -p "JSON.parse(require('fs').readFileSync('$work/ready.json', 'utf8')).$1"
}
TONEGATE_URL=$(ready url)
TONEGATE_TOKEN_URL=$(ready tokenUrl)
TONEGATE_API_URL=$(ready apiUrl)
TONEGATE_CLIENT_ID=$(ready clientId)
TONEGATE_CLIENT_SECRET=$(ready clientSecret)
export TONEGATE_URL TONEGATE_TOKEN_URL TONEGATE_API_URL TONEGATE_CLIENT_ID TONEGATE_CLIENT_SECRET
"$@"

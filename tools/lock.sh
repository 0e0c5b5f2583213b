#!/bin/sh
# Renew the hash locks from pyproject.toml (`make lock`). A hash lock names no index and no
# file host, so it works behind any mirror (docs/adr/0002).
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.tools/bin:$PATH"
compile() { uv pip compile pyproject.toml --quiet --universal --python-version 3.12 --generate-hashes --no-header "$@"; }
compile --all-extras --group dev -o requirements/lock.txt
compile -c requirements/lock.txt --extra postgres --extra s3 -o requirements/run.txt
# The path of a constraints file in a "via" comment is relative and harmless; an address is neither.
if grep -nE '[a-z]+://' requirements/*.txt; then
  echo "an address got into the lock" >&2
  exit 1
fi

#!/bin/sh
# One-command set-up: ./setup.sh        everything (run, test, check, bench)
#                     ./setup.sh --run  only what `mingjing` needs to run
# Makes .venv beside this file from a hash-pinned lock. Run again at any time: does nothing
# when nothing changed. Needs a POSIX shell, any Python 3 with venv (or uv on PATH), and a
# package index as pip or uv are set up on this machine.
set -eu
cd "$(dirname "$0")"
UV_VERSION=0.13.9

lock=requirements/lock.txt
case "${1:-}" in
  "") ;;
  --run) lock=requirements/run.txt ;;
  *) echo "usage: ./setup.sh [--run]" >&2; exit 2 ;;
esac

# What the environment is made of; a stamp beside it tells whether that is what it was made of.
# Of pyproject.toml only what the installation is made from: everything before the tools' settings.
made_from() { { cat .python-version "$1"; sed '/^\[tool\./,$d' pyproject.toml; } | cksum; }
wanted=$(made_from "$lock")
stamp=.venv/.made-from
made() { [ -x .venv/bin/mingjing ] && [ -f "$stamp" ] && grep -qxF "$1" "$stamp"; }
all=$(made_from requirements/lock.txt)
if made "$PWD $wanted" || made "$PWD $all"; then
  exit 0
fi

say() { echo "setup: $*" >&2; }

# Certificates as this machine trusts them, and the index that pip was given: uv looks at neither by itself.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"
index_of_pip() { "$1" -m pip config get global.index-url 2>/dev/null || true; }

# uv, the installer: the one on PATH if it is new enough, else our own copy.
uv=""
if command -v uv >/dev/null 2>&1; then
  case "$(uv --version 2>/dev/null)" in "uv $UV_VERSION"*) uv=$(command -v uv) ;; esac
fi
if [ -z "$uv" ]; then
  if ! [ -x .tools/bin/uv ] || ! .tools/bin/uv --version >/dev/null 2>&1; then
    say "installing uv $UV_VERSION into .tools"
    rm -rf .tools
    found=""
    for python in python3 python python3.14 python3.13 python3.12 /usr/bin/python3; do
      # Asks each one to make the environment: a version manager's shim may exist and not run.
      if command -v "$python" >/dev/null 2>&1 && "$python" -m venv .tools >/dev/null 2>&1; then
        found=$python
        break
      fi
    done
    [ -n "$found" ] || { say "no Python 3 with venv, and no uv $UV_VERSION on PATH"; exit 1; }
    .tools/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
  fi
  uv=$PWD/.tools/bin/uv
fi

if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}${UV_CONFIG_FILE:-}" ]; then
  index=${PIP_INDEX_URL:-}
  for python in .tools/bin/python python3; do
    [ -n "$index" ] || index=$(index_of_pip "$python")
  done
  [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
fi

# Python: one that runs, >= 3.12 and < 3.15; version managers' shims are not trusted.
fits() { "$1" -c 'import sys; sys.exit(not (3, 12) <= sys.version_info[:2] < (3, 15))' >/dev/null 2>&1; }
if ! { [ -x .venv/bin/python ] && fits .venv/bin/python && [ -f "$stamp" ] && grep -q "^$PWD " "$stamp"; }; then
  python=""
  for candidate in \
    "${PYENV_ROOT:-${HOME:-/nonexistent}/.pyenv}"/versions/3.12.*/bin/python3 \
    "${PYENV_ROOT:-${HOME:-/nonexistent}/.pyenv}"/versions/3.13.*/bin/python3 \
    python3.12 python3.13 python3.14 python3 \
    "${PYENV_ROOT:-${HOME:-/nonexistent}/.pyenv}"/versions/3.14.*/bin/python3; do
    if fits "$candidate"; then
      python=$candidate
      break
    fi
  done
  rm -rf .venv
  say "making .venv with ${python:-a Python 3.12 that uv brings}"
  "$uv" venv --quiet --no-config --python "${python:-3.12}" .venv
fi

say "installing from $lock"
"$uv" pip sync --quiet --python .venv/bin/python --require-hashes "$lock"
# The project itself, editable. uv builds it without asking an index: uv_build is part of uv.
"$uv" pip install --quiet --python .venv/bin/python --no-deps --editable .
echo "$PWD $wanted" >"$stamp"
say "ready: $(.venv/bin/python --version)"

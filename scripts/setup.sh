#!/bin/sh
# Makes .venv ready. `setup.sh run` brings what fundsim needs; `setup.sh dev` brings the tests too.
# Quick when nothing has changed. PYTHON=python3.12 names another Python to build it with.
set -eu
cd "$(dirname "$0")/.."

level=${1:?run or dev}
python=${PYTHON:-python3}
venv=.venv
here=$venv/bin/python
log=$venv/setup.log

case $level in
  run) lock=requirements.txt ;;
  dev) lock=requirements-dev.txt ;;
  *) echo "setup.sh: expected run or dev, found $level" >&2; exit 2 ;;
esac

stop() { printf '%s\n' "$@" >&2; exit 2; }

# Changes with the locks, the project's metadata, this script, the Python in .venv and the folder.
state() {
  pwd
  "$here" -V
  cat pyproject.toml requirements.txt requirements-dev.txt scripts/setup.sh | cksum
}

ready() {
  [ -x "$here" ] || return 1
  now=$(state 2>/dev/null) || return 1
  for stamp in "$venv/ready-$level" "$venv/ready-dev"; do # dev holds all that run needs
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then return 0; fi
  done
  return 1
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

check_python() {
  command -v "$python" >/dev/null || stop \
    "fundsim needs Python 3.11 or newer, and there is no $python here." \
    "Install it, or name another one: make demo PYTHON=/path/to/python3.12"
  new_enough "$python" || stop \
    "fundsim needs Python 3.11 or newer; $python is $("$python" -V 2>&1 | cut -d' ' -f2)." \
    "Install a newer one, or name it if it is there: make demo PYTHON=python3.12"
  "$python" -c 'import ensurepip, venv' 2>/dev/null || stop \
    "$python cannot make a virtual environment. On Debian and Ubuntu that part of Python is a" \
    "package of its own; install it, then give the same command again:" \
    "    sudo apt install $(basename "$python")-venv"
}

# Commands in .venv/bin hold the path of the clone they were made in.
moved() { cat "$venv"/ready-* 2>/dev/null | grep '^/' | grep -vxF "$(pwd)" >/dev/null; }

usable() { new_enough "$here" && "$here" -m pip --version >/dev/null 2>&1 && ! moved; }

# uv is twice as quick, but does not read pip's settings: where those name an index or a proxy, and
# where uv is not to be had, pip does the work alone.
has_uv() {
  if "$here" -m pip config list | grep -E '\.(index-url|no-index|proxy)=' >/dev/null; then
    echo "pip's settings name an index or a proxy, which uv does not read" >"$log"
    return 1
  fi
  "$here" -m pip install --quiet --only-binary :all: uv >"$log" 2>&1
}

with_uv() {
  { "$here" -m uv pip install --quiet --python "$here" --compile-bytecode \
      --require-hashes --requirements "$lock" &&
    "$here" -m uv pip install --quiet --python "$here" --no-deps --no-build-isolation \
      --editable . ; } >"$log" 2>&1
}

with_pip() {
  "$here" -m pip install -qq --require-hashes --requirement "$lock" &&
    "$here" -m pip install -qq --no-deps --no-build-isolation --editable .
}

if ready; then exit 0; fi
usable || check_python
echo "Setting up $venv from $lock (the first time takes up to a minute) ..."
usable || "$python" -m venv --clear "$venv"
rm -f "$venv"/ready-*
export PIP_DISABLE_PIP_VERSION_CHECK=1
if ! { has_uv && with_uv; }; then
  echo "... with pip alone, not uv (why: $log)"
  with_pip || stop "Setting up stopped; what pip said stands above. Is there a way to a package index?"
fi
state >"$venv/ready-$level"
echo "... ready."

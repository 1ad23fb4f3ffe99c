#!/bin/sh
# Make the environment from the lock: environment.sh FOLDER [INTERPRETER]
set -eu

folder=$1
wanted=${2:-}

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

say() {
  echo "$1" >&2
  exit 2
}

if [ -n "$wanted" ]; then
  fits "$wanted" || say "$wanted is not Python 3.11 or newer."
  python=$wanted
else
  python=
  # Run, not only looked for: a version manager's command can stand on the PATH without an interpreter behind it.
  for candidate in python3.14 python3.13 python3.12 python3.11 python3 python; do
    if fits "$candidate"; then
      python=$candidate
      break
    fi
  done
  [ -n "$python" ] || say "Trigpoint needs Python 3.11 or newer, and there is none on the PATH; name one with PYTHON=/path/to/python3."
fi

"$python" -c 'import ensurepip, venv' 2>/dev/null ||
  say "$python cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv"

# An environment of another interpreter than one that fits (too old, moved, half made) is replaced, not repaired.
if [ -e "$folder" ] && ! { fits "$folder/bin/python" && "$folder/bin/python" -m pip --version >/dev/null 2>&1; }; then
  [ ! -e "$folder" ] || [ -e "$folder/pyvenv.cfg" ] || [ -z "$(ls -A "$folder")" ] ||
    say "$folder exists and is not a virtual environment; move it away, then try again."
  rm -rf "$folder"
fi
[ -e "$folder/bin/python" ] || "$python" -m venv "$folder"

echo "Installing what requirements.txt names into $folder (once, some minutes)"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .

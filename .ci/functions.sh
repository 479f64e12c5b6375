# What the parts of the CI share. Each begins with: . "$(dirname "$0")/functions.sh"
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
DATA=$(realpath "${QSCORE_TEST_DATA:-../shared/data}")
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
trap 'echo "${0##*/} failed at line $LINENO" >&2' ERR

say() { printf '\n== %s (%d s)\n' "$*" "$SECONDS"; }

# work NAME: an empty folder for this part, as $WORK.
work() {
  WORK=$PWD/build/ci/$1
  rm -rf "$WORK"
  mkdir -p "$WORK"
}

# debian PACKAGE…: installs Debian's packages that are missing.
debian() {
  dpkg -s "$@" >/dev/null 2>&1 && return
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# environment NAME REQUIREMENT…: a new virtual environment in $WORK with these packages.
environment() {
  python3 -m venv "$WORK/$1"
  "$WORK/$1/bin/pip" install -q "${@:2}"
}

# examples NAME CMAKE_OPTION…: builds the C++ examples out of tree, in $WORK/NAME.
examples() {
  cmake -S cpp/examples -B "$WORK/$1" -G Ninja "${@:2}" >"$WORK/$1.log" || { cat "$WORK/$1.log"; return 1; }
  cmake --build "$WORK/$1"
}

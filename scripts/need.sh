#!/usr/bin/env bash
# Makes sure that a tool the tests need is on this machine: `need.sh browser`, `need.sh cc`, `need.sh torch` (for $PYTHON).
# `need.sh firefox` asks for nothing if CROQUIS_FIREFOX is none, and says so.
# As root on Debian or Ubuntu it installs what is missing; elsewhere it says what to install and fails.
set -euo pipefail

have() { command -v "$1" >/dev/null 2>&1; }

# any NAME…: whether one of these commands is on the PATH.
any() { for name in "$@"; do have "$name" && return 0; done; return 1; }

# install WHAT PACKAGE: with apt as root, else an explanation.
install() {
  local what=$1 package=$2
  if [[ $(id -u) -eq 0 ]] && have apt-get; then
    echo "$what is missing: installing Debian's package $package …" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null
    apt-get install -y -qq --no-install-recommends "$package" >/dev/null
  else
    echo "$what is missing. Install it and run this again: on Debian or Ubuntu 'sudo apt-get install $package'," >&2
    echo "on macOS or Windows any recent Chrome (for the browser) or Firefox, the platform's C compiler, or pip's torch and numpy." >&2
    exit 1
  fi
}

case ${1-} in
  browser)
    browsers=(chromium chromium-browser google-chrome google-chrome-stable chrome)
    any "${browsers[@]}" || [[ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]] || install "a browser (Chromium or Chrome)" chromium
    ;;
  firefox)
    if [[ ${CROQUIS_FIREFOX-} == none ]]; then
      echo "FIREFOX IS LEFT OUT: the page is not tested in Firefox (FIREFOX=none)" >&2
    else
      any firefox firefox-esr || [[ -x /Applications/Firefox.app/Contents/MacOS/firefox ]] || install "Firefox (or say that it is to be left out: make test FIREFOX=none)" firefox-esr
    fi
    ;;
  cc)
    any gcc clang cc || install "a C compiler" gcc
    ;;
  qemu)
    any qemu-aarch64 || install "qemu for arm64 programs" qemu-user
    ;;
  npm)
    any npm || install "npm, for the tools that check the page" npm
    ;;
  torch)
    "${PYTHON:-python3}" -c 'import numpy, torch' 2>/dev/null || install "PyTorch or NumPy for ${PYTHON:-python3}" python3-torch
    ;;
  *)
    echo "usage: need.sh browser|firefox|cc|qemu|npm|torch" >&2
    exit 2
    ;;
esac

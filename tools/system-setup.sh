#!/bin/sh
# Installs what the system tests need and is missing, on Debian and its kin: QEMU's user mode for riscv64, the
# riscv64 cross compiler with its C library, a Chromium, and the tools for disk images and archives.
# Does nothing, and asks for no rights, when all of it is there. Elsewhere it says what to install.
set -eu

missing=''

# need <package> <command or absolute path>...: the package is missing unless one of the others exists.
need() {
  package=$1
  shift
  for candidate in "$@"; do
    case $candidate in
      /*) [ -e "$candidate" ] && return 0 ;;
      *) PATH="$PATH:/usr/sbin:/sbin" command -v "$candidate" >/dev/null 2>&1 && return 0 ;;
    esac
  done
  missing="$missing $package"
}

need qemu-user-static qemu-riscv64-static qemu-riscv64
need gcc-riscv64-linux-gnu riscv64-linux-gnu-gcc
need libc6-dev-riscv64-cross /usr/riscv64-linux-gnu/include/stdio.h
need chromium chromium chromium-browser google-chrome "${CHROME_PATH:-/nonexistent}"
need e2fsprogs mke2fs
need xz-utils xz

[ -n "$missing" ] || exit 0

say() {
  echo "system-setup: $*" >&2
}

if ! command -v apt-get >/dev/null 2>&1; then
  say "missing (by their Debian names):$missing"
  say "this system has no apt-get: install them by its own package manager, then run this again"
  exit 1
fi

as_root=''
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    say "neither root nor sudo; run as root: apt-get install --no-install-recommends$missing"
    exit 1
  fi
  as_root='sudo'
fi

say "installing:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 -- $missing is a list of words, and $as_root may be none.
if ! { $as_root apt-get update &&
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } \
  >"$log" 2>&1; then
  tail -n 15 "$log" >&2
  say "apt-get failed; install by hand:$missing"
  exit 1
fi

#!/bin/sh
# Sees to a Chromium for the tests in a real browser: the one that is there, else Debian's.
# MUUI_CHROMIUM names another.
set -e
for name in "$MUUI_CHROMIUM" chromium chromium-browser google-chrome; do
  if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ -z "$MUUI_CHROMIUM" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo 'installing chromium (once)'
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update >/dev/null
  apt-get -qq install -y --no-install-recommends chromium >/dev/null
  exit 0
fi
echo '크로미움이 필요해요. (데비안·우분투: sudo apt install chromium) 다른 곳에 있으면 MUUI_CHROMIUM에 경로를 쓰세요.' >&2
echo 'Chromium is needed. (Debian, Ubuntu: sudo apt install chromium) If it lies elsewhere, put its path into MUUI_CHROMIUM.' >&2
exit 1

# Sourced by scripts/demo, scripts/test and scripts/train: brings what is missing, says nothing about what is there.
#
# Debian packages come through apt (as root or with sudo), Python packages into .venv, pinned by constraints.txt.
# Where npm is installed, the better Vietnamese data for Tesseract is fetched as well (best_int instead of fast).

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 3
ROOT=$PWD
VENV=$ROOT/.venv
TESSDATA=$VENV/share/vanban/tessdata
TESSDATA_PACKAGE=@tesseract.js-data/vie@1.0.0

fail() { printf 'vanban set-up: %s\n' "$1" >&2; exit 3; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo -n "$@" 2>/dev/null || sudo "$@"
  else return 126; fi
}

install_debian_packages() {
  local missing=() package log
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || fail "needs ${missing[*]}; this is no Debian or Ubuntu, install them by hand and start again"
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "no right to install ${missing[*]}: run as root, or ask for 'apt-get install ${missing[*]}'"
  log=$(mktemp)
  echo "installing ${missing[*]}"
  { as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 \
    || fail "apt could not install ${missing[*]} (no network, or no right to install): $(grep -m1 -E '^(E|W|Err):' "$log" || tail -n1 "$log")"
  rm -f "$log"
}

find_python() {
  local candidate
  for candidate in python3 python3.13 python3.12 python3.11; do
    command -v "$candidate" >/dev/null && "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$candidate"; return; }
  done
  return 1
}

install_python_packages() {
  # $1: what to install besides the project itself, e.g. "[test]"
  local python wanted stamp=$VENV/.vanban-installed log
  wanted=$(cat pyproject.toml constraints.txt setup.py normalizers/noisy/{beam.c,candidates.c,beam_build.py} | sha256sum | cut -d' ' -f1)$1
  grep -qxF "$wanted" "$stamp" 2>/dev/null && return
  python=$(find_python) || { install_debian_packages python3 python3-venv; python=$(find_python) || fail "needs Python 3.11 or newer"; }
  log=$(mktemp)
  echo "installing Python packages into .venv"
  [ -x "$VENV/bin/python" ] || "$python" -m venv "$VENV" >"$log" 2>&1 || fail "could not make .venv: $(tail -n1 "$log")"
  "$VENV/bin/python" -m pip install -q --disable-pip-version-check -c constraints.txt -e ".$1" >"$log" 2>&1 \
    || fail "pip could not install the packages of pyproject.toml (no network, or disk full?): $(grep -m1 "^ERROR" "$log" || tail -n1 "$log")"
  echo "$wanted" >>"$stamp"
  rm -f "$log"
}

install_tessdata() {
  # Optional: without it Debian's own (faster, a little worse) data is used. `vanban doctor` says which.
  [ -s "$TESSDATA/vie.traineddata" ] && return
  command -v npm >/dev/null || return 0
  local folder
  folder=$(mktemp -d)
  if (cd "$folder" && npm pack --silent "$TESSDATA_PACKAGE" && tar xzf ./*.tgz) >/dev/null 2>&1; then
    mkdir -p "$TESSDATA"
    gunzip -c "$folder"/package/4.0.0_best_int/vie.traineddata.gz >"$TESSDATA/vie.traineddata.new" \
      && mv "$TESSDATA/vie.traineddata.new" "$TESSDATA/vie.traineddata"
  else
    echo "npm could not fetch $TESSDATA_PACKAGE: going on with Debian's Vietnamese data"
  fi
  rm -rf "$folder"
}

install_axe() {
  # For the tests: checks pages for accessibility in a browser; that test is skipped without it.
  local axe=$VENV/share/vanban/axe folder
  [ -s "$axe/axe.min.js" ] && return
  command -v npm >/dev/null || return 0
  folder=$(mktemp -d)
  if (cd "$folder" && npm pack --silent axe-core@4.10.3 && tar xzf ./*.tgz) >/dev/null 2>&1; then
    mkdir -p "$axe" && cp "$folder/package/axe.min.js" "$axe/"
  else
    echo "npm could not fetch axe-core: the test of accessibility will be skipped"
  fi
  rm -rf "$folder"
}

install_prezi() {
  # For the tests: checks IIIF manifests. It wants an older Pillow than ours for helpers that are not used, hence --no-deps.
  "$VENV/bin/python" -c 'import iiif_prezi3' 2>/dev/null && return
  "$VENV/bin/python" -m pip install -q --disable-pip-version-check --no-deps iiif-prezi3==3.1.1 >/dev/null 2>&1 \
    || echo "pip could not fetch iiif-prezi3: the test of IIIF manifests against the standard will be skipped"
}

install_tify() {
  # For the tests: a IIIF viewer that is shown our manifests in a browser; that test is skipped without it.
  local tify=$VENV/share/vanban/tify folder
  [ -s "$tify/tify.js" ] && return
  command -v npm >/dev/null || return 0
  folder=$(mktemp -d)
  if (cd "$folder" && npm pack --silent tify@0.35.0 && tar xzf ./*.tgz) >/dev/null 2>&1; then
    mkdir -p "$tify" && cp -r "$folder"/package/dist/. "$tify/"
  else
    echo "npm could not fetch tify: the test of IIIF manifests in a viewer will be skipped"
  fi
  rm -rf "$folder"
}

set_up() {
  # fonts-liberation2: version 1 has no Vietnamese letters, samples and tests draw with it
  install_debian_packages tesseract-ocr tesseract-ocr-vie fonts-liberation2
  install_python_packages "$1"
  install_tessdata
  case $1 in *test*) install_axe; install_prezi; install_tify ;; esac
  export PATH=$VENV/bin:$PATH
}

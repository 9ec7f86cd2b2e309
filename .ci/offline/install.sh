#!/bin/sh
# Install urbanplan with all its parts from this folder, without a network:  sh install.sh [FOLDER]
# FOLDER is where it goes ($HOME/urbanplan unless named). PYTHON=/path/to/python3.12 chooses the Python.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
place=${1:-$HOME/urbanplan}

fits() { "$1" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] not in sys.argv[1:])' @PYTHONS@ 2>/dev/null; }

python=${PYTHON:-}
if [ -z "$python" ]; then
  for version in @PYTHONS@; do
    if fits "python$version"; then python=python$version; fi
  done
fi
python=${python:-python3}
if ! fits "$python"; then
  echo "$python is none of the Pythons that these wheels are for: @PYTHONS@." >&2
  echo "Install one of them, or name it: PYTHON=/path/to/python sh install.sh" >&2
  exit 1
fi
if command -v sha256sum >/dev/null 2>&1; then (cd "$here" && sha256sum --check --quiet SHA256SUMS); fi
if ! "$python" -m venv "$place"; then
  echo "The environment could not be made. On Debian, UOS and Kylin the package python3-venv may be missing." >&2
  exit 1
fi
"$place/bin/python" -m pip --isolated --disable-pip-version-check install --quiet --no-index \
  --find-links "$here/wheels" --only-binary :all: --require-hashes --requirement "$here/requirements.txt"
"$place/bin/python" -m pip --isolated check
cat >"$place/desk.sh" <<END
#!/bin/sh
exec "$place/bin/urbanplan" serve \${1:+"\$1"}
END
chmod 755 "$place/desk.sh"
cat >"$place/urbanplan-desk.desktop" <<END
[Desktop Entry]
Type=Application
Name=urbanplan
Name[zh_CN]=urbanplan 工作台
Exec="$place/desk.sh" %f
Terminal=true
END
echo "installed: $place/bin/urbanplan"
echo "the desk:  $place/desk.sh, or urbanplan-desk.desktop beside it by a double click"
"$place/bin/urbanplan" doctor

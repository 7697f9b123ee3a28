#!/bin/sh
# Installs the peers into a Python environment: sh bench/peers/setup.sh FOLDER
set -eu
[ $# = 1 ] || { echo "usage: sh bench/peers/setup.sh FOLDER" >&2; exit 2; }
folder=$1
python3 -m venv "$folder"
pip="$folder/bin/pip --disable-pip-version-check --quiet"
$pip install numpy==1.26.4 torch==2.5.1 scipy==1.14.1 tifffile bm3d==4.0.3 nptyping==2.5.0 attrs==24.2.0 matplotlib==3.9.2 \
  strenum==0.4.15 scikit-image==0.24.0 tqdm
# Their own requirements are far wider than what is used of them, and older.
$pip install --no-deps mulog==0.0.4 rabasar==0.0.1 deepdespeckling==0.8
packages=$("$folder/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
# rabasar imports OpenCV, but only to make synthetic stacks.
[ -e "$packages/cv2.py" ] || [ -d "$packages/cv2" ] || : > "$packages/cv2.py"
"$folder/bin/python" -c 'import bm3d, deepdespeckling, mulog, rabasar, torch; print("torch", torch.__version__)'

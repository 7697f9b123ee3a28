#!/bin/sh
# Installs the peers into a Python environment, with NL-SAR if the folder of its sources is given:
# sh bench/peers/setup.sh FOLDER [NLSAR]
set -eu
[ $# = 1 ] || [ $# = 2 ] || { echo "usage: sh bench/peers/setup.sh FOLDER [NLSAR]" >&2; exit 2; }
folder=$1
sources=${2-}
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
[ -z "$sources" ] || (
  library=$(cd "$folder/lib" && pwd)/libnlsar.so
  cd "$sources"
  # Of one thread, and without LAPACK, which only more than three channels need.
  gcc -O2 -shared -fPIC -I. -o "$library" tools/sarerror.c tools/sarprintf.c tools/sarwaitbar.c tools/matrixtools.c \
    data/sardata.c data/fltdata.c algos/carfilter/sargausscar.c algos/nlsar/*.c algos/noisegen/noisegen.c \
    interfaces/cli/sarprintf.c interfaces/cli/sarwaitbar.c -lfftw3f -lm
)

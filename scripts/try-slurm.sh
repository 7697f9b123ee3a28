#!/bin/bash
# Despeckles a small scene by a job array on a Slurm of this one machine, and compares with one run without shards.
# Needs slurmctld, slurmd and munged (Debian: slurm-wlm, munge), starts them with files of its own, and stops them.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin

for program in slurmctld slurmd munged sbatch; do
  command -v $program > /dev/null || { echo "skipped: no $program here (apt-get install slurm-wlm munge)"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo 'skipped: slurmd needs root'; exit 0; }

work=$(mktemp -d)
chmod 755 "$work"
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
  wait
  rm -rf "$work"
}
trap stop EXIT

mkdir "$work"/{state,spool,munge}
dd if=/dev/urandom of="$work/munge/key" bs=1024 count=1 status=none
chmod 600 "$work/munge/key"
munged --foreground --force --key-file "$work/munge/key" --socket "$work/munge/socket" --seed-file "$work/munge/seed" \
  --pid-file "$work/munge/pid" --log-file "$work/munge/log" --num-threads 1 &> "$work/munged.log" &
pids+=($!)

host=$(hostname -s)
export SLURM_CONF=$work/slurm.conf
cat > "$SLURM_CONF" << END
ClusterName=try
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=try Nodes=$host Default=YES State=UP
END
slurmctld -D &> "$work/slurmctld.log" &
pids+=($!)
slurmd -D &> "$work/slurmd.log" &
pids+=($!)
for _ in $(seq 60); do
  sinfo --noheader --format %T 2> /dev/null | grep -q idle && break
  sleep 0.5
done
sinfo || { cat "$work"/*.log; exit 1; }

export MTPI="node --conditions=@mtpi/source --import $PWD/scripts/typescript.mjs $PWD/packages/mtpi-cli/src/mtpi.ts"
scene=$work/scene
mkdir "$scene"
npm run --silent ts -- scripts/simulate-triplet.ts "$scene" 960 128
inputs=("$scene/target.tif" "$scene/previous.tif" "$scene/next.tif")
submit() {
  SHARDS=4 sbatch --wait --quiet --mem=0 --cpus-per-task=1 --array="$1" --output="$work/job-%a.log" \
    examples/slurm/despeckle.sbatch "${inputs[@]}" "$scene/sharded.tif"
}

$MTPI despeckle --target "${inputs[0]}" --previous "${inputs[1]}" --next "${inputs[2]}" --output "$scene/whole.tif" --quiet
submit 0-3 || { cat "$work"/job-*.log; exit 1; }
rm -r "$scene/sharded.tif.shard-0002-of-0004"
if $MTPI merge "$scene/sharded.tif" 2> "$work/merge.log"; then echo 'merged without shard 2'; exit 1; fi
grep -q 'shards are missing: 2/4' "$work/merge.log"
submit 2
$MTPI merge "$scene/sharded.tif"
cmp "$scene/whole.tif" "$scene/sharded.tif"
echo 'four tasks of a Slurm array, one of them run again alone, gave the same bytes as one run'

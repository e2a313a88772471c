#!/usr/bin/env bash
# Process 1 of a simulated Windows host: mounts its own file system, starts Wine, and lives until its stdin ends.
# With it end all processes of the host, and all that they wrote.
#   unshare --mount --uts --pid --fork --kill-child host.sh NAME MOUNT-POINT LAYER:LAYER...
# Layers are folders, the uppermost first. Prints "ready" when Windows programs can be started.
set -euo pipefail
name=$1 point=$2 layers=$3
mount --make-rprivate /
mount -t tmpfs -o size=4g tmpfs "$point"
mkdir "$point/upper" "$point/work" "$point/root"
mount -t overlay -o "lowerdir=$layers,upperdir=$point/upper,workdir=$point/work" overlay "$point/root"
mount -t proc proc "$point/root/proc"
mount --bind /dev "$point/root/dev"
# On a disk of its own, so that the simulator still answers when the host's is full.
mkdir -p "$point/root/prefix/drive_c/sim/requests"
mount -t tmpfs tmpfs "$point/root/prefix/drive_c/sim/requests"
hostname "$name"
printf '127.0.0.1 localhost %s\n' "$name" >"$point/root/etc/hosts"
exec chroot "$point/root" env -i PATH=/usr/lib/wine:/usr/bin:/bin WINELOADER=/usr/lib/wine/wine64 HOME=/root LANG=C.UTF-8 WINEPREFIX=/prefix WINEDEBUG=-all \
  WINEDLLOVERRIDES='mscoree=;mshtml=' XDG_RUNTIME_DIR=/run/wine sh -c '
    mkdir -p -m 700 /run/wine
    exec 3<&0 4>&1 </dev/null >/dev/null
    wineserver -p 2>/dev/null
    # The first Windows program starts services that would inherit pipes: it gets none.
    wine64 cmd /c ver 2>/dev/null 3<&- 4>&-
    echo ready >&4
    cat <&3
  '

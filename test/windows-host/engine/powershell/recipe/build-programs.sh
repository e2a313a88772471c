#!/usr/bin/env bash
# The upper layer of the real engine: our own programs and the shim, compiled for Windows.
#   build-programs.sh FOLDER SYSTEM      fills FOLDER/layer; SYSTEM was made by build-system.sh; needs root
set -Eeuo pipefail
folder=$1
rootfs=$2/rootfs
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
log=$folder/build.log
drive=$folder/layer/prefix/drive_c
home=$drive/windows/system32/WindowsPowerShell/v1.0
engine=$rootfs/prefix/drive_c/windows/system32/WindowsPowerShell/v1.0
trap 'echo "The programs of the engine could not be built; the log is $log" >&2; tail -n 5 "$log" >&2' ERR

rm -rf "$folder/layer"
mkdir -p "$home" "$drive/sim" "$folder/point"
: >"$log"

compile() { x86_64-w64-mingw32-gcc -O2 -Wall -Wextra -s -o "$@" >>"$log" 2>&1; }

compile_programs() {
  compile "$home/powershell.exe" -municode "$here/programs/powershell.c"
  compile "$drive/windows/simrun.exe" -municode "$here/programs/simrun.c" -lws2_32 -lntdll
  local name
  for name in shutdown logoff msg; do
    compile "$drive/windows/system32/$name.exe" "$here/programs/recorded.c"
  done
  compile "$drive/sim/target.exe" "$here/package/target.c"
}

# Mono's compiler knows the .NET 5 assemblies only with -nostdlib and its own configuration left out.
compile_host() {
  local references=() name
  for name in System.Private.CoreLib System.Runtime System.Collections System.Runtime.Extensions \
    Microsoft.PowerShell.ConsoleHost System.Management.Automation; do
    references+=("-r:$engine/$name.dll")
  done
  mcs -noconfig -nostdlib -sdk:4.8 -target:exe -out:"$home/SimHost.dll" "${references[@]}" "$here/programs/SimHost.cs" >>"$log" 2>&1
}

# wixl finds a source file only by a relative name.
build_packages() {
  (cd "$drive/sim" && for package in "$here"/package/*.wxs; do
    wixl -a x64 -o "$(basename "$package" .wxs).msi" "$package" >>"$log" 2>&1
  done)
}

# The manifests list what the assemblies export: the engine itself is asked, once.
write_manifests() {
  cp "$here/programs/make-manifests.ps1" "$drive/sim/"
  coproc HOST { unshare --mount --uts --pid --fork --kill-child "$here/host.sh" build "$folder/point" "$folder/layer:$rootfs" 2>>"$log"; }
  local ready init
  read -r ready <&"${HOST[0]}"
  init=$(<"/proc/$HOST_PID/task/$HOST_PID/children")
  [[ -e /proc/${init%% *}/root/prefix ]] || init=$(<"/proc/${init%% *}/task/${init%% *}/children")
  nsenter --target "${init%% *}" --mount --uts --pid --root -- env -C / -i PATH=/usr/bin:/bin HOME=/root LANG=C.UTF-8 WINEPREFIX=/prefix WINEDEBUG=-all \
    WINEDLLOVERRIDES='mscoree=;mshtml=' XDG_RUNTIME_DIR=/run/wine wine powershell.exe -NoProfile -NonInteractive \
    -ExecutionPolicy Bypass -File 'C:\sim\make-manifests.ps1' -Out 'C:\sim\Modules' </dev/null >>"$log" 2>&1
  cp -r "/proc/${init%% *}/root/prefix/drive_c/sim/Modules" "$home/Modules"
  eval "exec ${HOST[1]}>&-"
  wait "$HOST_PID" 2>/dev/null || true
  rm "$drive/sim/make-manifests.ps1"
}

echo 'Launcher, host and packages'
cp "$here/shim/profile.ps1" "$home/"
cp "$here/shim/shim.ps1" "$drive/sim/"
compile_programs
compile_host
build_packages
echo 'Module manifests (about 5 s)'
write_manifests
rmdir "$folder/point"
test -s "$home/Modules/Microsoft.PowerShell.Management/Microsoft.PowerShell.Management.psd1"

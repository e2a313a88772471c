#!/usr/bin/env bash
# The lower layer of the real engine: Debian 13 with Wine 10, a fresh Wine prefix, and in it the assemblies of
# Microsoft's PowerShell 7.1 for Windows. Everything comes from package registries.
#   build-system.sh FOLDER      fills FOLDER/rootfs; needs root; mounts are its own and vanish with it
set -Eeuo pipefail
folder=$1
rootfs=$folder/rootfs
log=$folder/build.log
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# The gem (Apache-2.0) carries, for its own use, the Windows build of .NET 5 and of PowerShell 7.1.3.
gem_name=chef-powershell
gem_version=18.1.0
gem_sha256=89045fc16c07ef6643a62e41a2b8627d9edbeaf9bea8857e38b46199ea507e52
engine_home=prefix/drive_c/windows/system32/WindowsPowerShell/v1.0

if [[ ${OWN_MOUNTS:-} != yes ]]; then
  OWN_MOUNTS=yes exec unshare --mount --propagation private "$0" "$@"
fi

say() { printf '%s\n' "$*"; }
trap 'say "The system layer could not be built; its log is $log" >&2; tail -n 5 "$log" >&2' ERR
export DEBIAN_FRONTEND=noninteractive
inside() {
  chroot "$rootfs" env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    WINEPREFIX=/prefix WINEDEBUG=-all WINEDLLOVERRIDES='mscoree=;mshtml=' "$@"
}

missing=()
need() { command -v "$1" >/dev/null || missing+=("$2"); }

install_tools() {
  need debootstrap debootstrap
  need x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64
  need mcs mono-mcs
  need wixl wixl
  need gem ruby
  ((${#missing[@]})) || return 0
  say "Installing ${missing[*]}"
  apt-get update >>"$log" 2>&1
  apt-get install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1
}

fetch_gem() {
  mkdir -p "$folder/gem"
  cd "$folder/gem"
  gem fetch "$gem_name" -v "$gem_version" >gem.log 2>&1
  echo "$gem_sha256  $gem_name-$gem_version.gem" | sha256sum -c --quiet -
  tar -xOf "$gem_name-$gem_version.gem" data.tar.gz | tar -xz bin/ruby_bin_folder/AMD64/shared LICENSE
}

debian_mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sort -u | head -n 1
}

install_debian() {
  local mirror
  mirror=$(debian_mirror)
  if [[ -z "$mirror" ]]; then
    apt-get update >>"$log" 2>&1
    mirror=$(debian_mirror)
  fi
  if [[ -z "$mirror" ]]; then
    say "apt on this machine names no Debian mirror: see /etc/apt/sources.list.d" >&2
    return 1
  fi
  say 'Debian 13 in a folder (about 25 s)'
  debootstrap --variant=minbase trixie "$rootfs" "$mirror" >>"$log" 2>&1
  apt-config dump | grep -iE '^Acquire::[a-z]+::Proxy' >"$rootfs/etc/apt/apt.conf.d/00proxy" || true
  cp /etc/resolv.conf /etc/hosts "$rootfs/etc/" 2>/dev/null || true
}

install_wine() {
  say 'Wine 10 (about 20 s)'
  mount --bind /proc "$rootfs/proc"
  mount --bind /dev "$rootfs/dev"
  inside apt-get update >>"$log" 2>&1
  inside apt-get install -y --no-install-recommends wine wine64 >>"$log" 2>&1
  inside apt-get clean
  rm -rf "$rootfs"/usr/share/{doc,man,locale,info}/* "$rootfs"/var/lib/apt/lists/*
}

create_prefix() {
  say 'A fresh Windows drive (about 6 s)'
  mkdir "$rootfs/prefix"
  inside wineboot -i </dev/null >>"$log" 2>&1
  inside wineserver -k </dev/null >>"$log" 2>&1 || true
  inside wineserver -w </dev/null >>"$log" 2>&1 || true
}

# Left out: the gem's own wrapper, debugging support, translations, and the api-ms-win-* forwarders, which Wine
# has itself. Add-Type compiles against the assemblies in a folder named ref.
install_engine() {
  say 'The PowerShell engine'
  local source home=$rootfs/$engine_home
  source=$(find "$folder/gem/bin" -type d -path '*Microsoft.NETCore.App/*' -prune | head -n 1)
  mkdir -p "$home/ref"
  find "$source" -maxdepth 1 -type f -name '*.dll' ! -name 'api-ms-win-*' ! -iname 'chef.*' ! -name 'Ijwhost.dll' \
    ! -name 'mscordaccore*' ! -name 'mscordbi.dll' ! -name 'dbgshim.dll' ! -name 'hostfxr.dll' ! -name 'hostpolicy.dll' \
    -exec cp -t "$home" {} +
  cp "$folder/gem/LICENSE" "$home/LICENSE.gem"
  (cd "$home" && for file in System*.dll Microsoft.CSharp.dll Microsoft.Win32.*.dll netstandard.dll mscorlib.dll WindowsBase.dll; do
    [[ $file == System.Management.Automation.dll ]] || ln "$file" ref/
  done)
  rm -rf "$folder/gem"
}

rm -rf --one-file-system "$rootfs"
mkdir -p "$folder"
: >"$log"
install_tools
fetch_gem &
gem_job=$!
install_debian
install_wine
create_prefix
say "The gem $gem_name $gem_version"
wait "$gem_job" || { cat "$folder/gem/gem.log" >&2; exit 1; }
install_engine

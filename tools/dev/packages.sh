# What ./dev needs of Debian 12, and how it gets there.  Nothing is installed
# that is there already, and no service is started or enabled by it.

# package=probe: a command or a file that shows it is there; none: ask dpkg.
packages_run="
	gcc=gcc make=make autoconf=autoreconf automake=automake pkg-config=pkg-config
	libc6-dev=/usr/include/stdio.h libmariadb-dev libfcgi-dev libjson-c-dev
	libsodium-dev libcurl4-openssl-dev liboath-dev libunistring-dev ca-certificates
	mariadb-server-core=mariadbd mariadb-client-core=mariadb
	nginx=nginx nodejs=node npm=npm"
packages_test="
	check clang=clang libclang-rt-14-dev libclang-common-14-dev llvm=llvm-symbolizer
	chromium=chromium fonts-dejavu-core xz-utils=xz curl=curl procps=ps git=git"
packages_lint="clang-format=clang-format clang-tidy=clang-tidy cppcheck=cppcheck"
packages_fuzz="clang=clang libclang-rt-14-dev libclang-common-14-dev llvm=llvm-symbolizer"

is_installed()
{
	local probe=${1#*=}

	case $1 in
	*=/*) [ -e "$probe" ] ;;
	*=*) have "$probe" ;;
	*) [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ;;
	esac
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif have sudo; then
		sudo "$@"
	else
		die "to install packages, be root or have sudo: $*"
	fi
}

# A policy that keeps apt from starting services, while we install.
with_no_services()
{
	local policy=/usr/sbin/policy-rc.d own=no status=0

	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
		as_root chmod 755 $policy
		own=yes
	fi
	"$@" || status=$?
	[ $own = no ] || as_root rm -f $policy
	return $status
}

# need LIST: installs what is missing of it.
need()
{
	local p missing=() nginx_was=no

	for p in $1; do
		is_installed "$p" || missing+=("${p%%=*}")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	have apt-get || die "these Debian packages are missing: ${missing[*]}"
	have nginx && nginx_was=yes
	say "installing: ${missing[*]}"
	quiet "$top/build/log/apt-update.log" as_root apt-get update || exit 1
	quiet "$top/build/log/apt.log" with_no_services as_root env \
		DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
		"${missing[@]}" || exit 1
	if [ $nginx_was = no ] && have nginx && [ -d /run/systemd/system ]; then
		as_root systemctl disable --quiet nginx.service 2>/dev/null || true
	fi
}

#!/bin/bash
# Private installations for tests; several may run at once.
#
#   stack.sh start DIR [--accounts N] [--seed S] [--base /path/] [--tcp] [--mail] [KEY=VALUE...]
#       a whole one; prints its facts as KEY=value lines (also in DIR/stack.env);
#       --mail starts a mail server too (GATEHOUSE_MAIL: its page and REST)
#   stack.sh db DIR        MariaDB alone, no passwords; prints the socket
#   stack.sh kill DIR NAME      kill -9 of portal, billing, worker, nginx, mail or mariadb
#   stack.sh restart DIR NAME   starts it again
#   stack.sh stop DIR      ends all of it
#   stack.sh drop DIR      ends it and removes the folder
#
# KEY=VALUE lines are appended to the configuration file; with login_rate,
# conn_max, export_max, processes, threads they set what tools/dev/stack.sh
# knows by these names.  GATEHOUSE_BUILD is the folder of the programs.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tools/dev/common.sh"
. "$top/tools/dev/stack.sh"
bin=${GATEHOUSE_BUILD:-$top/build}
fixed_port=${GATEHOUSE_TEST_PORT:-}
# The programs read settings from the environment too: only the file counts here.
for name in ${!GATEHOUSE_*}; do
	unset "$name"
done
light=yes
login_rate=10000r/s
conn_max=2000
export_max=200

# A port nobody listens on; the kernel's own range begins above.
free_port()
{
	local p

	for ((;;)); do
		p=$((20000 + RANDOM % 10000))
		[ $p != "${mail_smtp:-}" ] && [ $p != "${mail_web:-}" ] || continue
		if ! (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null; then
			echo "$p"
			return
		fi
	done
}

facts()
{
	cat <<-END
		GATEHOUSE_STACK=$S
		GATEHOUSE_URL=http://127.0.0.1:$port$base
		GATEHOUSE_HTTP_SOCKET=$R/http.sock
		GATEHOUSE_BASE=$base
		GATEHOUSE_CONF=$S/gatehouse.conf
		GATEHOUSE_CTL=$bin/gatehousectl
		GATEHOUSE_DB=$db_socket
		GATEHOUSE_LOGIN=admin
		GATEHOUSE_PASSWORD=$(cat "$S/secrets/admin_password")
		GATEHOUSE_PORTAL_FCGI=$R/portal.sock
		GATEHOUSE_BILLING_FCGI=$R/billing.sock
	END
	[ -z "${mail_web:-}" ] || cat <<-END
		GATEHOUSE_MAIL=http://127.0.0.1:$mail_web
		GATEHOUSE_MAIL_SMTP=$mail_smtp
	END
}

start()
{
	local accounts=200 seed=1

	: >"$S/extra.conf"
	while [ $# -gt 0 ]; do
		case $1 in
		--accounts) accounts=$2; shift ;;
		--seed) seed=$2; shift ;;
		--base) base=$2; shift ;;
		--mail)
			mail_smtp=$(free_port)
			mail_web=$(free_port)
			;;
		login_rate=* | conn_max=* | export_max=* | processes=* | threads=* | log_level=*)
			declare -g "$1" ;;
		*=*) printf '%s = %s\n' "${1%%=*}" "${1#*=}" >>"$S/extra.conf" ;;
		*) die "unknown: $1" ;;
		esac
		shift
	done
	port=${fixed_port:-$(free_port)}
	[ -z "${mail_smtp:-}" ] || mail_start >&2
	db_start >&2
	db_users >&2
	conf_write
	stack_data "$accounts" "$seed" >&2
	stack_programs_start >&2
	facts | tee "$S/stack.env"
}

restart()
{
	case $1 in
	mariadb) db_start ;;
	worker) worker_start ;;
	mail)
		mail_smtp=$(sed -n 's|^GATEHOUSE_MAIL_SMTP=||p' "$S/stack.env")
		mail_web=$(sed -n 's|^GATEHOUSE_MAIL=.*:||p' "$S/stack.env")
		mail_start
		;;
	portal | billing) pool_start "$1" && pool_up "$1" ;;
	nginx)
		port=$(sed -n 's|^GATEHOUSE_URL=http://127.0.0.1:\([0-9]*\).*|\1|p' "$S/stack.env")
		base=$(sed -n 's|^GATEHOUSE_BASE=||p' "$S/stack.env")
		nginx_start
		;;
	*) die "unknown: $1" ;;
	esac
}

[ $# -ge 2 ] || { sed -n '2,19s/^# \{0,1\}//p' "$0"; exit 2; }
verb=$1
mkdir -p "$2"
stack_open "$(cd "$2" && pwd)"
shift 2
case $verb in
start)
	# Half an installation is worse than none.
	trap '[ $? = 0 ] || stack_stop >&2' EXIT
	start "$@"
	;;
db)
	passwords=no
	db_start >&2
	db_users >&2
	echo "$db_socket"
	;;
kill) alive "$1" && kill -KILL "$(cat "$S/pids/$1")" ;;
restart) restart "$1" ;;
stop) stack_stop ;;
drop)
	stack_stop
	rm -rf "$S"
	;;
*) die "unknown: $verb" ;;
esac

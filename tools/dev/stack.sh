# A whole private installation in one folder: MariaDB, both pools, the worker
# and nginx, with passwords, sockets and logs of its own.  Used by ./dev run and
# by the tests.  Sourced by bash after common.sh.
#
#   S      folder of the installation (absolute)
#   R      folder of the sockets: S/run, or a short one when that is too long
#   bin    folder of the built programs
#   port   TCP port of nginx on 127.0.0.1, or "" for the Unix socket alone
#   base   base path, / or /sub/path/
#   mail_smtp, mail_web  ports of the mail sink on 127.0.0.1, or "": mail is not set up
#   light  yes: smaller files, and root of the database needs no password: for tests
#   passwords  no: the programs' users need none either
#   db_log, db_pool  sizes of InnoDB's redo log and buffer pool, when not the usual

stack_open()
{
	S=$1
	light=${light:-no}
	base=${base:-/}
	mkdir -p "$S"
	chmod 700 "$S"
	mkdir -p "$S/log" "$S/pids" "$S/secrets" "$S/spool" "$S/nginx/tmp"
	R=$S/run
	# A socket's path may have 107 bytes.
	if [ ${#R} -gt 80 ]; then
		R=$(cat "$S/rundir" 2>/dev/null || true)
		if [ ! -d "$R" ]; then
			R=$(mktemp -d /tmp/gatehouse.XXXXXX)
			printf '%s' "$R" >"$S/rundir"
		fi
	fi
	mkdir -p "$R"
	db_socket=$R/db.sock
}

# launch NAME COMMAND...: in the background, in a session of its own so that
# Ctrl-C reaches only us and we end things in order.
launch()
{
	local name=$1

	shift
	setsid "$@" >>"$S/log/$name.log" 2>&1 </dev/null &
	printf '%s' $! >"$S/pids/$name"
}

# alive NAME: it runs, and is ours (its number may have gone to another).
alive()
{
	local pid

	pid=$(cat "$S/pids/$1" 2>/dev/null) && [ -n "$pid" ] &&
		grep -qaF "$S/" "/proc/$pid/cmdline" 2>/dev/null
}

# halt NAME SIGNAL SECONDS: ends it, by force when the time is over.
halt()
{
	local pid i

	alive "$1" || return 0
	pid=$(cat "$S/pids/$1")
	kill "-$2" "$pid" 2>/dev/null || true
	for ((i = 0; i < $3 * 20; i++)); do
		alive "$1" || break
		sleep 0.05
	done
	if alive "$1"; then
		say "$1 does not end: killing it"
		kill -KILL "$pid" 2>/dev/null || true
	fi
	rm -f "$S/pids/$1"
}

# await NAME SECONDS COMMAND...: until the command is true while NAME lives.
await()
{
	local name=$1 i max=$(($2 * 20))

	shift 2
	for ((i = 0; i < max; i++)); do
		"$@" 2>/dev/null && return
		if ((i > 4)) && ! alive "$name"; then
			break
		fi
		sleep 0.05
	done
	tail -20 "$S/log/$name.log" >&2
	say "$name did not start (log: $S/log/$name.log)" >&2
	return 1
}

secret()
{
	[ -s "$S/secrets/$1" ] && return
	(umask 077 && head -c 24 /dev/urandom | base64 | tr -d '/+=\n' >"$S/secrets/$1")
}

# --- MariaDB ----------------------------------------------------------------

db_config()
{
	local log_size=${db_log:-96M} pool=${db_pool:-512M}

	[ "$light" = yes ] && log_size=16M pool=128M
	cat >"$S/my.cnf" <<-END
		[mariadbd]
		datadir=$S/data
		tmpdir=$S/files
		socket=$db_socket
		pid-file=$S/data/mariadbd.pid
		log-error=$S/log/mariadb.log
		lc-messages-dir=/usr/share/mysql
		skip-networking
		skip-name-resolve
		symbolic-links=0
		secure-file-priv=$S/files
		local-infile=0
		character-set-server=utf8mb4
		collation-server=utf8mb4_general_ci
		innodb-flush-log-at-trx-commit=1
		innodb-doublewrite=1
		innodb-log-file-size=$log_size
		innodb-buffer-pool-size=$pool
		innodb-rollback-on-timeout=0
		innodb-adaptive-hash-index=ON
		max-connections=300
		performance-schema=0
		skip-log-bin
	END
	[ "$(id -u)" -ne 0 ] || echo "user=root" >>"$S/my.cnf"
}

db_up()
{
	mariadb --no-defaults --socket="$db_socket" --user="$(db_root)" -e 'SELECT 1' >/dev/null
}

# Who owns the server: in tests root without a password, so that they can
# make what they like; else the user of the system by his socket.
db_root()
{
	[ "$light" = yes ] && echo root || id -un
}

db_sql()
{
	mariadb --no-defaults --socket="$db_socket" --user="$(db_root)" --batch \
		--skip-column-names "$@"
}

db_start()
{
	local auth=(--auth-root-authentication-method=socket
		--auth-root-socket-user="$(id -un)")

	alive mariadb && return
	db_config
	mkdir -p "$S/files"
	if [ ! -f "$S/data/ready" ]; then
		rm -rf "$S/data"
		[ "$light" = yes ] && auth=(--auth-root-authentication-method=normal)
		quiet "$S/log/install-db.log" mariadb-install-db --defaults-file="$S/my.cnf" \
			--skip-test-db "${auth[@]}" || return 1
		touch "$S/data/ready"
	fi
	rm -f "$db_socket"
	launch mariadb mariadbd --defaults-file="$S/my.cnf"
	await mariadb 120 db_up
}

# db_user NAME: with the password of its file, or none.
db_user()
{
	local password=

	if [ "${passwords:-yes}" = yes ]; then
		secret "$1"
		password=$(cat "$S/secrets/$1")
	fi
	db_sql -e "CREATE USER IF NOT EXISTS '$1'@'localhost';
		ALTER USER '$1'@'localhost' IDENTIFIED BY '$password';"
}

db_users()
{
	local u

	db_sql -e "CREATE DATABASE IF NOT EXISTS gatehouse
		CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
	for u in portal billing worker migrate; do
		db_user gatehouse_$u || return 1
	done
	db_sql -e "GRANT ALL PRIVILEGES ON gatehouse.* TO 'gatehouse_migrate'@'localhost'
		WITH GRANT OPTION"
}

# --- configuration ----------------------------------------------------------

conf_write()
{
	local key u url

	key=$S/secrets/key
	[ -s "$key" ] || (umask 077 && od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n' >"$key")
	url=${public_url:-http://127.0.0.1:${port:-80}}
	{
		echo "# written by ./dev; gatehousectl settings explains every key"
		echo "base_path = $base"
		echo "public_url = $url"
		echo "db_socket = $db_socket"
		echo "db_name = gatehouse"
		for u in portal billing worker migrate; do
			echo "${u}_db_user = gatehouse_$u"
			echo "${u}_db_password_file = $S/secrets/gatehouse_$u"
		done
		echo "portal_socket = $R/portal.sock"
		echo "billing_socket = $R/billing.sock"
		echo "key_file = $key"
		echo "spool_dir = $S/spool"
		echo "spool_handoff = ${spool_handoff:-accel}"
		echo "spool_prefix = /_spool/"
		echo "sql_dir = $top/sql"
		echo "mail_dir = $top/mail"
		if [ -n "${mail_smtp:-}" ]; then
			echo "mail_smtp_url = smtp://127.0.0.1:$mail_smtp"
			echo "mail_tls = none"
			echo "mail_from = gatehouse@gatehouse.test"
		fi
		echo "processes = ${processes:-2}"
		echo "threads = ${threads:-4}"
		echo "metrics_allow = 127.0.0.1"
		echo "log_level = ${log_level:-info}"
		cat "$S/extra.conf" 2>/dev/null || true
	} >"$S/gatehouse.conf"
}

nginx_write()
{
	local listen="	listen unix:$R/http.sock;"

	rm -f "$R/http.sock"
	[ -z "$port" ] || listen="	listen 127.0.0.1:$port backlog=4096;\\n$listen"
	sed -e '/^#/d' -e "s|^@LISTEN@\$|$listen|" -e "s|@BASE@|$base|g" \
		-e "s|@HTDOCS@|$top/htdocs/dist|g" -e "s|@SNIPPETS@|$top/nginx|g" \
		-e "s|@PORTAL_SOCKET@|$R/portal.sock|g" -e "s|@BILLING_SOCKET@|$R/billing.sock|g" \
		-e "s|@SPOOL@|$S/spool|g" -e "s|@LOGIN_RATE@|${login_rate:-5r/s}|g" \
		-e "s|@CONN_MAX@|${conn_max:-1000}|g" -e "s|@EXPORT_MAX@|${export_max:-16}|g" \
		"$top/nginx/gatehouse.conf.in" >"$S/nginx/gatehouse.conf"
	{
		[ "$(id -u)" -ne 0 ] || echo "user root;"
		cat <<-END
			worker_processes ${nginx_processes:-2};
			daemon off;
			pid $S/nginx/nginx.pid;
			error_log stderr warn;
			worker_rlimit_nofile 8192;
			events { worker_connections 4096; }
			http {
				include /etc/nginx/mime.types;
				default_type application/octet-stream;
				access_log off;
				sendfile on;
				tcp_nopush on;
				client_body_temp_path $S/nginx/tmp/body;
				fastcgi_temp_path $S/nginx/tmp/fastcgi;
				proxy_temp_path $S/nginx/tmp/proxy;
				scgi_temp_path $S/nginx/tmp/scgi;
				uwsgi_temp_path $S/nginx/tmp/uwsgi;
				include $S/nginx/gatehouse.conf;
			}
		END
	} >"$S/nginx/nginx.conf"
}

# --- mail -------------------------------------------------------------------

mail_up()
{
	(exec 3<>"/dev/tcp/127.0.0.1/$mail_smtp" 4<>"/dev/tcp/127.0.0.1/$mail_web") 2>/dev/null
}

# A mail server that delivers nothing and shows all of it on a page.
mail_start()
{
	mkdir -p "$S/mail"
	launch mail node "$top/tools/mail-sink/node_modules/maildev/bin/maildev" --silent \
		--ip 127.0.0.1 --smtp "$mail_smtp" --web-ip 127.0.0.1 --web "$mail_web" \
		--mail-directory "$S/mail"
	await mail 60 mail_up
}

# --- programs ---------------------------------------------------------------

ctl()
{
	"$bin/gatehousectl" --config="$S/gatehouse.conf" "$@"
}

pool_start()
{
	rm -f "$R/$1.sock"
	launch "$1" "$bin/gatehouse" --config="$S/gatehouse.conf" --pool="$1"
}

worker_start()
{
	launch worker "$bin/gatehouse-worker" --config="$S/gatehouse.conf"
}

pool_up()
{
	await "$1" 60 test -S "$R/$1.sock"
}

nginx_start()
{
	nginx_write
	launch nginx nginx -e stderr -p "$S/nginx" -c "$S/nginx/nginx.conf"
	await nginx 60 test -S "$R/http.sock"
}

# The schema, demonstration data and an administrator, what is missing of it.
# stack_data ACCOUNTS SEED
stack_data()
{
	secret admin_password
	quiet "$S/log/migrate.log" ctl migrate || return 1
	if [ -f "$S/data/filling" ]; then
		say "the demonstration data are not whole: making the database anew"
		db_sql -e "DROP DATABASE gatehouse"
		db_users && quiet "$S/log/migrate.log" ctl migrate || return 1
		rm -f "$S/data/filled"
	fi
	[ ! -f "$S/data/filled" ] || return 0
	touch "$S/data/filling"
	if [ "$1" -gt 0 ]; then
		say "making $1 demonstration accounts"
		quiet "$S/log/demo.log" ctl demo --accounts "$1" --seed "$2" || return 1
	fi
	quiet "$S/log/admin.log" ctl admin create --login admin \
		--password-file "$S/secrets/admin_password" --name "Ada Admin" || return 1
	touch "$S/data/filled"
	rm -f "$S/data/filling"
}

stack_programs_start()
{
	pool_start portal
	pool_start billing
	worker_start
	pool_up portal && pool_up billing && nginx_start
}

stack_stop()
{
	halt nginx QUIT 3
	halt worker TERM 15
	halt mail TERM 5
	halt portal TERM 15
	halt billing TERM 15
	halt mariadb TERM 60
	if [ -s "$S/rundir" ]; then
		rm -rf "$(cat "$S/rundir")" "$S/rundir"
	fi
}

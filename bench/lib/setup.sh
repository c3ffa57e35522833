# What ./dev bench needs before it can measure: peers, tools, data, servers.
# Sourced by bench/run, after tools/dev/*.sh.

packages_peers="php8.2-fpm=php-fpm8.2 php8.2-mysql php8.2-apcu golang-go=go
	golang-github-go-sql-driver-mysql-dev golang-golang-x-crypto-dev wrk=wrk curl=curl"
packages_count="valgrind=valgrind"

# A peer that cannot be had is reported as missing; the others are measured.
peers_install()
{
	local p

	for p in $packages_peers; do
		(need "$p") || say "not to be had: ${p%%=*}"
	done
	if ! npm_ci "$top/bench"; then
		say "not to be had: the packages of bench/package.json"
	fi
}

# Our measuring programs, and the peer in Go.
tools_build()
{
	local cflags libs

	mkdir -p "$state/bin" "$state/go"
	cflags=$(pkg-config --cflags libmariadb json-c libsodium libcurl)
	libs=$(pkg-config --libs libmariadb json-c libsodium libcurl)
	if [ ! -x "$state/bin/load" ] || [ bench/load.c -nt "$state/bin/load" ]; then
		say "building bench/load.c"
		cc -std=gnu17 -O2 -D_GNU_SOURCE -o "$state/bin/load" bench/load.c -lsodium -lpthread
	fi
	# shellcheck disable=SC2086
	cc -std=gnu17 -O2 -D_GNU_SOURCE -include "$bin/config.h" -Isrc $cflags \
		-DGATEHOUSE_SYSCONFDIR='"/etc/gatehouse"' -o "$state/bin/dbloop" bench/dbloop.c \
		"$bin"/libmain.a "$bin"/libdomain.a "$bin"/libcore.a "$bin"/libdb.a \
		"$bin"/libjson.a "$bin"/libbase.a $libs -lpthread
	if have go; then
		(cd bench/peers/go && GO111MODULE=off GOPATH=/usr/share/gocode \
			GOCACHE="$state/go" go build -o "$state/bin/peer-go" .) ||
			rm -f "$state/bin/peer-go"
	fi
}

bench_open()
{
	base=/
	stack_open "$1"
	mkdir -p "$S/bench"
	peers_stop
	stack_stop
	db_start
	db_users
	conf_write
}

# pool_size GIB: that, or half of the memory when that is less.
pool_size()
{
	local half

	half=$(awk '/^MemTotal:/ { print int($2 / 2097152) }' /proc/meminfo)
	echo "$((half < $1 ? half : $1))G"
}

# bench_fill ACCOUNTS SEED: accounts, a million lines in the log of one, and a
# billing source whose customers the callbacks are about.
bench_fill()
{
	stack_data "$1" "$2"
	[ ! -f "$S/data/bench" ] || return 0
	say "making a change log of a million lines"
	if [ ! -s "$S/secrets/bench_source" ]; then
		(umask 077 && ctl source add bench --label Bench >"$S/secrets/bench_source")
	fi
	db_sql gatehouse <"$top/bench/lib/fill.sql"
	db_sql gatehouse -e "ANALYZE TABLE account, account_tree, account_word, change_log, hold" \
		>/dev/null
	touch "$S/data/bench"
}

peers_stop()
{
	halt php QUIT 5
	halt node TERM 5
	halt go TERM 5
}

bench_nginx()
{
	nginx_write
	sed -e '/^#/d' -e "s|@PORT_PHP@|$((port + 1))|g" -e "s|@PORT_NODE@|$((port + 2))|g" \
		-e "s|@PORT_GO@|$((port + 3))|g" -e "s|@R@|$R|g" -e "s|@SNIPPETS@|$top/nginx|g" \
		-e "s|@PHP@|$top/bench/peers/php/index.php|g" \
		-e "s|@CONFIG@|$S/bench/config.php|g" "$top/bench/lib/nginx.conf.in" >"$S/nginx/peers.conf"
	sed -i -e "s|include $S/nginx/gatehouse.conf;|&\\ninclude $S/nginx/peers.conf;|" \
		-e 's|keepalive_requests 10000;|keepalive_requests 10000000;|' \
		"$S/nginx/nginx.conf" "$S/nginx/gatehouse.conf"
	launch nginx nginx -e stderr -p "$S/nginx" -c "$S/nginx/nginx.conf"
	await nginx 10 test -S "$R/http.sock"
}

# The general log shows the statements that the peers are given.
bench_start()
{
	rm -f "$S/bench/general.log"
	db_sql -e "SET GLOBAL general_log_file = '$S/bench/general.log', GLOBAL general_log = 1"
	pool_start portal
	pool_start billing
	pool_up portal && pool_up billing
	bench_nginx
	bench_facts
}

# What the harness in JavaScript needs to know.
bench_facts()
{
	cat >"$S/bench/facts.json" <<-END_OF_FACTS
		{
			"top": "$top", "state": "$state", "dir": "$S", "run": "$R", "build": "$bin",
			"port": $port, "db": "$db_socket", "dbUser": "$(db_root)",
			"conf": "$S/gatehouse.conf",
			"login": "admin", "password": "$(cat "$S/secrets/admin_password")",
			"secret": "$(cat "$S/secrets/bench_source" 2>/dev/null)",
			"dbPassword": "$(cat "$S/secrets/gatehouse_migrate")"
		}
	END_OF_FACTS
	chmod 600 "$S/bench/facts.json"
}

# Instructions a request, counted on a small set with one worker.
bench_count()
{
	local processes=1 threads=1 status=0

	need "$packages_count" && bench_open "$state/small" && stack_data 2000 1 || return 1
	mkdir -p "$S/bench"
	bench_facts
	node "$top/bench/instructions.mjs" --facts "$S/bench/facts.json" || status=1
	stack_stop
	return $status
}

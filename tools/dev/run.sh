# ./dev run and ./dev stop.

state_dir()
{
	local dir=${GATEHOUSE_STATE:-$top/.state}

	mkdir -p "$dir"
	(cd "$dir" && pwd)
}

run_end()
{
	local status=$?

	trap - EXIT
	trap '' INT TERM HUP
	say "ending"
	stack_stop
	rm -f "$S/pids/run"
	exit "$status"
}

port_is_free()
{
	! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# first_free PORT: it, or the next that nobody listens on.
first_free()
{
	local p=$1

	until port_is_free "$p"; do
		p=$((p + 1))
	done
	echo "$p"
}

dev_run()
{
	local pids name

	need "$packages_run"
	configured "$bin" || exit 1
	build_programs "$bin" all || exit 1
	build_htdocs || exit 1
	npm_ci "$top/tools/mail-sink" || exit 1
	stack_open "$(state_dir)"
	alive_run && die "it runs already (./dev stop ends it)"
	stack_stop
	port_is_free "$port" ||
		die "port $port is taken; choose another: GATEHOUSE_PORT=8081 ./dev run"
	printf '%s' $$ >"$S/pids/run"
	trap run_end EXIT
	trap 'exit 0' INT TERM HUP
	say "starting"
	mail_smtp=$(first_free "${GATEHOUSE_SMTP_PORT:-1025}")
	mail_web=$(first_free "${GATEHOUSE_MAIL_PORT:-1080}")
	mail_start || exit 1
	db_start || exit 1
	db_users || exit 1
	conf_write
	stack_data "${GATEHOUSE_DEMO:-2000}" 1 || exit 1
	stack_programs_start || exit 1
	say ""
	say "  Gatehouse   http://127.0.0.1:$port$base"
	say "  mail        http://127.0.0.1:$mail_web/ (all that is sent stays here)"
	say "  login       admin"
	say "  password    $(cat "$S/secrets/admin_password")"
	say ""
	say "  logs in $S/log; Ctrl-C ends it"
	pids=()
	for name in mariadb portal billing worker nginx mail; do
		pids+=("$(cat "$S/pids/$name")")
	done
	wait -n "${pids[@]}" || true
	for name in mariadb portal billing worker nginx mail; do
		alive "$name" && continue
		say "$name ended by itself:"
		tail -5 "$S/log/$name.log"
	done
	exit 1
}

# The script whose number is in the file is ./dev run of this folder.
alive_run()
{
	local pid

	pid=$(cat "$S/pids/run" 2>/dev/null) && [ "$pid" != $$ ] &&
		grep -qa 'dev.run' "/proc/$pid/cmdline" 2>/dev/null
}

dev_stop()
{
	local pid i

	stack_open "$(state_dir)"
	if alive_run; then
		pid=$(cat "$S/pids/run")
		kill -TERM "$pid"
		for ((i = 0; i < 1600; i++)); do
			[ -d "/proc/$pid" ] || break
			sleep 0.05
		done
	fi
	stack_stop
	rm -f "$S/pids/run"
	say "stopped"
}

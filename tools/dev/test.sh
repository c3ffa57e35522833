# ./dev test: every test in sections, each with a heading and counts; and what
# ./dev fuzz runs.

all_sections="build layers style check htdocs e2e ledger browser asan fuzz dist"
n_passed=0
n_failed=0
n_skipped=0
failed_sections=
beside_pid=

count()
{
	n_passed=$((n_passed + $1))
	n_failed=$((n_failed + $2))
	n_skipped=$((n_skipped + ${3:-0}))
}

# one NAME COMMAND...: a command that is a test by itself.
one()
{
	local name=$1

	shift
	if quiet "$top/build/log/test-${name//[^a-z0-9]/-}.log" "$@"; then
		say "  ok      $name"
		count 1 0
	else
		say "  FAILED  $name"
		count 0 1
		return 1
	fi
}

# Room for databases: memory when there is some, so that fsync costs nothing.
scratch_dir()
{
	local free

	free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -1)
	if [ -w /dev/shm ] && [ "${free:-0}" -gt 1500000 ]; then
		mktemp -d /dev/shm/gatehouse-test.XXXXXX
	else
		mktemp -d /tmp/gatehouse-test.XXXXXX
	fi
}

scratch_drop()
{
	local dir

	[ -z "${beside_pid:-}" ] || kill "$beside_pid" 2>/dev/null || :
	for dir in "$scratch"/*/; do
		[ -d "${dir}pids" ] && "$top/tests/lib/stack.sh" drop "$dir"
	done
	rm -rf "$scratch"
}

# --- C programs ----------------------------------------------------------------

# The totals that check prints into the logs of automake.
check_logs()
{
	local dir=$1 t line ok=0 p f e

	shift
	for t; do
		line=$(grep -aE '^[0-9]+%: Checks: ' "$dir/$t.log" | tail -1)
		if [ -z "$line" ]; then
			if grep -qa '^skipped: there is no test' "$dir/$t.log"; then
				say "  none    $t"
				continue
			fi
			say "  FAILED  $t (no totals)"
			tail -30 "$dir/$t.log"
			count 0 1
			ok=1
			continue
		fi
		p=$(echo "$line" | sed 's/.*Checks: \([0-9]*\).*/\1/')
		f=$(echo "$line" | sed 's/.*Failures: \([0-9]*\).*/\1/')
		e=$(echo "$line" | sed 's/.*Errors: \([0-9]*\).*/\1/')
		count $((p - f - e)) $((f + e))
		say "  $t: $line"
		if [ $((f + e)) -gt 0 ]; then
			grep -aE ':[FE]:' "$dir/$t.log" | head -60
			grep -avE '^(Running suite| [a-z]|time=|[0-9]{4}-)' "$dir/$t.log" |
				cut -c 1-300 | head -40
			ok=1
		elif ! grep -qa ':test-result: PASS' "$dir/$t.trs"; then
			say "  FAILED  $t (its end)"
			tail -30 "$dir/$t.log"
			count 0 1
			ok=1
		fi
	done
	return $ok
}

# check_programs DIR NAME PROGRAM...: with a database of their own.
check_programs()
{
	local dir=$1 name=$2 db socket status=0

	shift 2
	db=$scratch/db-$name
	mkdir -p "$db"
	socket=$("$top/tests/lib/stack.sh" db "$db") || return 1
	for t; do
		rm -f "$dir/$t.log" "$dir/$t.trs"
	done
	GATEHOUSE_TEST_DB=$socket make -C "$dir" -j "$jobs" check TESTS="$*" \
		>"$top/build/log/check-$name.log" 2>&1 || status=1
	if [ -f "$dir/$1.log" ]; then
		check_logs "$dir" "$@" || status=1
	else
		say "  FAILED  make check"
		tail -40 "$top/build/log/check-$name.log"
		count 0 1
		status=1
	fi
	"$top/tests/lib/stack.sh" drop "$db"
	return $status
}

# repeat_programs DIR NAME PROGRAM...: the same with every transaction's first try
# forced to fail, in a folder of their own so that both can run at once.
repeat_programs()
{
	local dir=$1 name=$2 db=$scratch/db-$2 socket status=0 rc t

	shift 2
	mkdir -p "$db" "$dir/repeat"
	socket=$("$top/tests/lib/stack.sh" db "$db") || return 1
	for t; do
		rc=PASS
		GATEHOUSE_FAIL_FIRST=1 GATEHOUSE_TEST_DB=$socket GATEHOUSE_SRCDIR=$top \
			GATEHOUSE_BUILDDIR=$dir "$dir/$t" >"$dir/repeat/$t.log" 2>&1 || rc=FAIL
		say ":test-result: $rc" >"$dir/repeat/$t.trs"
	done
	check_logs "$dir/repeat" "$@" || status=1
	"$top/tests/lib/stack.sh" drop "$db"
	return $status
}

# counted FILE COMMAND...: a command whose counts are left in a file.
counted()
{
	local file=$1 status=0

	shift
	n_passed=0 n_failed=0 n_skipped=0
	"$@" >"$file.log" 2>&1 || status=1
	say "$n_passed $n_failed $n_skipped" >"$file"
	return $status
}

# twice DIR NAME: the programs as they are and, beside it, with forced repeats.
twice()
{
	local file=$scratch/twice-$2 part status=0 pids=() p f k

	(trap - EXIT; counted "$file-plain" check_programs "$1" "$2" t_unit t_db t_module) &
	pids+=($!)
	(trap - EXIT; counted "$file-repeat" repeat_programs "$1" "$2-repeat" t_db t_module) &
	pids+=($!)
	for p in "${pids[@]}"; do
		wait "$p" || status=1
	done
	for part in plain repeat; do
		[ $part = plain ] || say "  every first try forced to fail:"
		cat "$file-$part.log"
		p=0 f=1 k=0
		[ ! -s "$file-$part" ] || read -r p f k <"$file-$part"
		count "$p" "$f" "$k"
	done
	return $status
}

asan_build()
{
	[ "${asan_built:-no}" = yes ] && return
	CC=clang CFLAGS='-O1 -g' configured "$top/build-asan" --enable-asan --enable-werror &&
		build_programs "$top/build-asan" all check-programs || return 1
	asan_built=yes
}

# Sanitizers must be loud, and leaks found.
asan_env()
{
	export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:strict_string_checks=1
	export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
}

section_build()
{
	CC=gcc CFLAGS='-O2 -g' configured "$bin" --enable-werror &&
		one 'gcc -Werror' build_programs "$bin" all check-programs
}

section_layers()
{
	one 'every include keeps the layers' tools/check-layers
}

section_style()
{
	local status=0

	one 'style' tools/check-style || status=1
	one 'the lists of Makefile.am' tools/list-sources || status=1
	one 'the map of features and tests' tools/check-coverage || status=1
	return $status
}

section_check()
{
	twice "$bin" plain
}

section_asan()
{
	local status=0

	asan_build || return 1
	asan_env
	check_programs "$top/build-asan" asan t_unit t_db t_module || status=1
	unset ASAN_OPTIONS UBSAN_OPTIONS
	return $status
}

# --- Node ----------------------------------------------------------------------

# Tests may need a newer node than Debian's: the lock of tests/ brings one.
test_tools()
{
	local own

	npm_ci "$top/tests" && npm_ci "$top/tools/mail-sink" || return 1
	node_new=$(command -v node)
	for own in "$top"/tests/node_modules/node-linux-*/bin/node; do
		[ ! -x "$own" ] || node_new=$own
	done
	export CHROMIUM=${CHROMIUM:-$(command -v chromium || echo /usr/bin/chromium)}
	PATH=$(dirname "$node_new"):$PATH
}

# node_tests NAME FILE...
node_tests()
{
	local log=$top/build/log/node-$1.log status=0 p f s

	shift
	if [ ! -e "$1" ]; then
		say "  none"
		return
	fi
	"$node_new" --test --test-concurrency=1 --test-reporter=tap "$@" >"$log" 2>&1 || status=1
	p=$(sed -n 's/^# pass \([0-9]*\)$/\1/p' "$log" | tail -1)
	f=$(sed -n 's/^# fail \([0-9]*\)$/\1/p' "$log" | tail -1)
	s=$(sed -n 's/^# skipped \([0-9]*\)$/\1/p' "$log" | tail -1)
	count "${p:-0}" "${f:-0}" "${s:-0}"
	say "  passed ${p:-0}, failed ${f:-0}, skipped ${s:-0} (log: $log)"
	if [ $status != 0 ]; then
		grep -aE '^ *not ok' -A 25 "$log" | head -200
		[ "${f:-0}" -gt 0 ] || count 0 1
	fi
	return $status
}

section_htdocs()
{
	local status=0

	[ -f htdocs/package.json ] || return 0
	test_tools && npm_ci "$top/htdocs" || return 1
	one 'htdocs build' build_htdocs || return 1
	(cd htdocs && "$node_new" tools/check.mjs) >"$top/build/log/htdocs-check.log" 2>&1 ||
		status=1
	if [ $status = 0 ]; then
		say "  ok      htdocs types, lint, locales, sizes"
		count 1 0
	else
		say "  FAILED  htdocs types, lint, locales, sizes"
		tail -60 "$top/build/log/htdocs-check.log"
		count 0 1
	fi
	htdocs_tests || status=1
	return $status
}

htdocs_tests()
{
	local log=$top/build/log/htdocs-test.log status=0 p f

	(cd htdocs && "$node_new" tools/test.mjs) >"$log" 2>&1 || status=1
	p=$(sed -nE 's/^(#|ℹ) pass ([0-9]+)$/\2/p' "$log" | tail -1)
	f=$(sed -nE 's/^(#|ℹ) fail ([0-9]+)$/\2/p' "$log" | tail -1)
	count "${p:-0}" "${f:-0}"
	say "  htdocs unit: passed ${p:-0}, failed ${f:-0}"
	if [ $status != 0 ]; then
		grep -aE '^ *not ok|✖' -A 25 "$log" | head -100
		[ "${f:-0}" -gt 0 ] || count 0 1
	fi
	return $status
}

# with_stack NAME ACCOUNTS COMMAND...: a whole installation for the command, started
# with stack_options.
with_stack()
{
	local dir=$scratch/$1 accounts=$2 status=0 line

	shift 2
	mkdir -p "$dir"
	if ! "$top/tests/lib/stack.sh" start "$dir" --accounts "$accounts" ${stack_options:-} \
		>"$dir.env"; then
		say "  FAILED  the installation did not start"
		count 0 1
		return 1
	fi
	while read -r line; do
		export "${line?}"
	done <"$dir.env"
	"$@" || status=$?
	if [ $status != 0 ]; then
		mkdir -p "$top/build/log/stack"
		cp "$dir"/log/*.log "$top/build/log/stack/" 2>/dev/null
	fi
	"$top/tests/lib/stack.sh" drop "$dir"
	return $status
}

section_e2e()
{
	local f files=()

	test_tools || return 1
	for f in tests/e2e/*.test.mjs; do
		case $f in
		*/ledger*) ;;
		*) files+=("$f") ;;
		esac
	done
	stack_options=--mail with_stack e2e 200 node_tests e2e "${files[@]:-none}"
}

section_browser()
{
	test_tools || return 1
	with_stack browser 2000 node_tests browser tests/browser/*.test.mjs
}

# begin_beside SECTION, end_beside SECTION: it runs beside those between; what it
# says is said at its end.
begin_beside()
{
	(trap - EXIT; counted "$scratch/beside-$1" "section_$1") &
	beside_pid=$!
}

end_beside()
{
	local status=0 p=0 f=1 k=0

	wait "$beside_pid" || status=1
	beside_pid=
	cat "$scratch/beside-$1.log"
	[ ! -s "$scratch/beside-$1" ] || read -r p f k <"$scratch/beside-$1"
	count "$p" "$f" "$k"
	return $status
}

section_ledger()
{
	test_tools || return 1
	node_tests ledger tests/e2e/ledger*.test.mjs
}

# --- fuzz, dist ------------------------------------------------------------------

# fuzz_run SECONDS [TARGET...]
fuzz_run()
{
	local seconds=$1 t status=0 targets dir=$top/build-fuzz

	shift
	CC=clang CFLAGS='-O1 -g' configured "$dir" --enable-fuzz || return 1
	targets=$(make -s -C "$dir" print-fuzz)
	[ -n "$targets" ] || { say "  none"; return 0; }
	# shellcheck disable=SC2086
	build_programs "$dir" $targets || return 1
	for t in ${*:-$targets}; do
		mkdir -p "$dir/corpus/$t" "$dir/found"
		[ ! -d "tests/fuzz/corpus/$t" ] ||
			cp -n "tests/fuzz/corpus/$t"/* "$dir/corpus/$t"
	done
	# As many at a time as there are processors.
	# shellcheck disable=SC2086
	printf '%s\n' ${*:-$targets} | xargs -P "$jobs" -I T sh -c '
		if "$1/T" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
			-artifact_prefix="$1/found/" "$1/corpus/T" >"$1/T.fuzz.log" 2>&1
		then echo ok >"$1/T.fuzz"; else echo failed >"$1/T.fuzz"; fi' fuzz "$dir" "$seconds"
	for t in ${*:-$targets}; do
		if [ "$(cat "$dir/$t.fuzz" 2>/dev/null)" = ok ]; then
			say "  ok      fuzz $t, $seconds s"
			count 1 0
		else
			say "  FAILED  fuzz $t"
			tail -20 "$dir/$t.fuzz.log"
			count 0 1
			status=1
		fi
	done
	return $status
}

section_fuzz()
{
	fuzz_run "${FUZZ_SMOKE_SECONDS:-5}"
}

section_dist()
{
	one 'make distcheck' env -u GATEHOUSE_TEST_DB make -C "$bin" -j "$jobs" distcheck
}

# --- all of it -------------------------------------------------------------------

dev_test()
{
	local s began run

	if [ "${1:-}" = --list ]; then
		say "$all_sections"
		return
	fi
	need "$packages_run $packages_test"
	bin=$top/build-test
	export GATEHOUSE_BUILD=$bin
	scratch=$(scratch_dir)
	# What browsers and tests that are cut off leave goes with it.
	mkdir "$scratch/tmp"
	export TMPDIR=$scratch/tmp GATEHOUSE_SCRATCH=$scratch
	trap scratch_drop EXIT
	trap 'exit 130' INT TERM HUP
	mkdir -p build/log
	[ $# -gt 0 ] || set -- $all_sections
	for s; do
		case " $all_sections " in
		*" $s "*) ;;
		*) die "there is no section $s: $all_sections" ;;
		esac
		began=$SECONDS
		say ""
		say "== $s"
		run=section_${s//-/_}
		# A browser waits half of its time.
		if [ "$s" = e2e ] && [[ " $* " == *" browser "* ]] && test_tools; then
			begin_beside browser
		elif [ "$s" = browser ] && [ -n "$beside_pid" ]; then
			run="end_beside browser"
		fi
		if ! $run; then
			failed_sections="$failed_sections $s"
			[ "$s" != build ] || die "nothing can be tested"
		fi
		say "   ($((SECONDS - began)) s)"
	done
	say ""
	[ -z "$failed_sections" ] || say "failed sections:$failed_sections"
	# A section that failed before it counted anything is a failure all the same.
	[ -z "$failed_sections" ] || [ "$n_failed" -gt 0 ] || n_failed=1
	if [ "$n_skipped" -gt 0 ]; then
		say "$n_passed passed, $n_failed failed, $n_skipped skipped"
	else
		say "$n_passed passed, $n_failed failed"
	fi
	[ "$n_failed" -eq 0 ]
}

# Shared by ./dev and its parts: paths, words, and how a command is said.
# Sourced by bash; $top is the root of the project.

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL=C.UTF-8
jobs=$(nproc 2>/dev/null || echo 1)

say()
{
	printf '%s\n' "$*"
}

die()
{
	printf 'dev: %s\n' "$*" >&2
	exit 1
}

have()
{
	command -v "$1" >/dev/null 2>&1
}

# quiet LOG COMMAND...: runs it; its output is shown only when it fails.
quiet()
{
	local log=$1

	shift
	mkdir -p "$(dirname "$log")"
	"$@" >"$log" 2>&1 && return
	tail -60 "$log" >&2
	printf 'dev: failed: %s (all of it: %s)\n' "$*" "$log" >&2
	return 1
}

# sum_of PATH...: a hash of names and contents of all files below.
sum_of()
{
	find "$@" -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -print0 2>/dev/null |
		LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
}

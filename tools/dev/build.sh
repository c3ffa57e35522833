# Building: the programs out of tree, and the front end.

# configured DIR OPTION...: a build folder, set up when it is not yet or the
# build's own files changed.
configured()
{
	local dir=$1 want

	shift
	if [ ! -x "$top/configure" ] || [ "$top/configure.ac" -nt "$top/configure" ] ||
		[ "$top/Makefile.am" -nt "$top/Makefile.in" ]; then
		say "making configure"
		(cd "$top" && quiet build/log/autoreconf.log autoreconf -fi) || return 1
	fi
	want="$* CC=${CC:-} CFLAGS=${CFLAGS:-}"
	if [ ! -f "$dir/config.status" ] || [ "$top/configure" -nt "$dir/config.status" ] ||
		[ "$want" != "$(cat "$dir/options" 2>/dev/null)" ]; then
		say "configuring $(basename "$dir")"
		mkdir -p "$dir"
		(cd "$dir" && quiet log/configure.log "$top/configure" "$@") || return 1
		printf '%s' "$want" >"$dir/options"
	fi
}

# build_programs DIR [TARGET...].  One make a target: "all" is a make of its own
# inside, which would build the same libraries at the same time.
build_programs()
{
	local dir=$1 target

	shift
	say "building $(basename "$dir")"
	for target in "${@:-all}"; do
		quiet "$dir/log/make.log" make -C "$dir" -j "$jobs" "$target" || return 1
	done
}

# npm_ci FOLDER: node_modules as the lock says, when the lock changed.
npm_ci()
{
	local sum

	sum=$(sha256sum "$1/package-lock.json" | cut -d ' ' -f 1)
	[ "$sum" = "$(cat "$1/node_modules/.sum" 2>/dev/null)" ] && return
	say "npm ci in ${1#"$top/"}"
	(cd "$1" && quiet "$top/build/log/npm-${1##*/}.log" \
		npm ci --ignore-scripts --no-audit --no-fund) || return 1
	printf '%s' "$sum" >"$1/node_modules/.sum"
}

# The front end, when its lock or its sources changed.
build_htdocs()
{
	local dir=$top/htdocs sum

	if [ ! -f "$dir/package.json" ]; then
		[ -f "$dir/dist/index.html" ] && return
		say "there is no front end to build"
		return
	fi
	sum=$(sum_of "$dir")
	[ -f "$dir/dist/index.html" ] &&
		[ "$sum" = "$(cat "$top/build/htdocs.sum" 2>/dev/null)" ] && return
	npm_ci "$dir" || return 1
	say "building htdocs"
	(cd "$dir" && quiet "$top/build/log/htdocs.log" node tools/build.mjs) || return 1
	# The build may write generated sources: take the sum after it.
	sum_of "$dir" >"$top/build/htdocs.sum"
}

# ./dev lint: what other compilers' eyes see.

lint_run()
{
	local status=0 flags

	say "gcc -fanalyzer"
	# As clang's it does not know that an out-parameter is set when there is no error, nor who
	# keeps what hash_put() is given; LeakSanitizer does.
	CC=gcc CFLAGS='-O1 -g -fanalyzer -Wno-analyzer-use-of-uninitialized-value -Wno-analyzer-malloc-leak' \
		configured "$top/build-analyzer" --enable-werror &&
		build_programs "$top/build-analyzer" all || status=1
	say "clang-tidy"
	configured "$bin" || exit 1
	# shellcheck disable=SC2207
	flags=(-std=gnu17 -include "$bin/config.h" -Isrc -I"$bin"
		$(pkg-config --cflags libmariadb json-c libsodium libcurl liboath))
	find src -name '*.c' -print0 | xargs -0 -n 4 -P "$jobs" bash -c '
		n=$1
		shift
		clang-tidy --quiet "${@:n + 1}" -- "${@:1:n}" 2>/dev/null' tidy \
		"${#flags[@]}" "${flags[@]}" || status=1
	say "cppcheck"
	# It does not know that an out-parameter is set when there is no error, nor offsetof() by
	# hand (FIELD); the compilers and clang-tidy do.
	cppcheck -q -j "$jobs" --error-exitcode=1 --inline-suppr --std=c11 \
		--enable=warning,performance,portability --suppress=missingIncludeSystem \
		--suppress=uninitvar --suppress=uninitStructMember --suppress=legacyUninitvar \
		--suppress=ctuuninitvar --suppress=nullPointer --suppress=autoVariables \
		-Isrc src || status=1
	say "shellcheck"
	shellcheck -s bash -x -S warning -e SC1090,SC1091,SC2034,SC2154,SC2046,SC2048 dev .ci/run tools/dev/*.sh tests/lib/*.sh \
		tools/check-layers tools/check-style tools/list-sources || status=1
	[ $status = 0 ] || exit 1
	say "nothing to say"
}

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# self.sh OUT: run.sh with tables that are made up. An empty table, a test that is not there,
# one that fails or takes too long must each be a failure.
set -eu

scratch=$1
rm -rf "$scratch"
mkdir -p "$scratch/tests"

# For the program of unit tests: one that holds, one that fails, one that does not end.
cat >"$scratch/tests/plain" <<'END'
#!/bin/sh
case $2 in
good/*) ;;
slow/*) sleep 9 ;;
*) exit 1 ;;
esac
END
chmod +x "$scratch/tests/plain"
cat >"$scratch/make" <<'END'
#!/bin/sh
case $3 in
check-good) ;;
*) exit 2 ;;
esac
END
chmod +x "$scratch/make"

# expect STATUS WHAT: of the table on standard input
expect() {
    cat >"$scratch/table"
    status=0
    BUILD=$scratch ON=sim MAKE=$scratch/make tests/reported/run.sh "$scratch/table" "$scratch/out" 1 short \
        >"$scratch/log" 2>&1 || status=$?
    [ "$status" = "$1" ] || { cat "$scratch/log" >&2; echo "reported: self-test: $2" >&2; exit 1; }
}

expect 0 'what holds' <<'END'
# a remark
a | unit good/* | 5 | It holds.
b | check check-good tests/reported/self.sh what holds | 5 | It holds.
c | unit bad/one | 5 long | Left out.
END
printf '# nothing\n' | expect 1 'a table without rows'
echo 'c | unit good/* | 5 long | Left out.' | expect 1 'a table of which nothing is left'
echo 'a | unit bad/none | 5 | It fails.' | expect 1 'a unit test that fails, or is not there'
echo 'a | unit slow/one | 1 | It takes too long.' | expect 1 'one that does not end'
echo 'a | check check-none | 5 | It is no target.' | expect 1 'a target that is not there'
echo 'a | check check-good tests/none text | 5 | There is no such file.' | expect 1 'a file that is not there'
echo 'a | check check-good tests/reported/row.sh no such te''xt | 5 | It is not said.' | expect 1 'a text that is gone'
echo 'a | refused none | 5 | There is no such system.' | expect 1 'a bad system that is not there'
echo 'a | other thing | 5 | There is no such kind.' | expect 1 'another kind of test'
echo 'a | unit good/* | 5 |' | expect 1 'a row that does not say what is right'
printf 'a | unit good/* | 5 | It holds.\na | unit good/* | 5 | It holds.\n' | expect 1 'a name twice'

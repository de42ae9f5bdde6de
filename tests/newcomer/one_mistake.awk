# SPDX-License-Identifier: BSD-2-Clause
# One system for each entry of one_mistake.txt: NAME/one.c below `out`, with the lines that are
# expected in NAME/expected, the status in NAME/status. First the file, then the entries.
function finish() {
    if (name == "") return
    if (!expected) wrong(name ": nothing is expected")
    system("mkdir -p '" out "/" name "'")
    printf "%s", text >(out "/" name "/one.c")
    printf "%s", lines >(out "/" name "/expected")
    print status >(out "/" name "/status")
    close(out "/" name "/one.c"); close(out "/" name "/expected"); close(out "/" name "/status")
    print name
    name = ""
}
function wrong(words) {
    print "one_mistake.txt: " words >"/dev/stderr"
    failed = 1
    exit 1
}
FNR == NR { base = base $0 "\n"; next }
/^#/ || /^$/ { next }
/^- / { from = substr($0, 3); next }
/^\+ / {
    # The last place where it was put is passed over: the same text may be replaced twice.
    at = index(substr(text, done + 1), from)
    if (at == 0) wrong(name ": not in the file: " from)
    to = substr($0, 3)
    text = substr(text, 1, done + at - 1) to substr(text, done + at + length(from))
    done += at - 1 + length(to)
    next
}
/^> / { lines = lines substr($0, 3) "\n"; expected = 1; next }
/^= / { status = substr($0, 3) " ran"; next }
{ finish(); name = $1; text = base; lines = ""; expected = 0; status = "1 refused"; done = 0 }
END { if (!failed) finish(); exit failed }

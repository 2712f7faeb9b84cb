# What the demo's story is told with. Sourced by scripts/demo.

programs=$PWD/.build/debug
work=$(mktemp -d "${TMPDIR:-/tmp}/fieldsync-demo.XXXXXX")
export TZ="${TZ:-Asia/Shanghai}"
declare -A pids urls replicas
began=$SECONDS

# say EN ZH: a line of the story, in the language that was asked for.
say() { if [ "$language" = zh ]; then echo "  $2"; else echo "  $1"; fi; }
chapter() {
    echo
    if [ "$language" = zh ]; then echo "== $2   [$((SECONDS - began)) s]"; else echo "== $1   [$((SECONDS - began)) s]"; fi
}
fail() { echo "demo: $*" >&2; exit 1; }
indent() { sed 's/^/    /'; }

# node NAME VERB …: a verb of fieldsyncd at that node.
node() { local name=$1; shift; "$programs/fieldsyncd" "$@" --data "$work/$name" --lang "$language"; }
# tool NAME VERB …: a verb of field on that technician's device.
tool() { local name=$1; shift; FIELD_HOME=$work/$name "$programs/field" "$@" --lang "$language"; }

# serve NAME [PORT]: starts a node and waits for the line that says where it listens.
serve() {
    local name=$1 port=${2:-0} out=$work/$1.out
    : >"$out"
    "$programs/fieldsyncd" serve --data "$work/$name" --listen "127.0.0.1:$port" >"$out" 2>>"$work/$name.log" &
    pids[$name]=$!
    disown
    waitfor 200 grep -q '^listening on' "$out" || fail "$name does not listen; see $work/$name.log"
    urls[$name]=$(sed -n 's/^listening on //p' "$out")
}
port_of() { echo "${urls[$1]##*:}"; }
crash() {
    kill -9 "${pids[$1]}" 2>/dev/null || true
    waitfor 100 gone "${pids[$1]}" || fail "$1 does not end"
    unset "pids[$1]"
}
gone() { ! kill -0 "$1"; }

# line_up: the line between Perth and headquarters, a relay that can be cut.
line_up() {
    socat "TCP-LISTEN:$1,bind=127.0.0.1,fork,reuseaddr" "TCP:127.0.0.1:$(port_of hq)" 2>>"$work/line.log" &
    pids[line]=$!
    disown
}
line_down() {
    # The relay's children hold the connections.
    pkill -9 -P "${pids[line]}" 2>/dev/null || true
    crash line
}
free_port() { python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }

# waitfor TENTHS COMMAND …: until the command succeeds.
waitfor() {
    local tenths=$1; shift
    for ((try = 0; try < tenths; try++)); do "$@" >/dev/null 2>&1 && return 0; sleep 0.1; done
    return 1
}

# enrol NAME LOGIN DISPLAY BRANCH: a person at a branch and his device.
enrol() {
    local name=$1 display=$2 branch=$3
    node "$branch" user add --name "$name" --display "$display" --role technician --quiet >/dev/null
    local code; code=$(node "$branch" device invite --user "$name" --name "$display" --json | jq -r .code)
    head -c 32 /dev/urandom >"$work/$name.key"
    tool "$name" enroll "${urls[$branch]}" --code "$code" --name "$display" --key-file "$work/$name.key" --quiet >/dev/null
    sync_device "$name"
}
# sync_device NAME …: 12 says that something needs attention, which is what the story is about.
sync_device() {
    local name=$1 status=0; shift
    tool "$name" sync --quiet "$@" >/dev/null || status=$?
    case $status in 0 | 12) ;; *) fail "$name cannot sync (exit $status)" ;; esac
}
number() { jq -r .number; }
drained() { [ "$(node "$1" status --json | jq .pending_up)" = 0 ]; }

# holdings: one line a tier.
holdings() {
    local name figures
    for name in hq perth guangzhou; do
        figures=$(node "$name" status --json) || continue
        printf '    %-10s %6d records, %d to send up\n' "$name" "$(jq .records <<<"$figures")" "$(jq .pending_up <<<"$figures")"
    done
    for name in li wang chen zhao; do
        figures=$(tool "$name" status --json)
        printf '    %-10s %6d records, %d not sent, %d at the branch, %d at headquarters, %d conflicts\n' "$name" \
            "$(jq .records <<<"$figures")" "$(jq .pending <<<"$figures")" "$(jq .at_branch <<<"$figures")" \
            "$(jq .at_hq <<<"$figures")" "$(jq .conflicts <<<"$figures")"
    done
}

finish() {
    local status=$?
    [ "$status" = 0 ] && [ -n "$keep" ] && return
    for name in "${!pids[@]}"; do
        pkill -9 -P "${pids[$name]}" 2>/dev/null || true
        kill -9 "${pids[$name]}" 2>/dev/null || true
    done
    if [ "$status" = 0 ]; then rm -rf "$work"; else echo "demo: what was left is in $work" >&2; fi
}
trap finish EXIT

# The day that the demo plays. Sourced by scripts/demo after demo.sh.

chapter "Headquarters and two branches" "总部与两个分公司"
node hq init --role hq --org "Ironbark Service" --json >"$work/hq.init"
serve hq
line_port=$(free_port)
line_up "$line_port"
for branch in perth guangzhou; do
    code=$(node hq branch invite --name "$branch" --json | jq -r .code)
    upstream=${urls[hq]}
    [ "$branch" = perth ] && upstream=https://127.0.0.1:$line_port
    node "$branch" init --role branch --upstream "$upstream" --code "$code" --name "$branch" --quiet
    serve "$branch"
done
say "Three nodes serve, each with a certificate of headquarters' own authority." "三个节点已运行，证书由总部自有的证书机构签发。"

chapter "The work orders of the last years are imported at headquarters" "在总部导入历年工单"
status=0
node hq import "$data" --map "$map" --json >"$work/import" || status=$?
[ "$status" = 0 ] || [ "$status" = 12 ] || fail "the import ended with $status"
jq -c '{rows,imported,unchanged,refused}' "$work/import" | indent
jq -r '.errors[] | "line \(.line), \(.column): \(.message)"' "$work/import" | indent
mapfile -t sites < <(node hq list site --json | jq -r '.items[].id')
for index in "${!sites[@]}"; do
    branch=perth; [ $((index % 3)) = 2 ] && branch=guangzhou
    id=$(node hq list branch name="$branch" --json | jq -r '.items[0].id')
    node hq set "${sites[$index]}" branch="$id" --quiet >/dev/null
done
mapfile -t machines < <(node hq list asset --json | jq -r '.items[].number' | sort)
machine=${machines[0]}
node hq new product code=EX3600 name="Mining excavator EX3600" --quiet >/dev/null
say "Every third site is Guangzhou's, the others are Perth's." "每三个现场有一个归广州，其余归珀斯。"

chapter "Four technicians enrol, two at each branch" "四名技术员登记，每个分公司两名"
holds_machine() { node "$1" get "$machine" --quiet; }
for branch in perth guangzhou; do waitfor 600 holds_machine "$branch" || fail "$branch did not get the records"; done
enrol li "Li Na" perth
enrol wang "Wang Lei" perth
enrol chen "Chen Jie" guangzhou
enrol zhao "Zhao Min" guangzhou
order=$(node perth new work_order type=repair asset="$machine" diagnosis="Swing motor noisy" --json | number)
node perth set "$order" assignees+=wang --quiet >/dev/null
node perth new work_event order="$order" kind=assigned --quiet >/dev/null
for name in li wang; do sync_device "$name"; done
holdings

chapter "Morning: Perth's line to headquarters is down; Li and Wang work offline" "上午：珀斯到总部的线路中断；李娜与王磊离线工作"
line_down
tool li set "$machine" firmware=4.2.1 cycles+=12 tags+=checked notes+="Hose at the boom replaced" serial="$machine-A" --quiet >/dev/null
tool wang set "$machine" model=EX3600 cycles+=5 tags+=urgent notes+="油缸密封件渗漏" serial="$machine-B" --quiet >/dev/null
say "Both changed $machine: different fields, the counter, tags and notes, and the same serial number." \
    "两人都修改了 $machine：不同字段、计数、标签、备注，以及同一个序列号。"
repair=$(tool li job new --asset "$machine" --type repair --text "Track link broken" --json | number)
for step in accept depart arrive start; do tool li job "$step" "$repair" --quiet >/dev/null; done
tool li job finish "$repair" --quiet >/dev/null
say "Li repaired something that no order announced: $repair." "李娜完成了一项没有派工的维修：$repair。"
for step in accept depart arrive start; do tool wang job "$step" "$order" --quiet >/dev/null; done
node perth new work_event order="$order" kind=cancelled reason="Customer called it off" --quiet >/dev/null
tool wang job finish "$order" --quiet >/dev/null
say "Wang finished $order; the office cancelled it before his device could know." "王磊完成了 $order；办公室在他的设备得知之前取消了它。"

chapter "Noon: answers are lost, programs are killed, Chen roams to Perth" "中午：应答丢失、程序被强行终止，陈杰漫游到珀斯"
for pause in 0.05 0.1 0.2 0.3; do
    tool li sync --quiet >/dev/null 2>&1 & victim=$!
    sleep "$pause"
    kill -9 "$victim" 2>/dev/null || true
    wait "$victim" 2>/dev/null || true
done
say "Li's sync was killed four times in the middle: whatever arrived, it will be known again." "李娜的同步被强行终止了四次：已到达的内容会被认出。"
tool chen set "$machine" tags+=seen-by-guangzhou --quiet >/dev/null
(sync_device wang) & running=$!
sleep 0.2
crash perth
wait "$running" 2>/dev/null || true
serve perth "$(port_of perth)"
say "Perth's node was killed while Wang sent his work, and started again." "王磊上传时珀斯节点被强行终止，随后重新启动。"
sync_device wang
sync_device li
sync_device chen --upstream "${urls[perth]}"
say "Chen, of Guangzhou, exchanged with Perth." "广州的陈杰与珀斯交换了数据。"
holdings

chapter "Evening: the line is back" "晚上：线路恢复"
line_up "$line_port"
waitfor 300 drained perth || fail "perth does not send up"
for round in 1 2 3; do
    for name in li wang chen zhao; do sync_device "$name"; done
    for branch in perth guangzhou; do waitfor 100 drained "$branch" || fail "$branch does not send up"; done
    sleep 2
done
for name in li wang chen zhao; do sync_device "$name"; done
holdings

chapter "What a person must decide" "需要人决定的事"
tool li conflicts | indent
tool wang attention | indent

chapter "The machine's history" "设备履历"
tool li history "$machine" | head -12 | indent

chapter "Receipts of Wang's device" "王磊设备的回执"
tool wang receipts | tail -4 | indent

chapter "The customer, as headquarters sees it over both branches" "总部汇总的客户"
account=$(node hq list account --json | jq -r '.items[0].number // .items[0].id')
node hq account show "$account" | indent

chapter "Every replica holds the same" "各副本内容一致"
same=
for name in hq perth guangzhou li wang chen zhao; do
    case $name in
        hq | perth | guangzhou) node "$name" dump --canonical >"$work/$name.dump" ;;
        *) tool "$name" dump --canonical >"$work/$name.dump" ;;
    esac
    digest=$(sha256sum <"$work/$name.dump" | cut -c 1-16)
    printf '    %-10s %s  %7d records\n' "$name" "$digest" "$(wc -l <"$work/$name.dump")"
    [ "$digest" = "${same:=$digest}" ] || fail "the dump of $name differs from that of headquarters"
done
say "Seven canonical dumps, byte for byte the same." "七份规范导出逐字节相同。"
jq -s -e 'map(select(.type=="asset" and .fields.number==["'"$machine"'"])) | .[0].fields
    | .cycles==[17] and (.serial|length)==2 and (.notes|length)==2 and (.tags|length)>=3' "$work/hq.dump" >/dev/null ||
    fail "something of $machine is missing at headquarters"
say "Nothing that anyone entered is missing: 17 cycles, two serial numbers to choose from, two notes, all tags." \
    "录入的内容一项不少：17 个循环、两个待选序列号、两条备注、全部标签。"

echo
if [ -n "$keep" ]; then
    say "The nodes go on in $work. Try:" "节点继续运行于 $work。可试："
    echo "    FIELD_HOME=$work/li $programs/field today"
    echo "    FIELD_HOME=$work/li $programs/field resolve $machine --field serial --keep mine"
    echo "    FIELD_HOME=$work/li $programs/field sync"
    echo "    $programs/fieldsyncd account show $account --data $work/hq"
    say "End them with:" "结束："
    echo "    kill ${pids[*]}"
else
    say "Go on by hand with the same nodes: scripts/demo --keep" "用同样的节点继续手动操作：scripts/demo --keep"
fi

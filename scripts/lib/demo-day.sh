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
node hq scope assign --to perth --unassigned --json | indent
customer=$(node hq list account --json | jq -r '.items[0].id')
yard=$(node hq new site account="$customer" name="Panyu yard" --json | jq -r .id)
yard_machine=$(node hq new asset serial=PY-1 site="$yard" --json | number)
node hq scope plan --site "$yard" --to guangzhou | indent
node hq scope assign --to guangzhou "$yard" --quiet >/dev/null
machine=$(node hq list asset --json | jq -r '.items[] | select(.number != "'"$yard_machine"'") | .number' | sort | head -1)
site=$(node hq get "$machine" --json | jq -r .fields.site)
node hq new product code=EX3600 name="Mining excavator EX3600" --quiet >/dev/null
say "The imported sites are Perth's, the yard is Guangzhou's: each branch holds its own, headquarters holds all." \
    "导入的现场归珀斯，番禺堆场归广州：分公司只持有自己的数据，总部持有全部。"

chapter "Four technicians enrol, two at each branch" "四名技术员登记，每个分公司两名"
holds() { node "$1" get "$2" --quiet; }
waitfor 600 holds perth "$machine" || fail "perth did not get the records"
waitfor 600 holds guangzhou "$yard_machine" || fail "guangzhou did not get the records"
enrol li "Li Na" perth
enrol wang "Wang Lei" perth
enrol chen "Chen Jie" guangzhou
enrol zhao "Zhao Min" guangzhou
order=$(node perth new work_order type=repair asset="$machine" assignees+=wang diagnosis="Swing motor noisy" --json | number)
node perth new work_event order="$order" kind=assigned --quiet >/dev/null
node perth new work_order type=inspect asset="$machine" assignees+=li --quiet >/dev/null
yard_order=$(node guangzhou new work_order type=repair asset="$yard_machine" assignees+=zhao diagnosis="Bucket teeth worn" --json | number)
node guangzhou new work_event order="$yard_order" kind=assigned --quiet >/dev/null
grant_chen() {
    node hq grant add --to chen --site "$site" --until "$(date -u -d '+2 days' +%FT%TZ)" --reason "helps Perth out" --json >"$work/grant"
}
waitfor 100 grant_chen || fail "headquarters does not know chen"
waitfor 100 holds guangzhou "$machine" || fail "guangzhou did not get what was granted"
for name in li wang chen zhao; do sync_device "$name"; done
say "A device holds what its person's orders are about; Chen of Guangzhou holds the site in Perth by a grant for two days." \
    "设备只持有本人工单涉及的数据；广州的陈杰凭两天的授权持有珀斯的现场。"
node hq scope explain chen | indent
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
for step in accept depart arrive start; do tool zhao job "$step" "$yard_order" --quiet >/dev/null; done
node guangzhou set "$yard_order" assignees-=zhao assignees+=chen --quiet >/dev/null
node guangzhou new work_event order="$yard_order" kind=reassigned reason="Chen is nearer" --quiet >/dev/null
tool zhao job finish "$yard_order" --quiet >/dev/null
say "Zhao finished $yard_order; the office had given it to Chen meanwhile." "赵敏完成了 $yard_order；办公室在此期间已改派给陈杰。"

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
node guangzhou attention | indent
waitfor 100 holds guangzhou "$yard_order" || fail "guangzhou lost $yard_order"
node guangzhou decide "$yard_order" no-charge --reason "Zhao was quicker" --json | indent
say "What Zhao did is kept, and the order is closed by the decision:" "赵敏所做的工作得以保留，该工单由此决定关闭："
waitfor 100 drained guangzhou || fail "guangzhou does not send up"
sync_device zhao
tool zhao job show "$yard_order" | indent

chapter "Chen's help ends while he is offline" "陈杰离线期间，其授权结束"
tool chen set "$machine" notes+="Swing motor bearing is loud" --quiet >/dev/null
for grant in $(jq -r '.items[].id' "$work/grant"); do node hq grant revoke "$grant" --reason "back home" --quiet >/dev/null; done
left() { ! node guangzhou get "$machine" --quiet; }
waitfor 100 left || fail "guangzhou still holds what was granted"
sync_device chen
! tool chen get "$machine" --quiet >/dev/null 2>&1 || fail "chen still holds $machine"
say "The site left his device with all its records; what he had not sent yet was taken, because he wrote it while he might." \
    "该现场及其全部记录已离开他的设备；他尚未上传的内容仍被接受，因为录入时他有权。"

chapter "The machine's history" "设备履历"
tool li history "$machine" | head -12 | indent

chapter "Receipts of Wang's device" "王磊设备的回执"
tool wang receipts | tail -4 | indent

chapter "The customer, as headquarters sees it over both branches" "总部汇总的客户"
account=$(node hq list account --json | jq -r '.items[0].number // .items[0].id')
node hq account show "$account" | indent

chapter "Every replica holds the same of what it holds" "各副本对所持有的部分内容一致"
for branch in perth guangzhou; do waitfor 100 drained "$branch" || fail "$branch does not send up"; done
for name in li wang chen zhao; do sync_device "$name"; done
node hq dump --canonical >"$work/hq.dump"
scopes() { sed 's/.*"scope":"\([^"]*\)".*/"scope":"\1"/' "$1" | sort -u; }
for name in perth guangzhou li wang chen zhao; do
    case $name in
        perth | guangzhou) node "$name" dump --canonical >"$work/$name.dump" ;;
        *) tool "$name" dump --canonical >"$work/$name.dump" ;;
    esac
    scopes "$work/$name.dump" >"$work/$name.scopes"
    grep -F -f "$work/$name.scopes" "$work/hq.dump" | cmp -s - "$work/$name.dump" ||
        fail "the dump of $name differs from what headquarters holds of the same scopes"
    printf '    %-10s %5d scopes, %6d of %d records\n' \
        "$name" "$(wc -l <"$work/$name.scopes")" "$(wc -l <"$work/$name.dump")" "$(wc -l <"$work/hq.dump")"
done
say "Of the scopes that each holds, its canonical dump is byte for byte that of headquarters." "在各自持有的范围内，规范导出与总部逐字节相同。"
jq -s -e 'map(select(.type=="asset" and .fields.number==["'"$machine"'"])) | .[0].fields
    | .cycles==[17] and (.serial|length)==2 and (.notes|length)==3 and (.tags|length)>=3' "$work/hq.dump" >/dev/null ||
    fail "something of $machine is missing at headquarters"
say "Nothing that anyone entered is missing: 17 cycles, two serial numbers to choose from, three notes, all tags." \
    "录入的内容一项不少：17 个循环、两个待选序列号、三条备注、全部标签。"

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

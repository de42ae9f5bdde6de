#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# boot.sh BUILD: boots the images of BUILD in QEMU, each board in each way it can be
# entered, and with what cannot work: that must end in one line and a CPU that waits.
set -eu

build=$1
work=$build/boot
patience=${PATIENCE:-60}
# Most of the time they wait for something.
jobs=$(($(nproc) + 2))
running=
rm -rf "$work"
mkdir -p "$work"
export QEMU_AUDIO_DRV=none

# start NAME TEXT QEMU-ARGUMENTS: runs it beside at most as many others.
start() {
    run "$@" &
    running="$running $!"
    set -- $running
    [ $# -lt "$jobs" ] || {
        wait "$1"
        shift
        running=$*
    }
}

# run NAME TEXT QEMU-ARGUMENTS: boots until the UART has shown TEXT.
run() {
    echo "$1" >>"$work/tried"
    name=$1
    text=$2
    shift 2
    out=$work/$(echo "$name" | tr ' /' '__').txt
    : >"$out"
    timeout "$patience" qemu-system-arm "$@" -nographic -nic none -icount shift=0,sleep=off \
        </dev/null >"$out" 2>&1 &
    qemu=$!
    while ! grep -qF -- "$text" "$out" && kill -0 "$qemu" 2>/dev/null; do
        sleep 0.1
    done
    if [ -n "$halts" ]; then
        # QEMU says so when the CPU waits and nothing is ever going to wake it.
        while ! grep -q 'no active timers' "$out" && kill -0 "$qemu" 2>/dev/null; do
            sleep 0.1
        done
    fi
    kill "$qemu" 2>/dev/null || true
    wait "$qemu" 2>/dev/null || true
    grep -qF -- "$text" "$out" || { complain "$name: expected \"$text\""; return; }
    [ -z "$halts" ] || grep -q 'no active timers' "$out" || complain "$name: does not stop"
    [ -z "$halts" ] || [ "$(grep -a -c '^thimble' "$out")" -eq 1 ] ||
        complain "$name: more than one line"
}

# In one piece, as others run too.
complain() {
    echo "boot: $1
$(sed 's/^/    printed: /' "$out" | tail -5)" | tee -a "$work/failed" >&2
}

works() {
    halts=
    start "$@"
}

refuses() {
    halts=1
    name=$1
    text=$2
    shift 2
    start "$name" "thimble: cannot start: $text" "$@"
}

virt='-M virt,virtualization=on,dtb-randomness=off -cpu cortex-a15'
vexpress='-M vexpress-a15 -m 512'
orangepi='-M orangepi-pc -global cortex-a7-arm-cpu.cntfrq=24000000'
pingpong=$build/virt/pingpong/thimble
done='alpha has printed 60 lines'

# ---- every board, every way in: timer, interrupts, UART, restarts ------------------
works 'virt, Hyp' "$done" $virt -m 512 -kernel "$build/virt/drivers/thimble.elf"
works 'virt, Secure SVC' "$done" -M virt,virtualization=on,secure=on -cpu cortex-a15 -m 512 \
    -kernel "$build/virt/drivers/thimble.elf"
works 'virt, raw' "$done" $virt -m 512 -kernel "$build/virt/drivers/thimble.img"
works 'virt, Cortex-A7' "$done" -M virt,virtualization=on -cpu cortex-a7 -m 512 \
    -kernel "$build/virt/drivers/thimble.elf"
works 'vexpress-a15, Secure SVC' "$done" $vexpress \
    -kernel "$build/vexpress-a15/drivers/thimble.elf"
works 'vexpress-a15, Hyp' "$done" $vexpress -M secure=off \
    -kernel "$build/vexpress-a15/drivers/thimble.elf"
works 'orangepi-pc, Secure SVC' "$done" $orangepi \
    -kernel "$build/orangepi-pc/drivers/thimble.elf"
works 'orangepi-pc, Hyp, raw' "$done" $orangepi \
    -kernel "$build/orangepi-pc/drivers/thimble.img"

# ---- floating point: three cells preempt each other, one starts anew and anew, one
# may not; its judge's last access says what it has found. So does the reader's of
# regions with contents -----------------------------------------------------------------
for board in virt vexpress-a15 orangepi-pc; do
    case $board in
    virt) machine="$virt -m 512" ;;
    vexpress-a15) machine=$vexpress ;;
    *) machine=$orangepi ;;
    esac
    works "$board, contents" 'write at 0xc0de0000' $machine \
        -kernel "$build/$board/outside-contents/thimble.elf"
    works "$board, contents, raw" 'write at 0xc0de0000' $machine \
        -kernel "$build/$board/outside-contents/thimble.img"
    works "$board, floating point" 'write at 0xc0de0000' $machine \
        -kernel "$build/$board/outside-vfp/thimble.elf"
done

# ---- a raw image anywhere: behind, before, and over its place --------------------
for at in 0x40200000 0x40200040 0x40203004 0x401fff80 0x401ff000 0x44000000; do
    works "virt, raw at $at" 'region pong.image' $virt -m 512 \
        -device "loader,file=$pingpong.img,addr=$at,cpu-num=0,force-raw=on"
done
contents=$build/virt/outside-contents/thimble
for at in 0x40210000 0x40800000 0x48000000; do
    works "virt, contents, raw at $at" 'write at 0xc0de0000' $virt -m 512 \
        -device "loader,file=$contents.img,addr=$at,cpu-num=0,force-raw=on"
done
head -c $(($(wc -c <"$contents.img") - 4)) "$contents.img" >"$work/contents.img"
refuses 'contents cut short' 'the image is cut short' $virt -m 512 -kernel "$work/contents.img"
# A U-Boot image's header is 64 bytes, and says where the rest goes.
works 'virt, U-Boot image in place' 'region pong.image' $virt -m 512 \
    -device "loader,file=$pingpong.uimg,addr=0x401fffc0,force-raw=on" \
    -device loader,addr=0x40200000,cpu-num=0
works 'virt, loaded as a U-Boot image' 'region pong.image' $virt -m 512 -kernel "$pingpong.uimg"

# ---- what cannot work ----------------------------------------------------------------
no_virt='no Virtualization Extensions, or turned off'
refuses 'virt without virtualization' "$no_virt" -M virt -cpu cortex-a15 -m 512 \
    -kernel "$pingpong.elf"
refuses 'virt, Secure, without virtualization' "$no_virt" -M virt,secure=on -cpu cortex-a15 \
    -m 512 -kernel "$pingpong.elf"
refuses 'Cortex-A9' "$no_virt" $vexpress -cpu cortex-a9 \
    -kernel "$build/vexpress-a15/pingpong/thimble.elf"
refuses 'GICv3' 'no GICv2 where this board has it' $virt -M gic-version=3 -m 512 \
    -kernel "$pingpong.elf"
refuses 'a board with too many lines' "the GIC has fewer lines than .lines says" $virt -m 512 \
    -kernel "$build/virt/pingpong/lines.elf"
refuses 'too little RAM' 'too little RAM for this system' $virt -m 4 -kernel "$pingpong.elf"
refuses 'another counter' "the counter's frequency is not this board's" -M orangepi-pc \
    -kernel "$build/orangepi-pc/pingpong/thimble.img"

size=$(wc -c <"$pingpong.img")
for length in 1400 4096 $((size / 2)) $((size - 4)); do
    head -c "$length" "$pingpong.img" >"$work/cut-$length.img"
    refuses "image cut to $length" 'the image is cut short' $virt -m 512 -kernel "$work/cut-$length.img"
done

# A stub in Hyp mode that enters the image in Non-secure SVC.
cat >"$work/svc.S" <<'END'
    .arch armv7-a
    .arch_extension virt
    .arm
    mov     r0, #0x1d3
    msr     spsr_cxsf, r0
    ldr     r0, =0x40200000
    msr     elr_hyp, r0
    eret
END
"${CROSS:-arm-none-eabi-}gcc" -c -o "$work/svc.o" "$work/svc.S"
"${CROSS:-arm-none-eabi-}objcopy" -O binary "$work/svc.o" "$work/svc.bin"
refuses 'Non-secure SVC' 'entered in Non-secure state, not in Hyp mode' $virt -m 512 \
    -device "loader,file=$pingpong.img,addr=0x40200000,force-raw=on" \
    -device "loader,file=$work/svc.bin,addr=0x44000000,cpu-num=0,force-raw=on"

wait
[ ! -e "$work/failed" ] || { echo "boot: $(grep -c '^boot: ' "$work/failed") of $(wc -l <"$work/tried") failed" >&2; exit 1; }
echo "boot: all boards, all ways in, all refusals: $(wc -l <"$work/tried")"

// Responsible for: what a burst costs the controller: instructions and time of the VM, for lines of one length.
// Not for: printing (link-cost.ts), the models around the VM, whose time is left out, or a microcontroller.

import { readFileSync } from "node:fs"
import type { OpcodeCounter } from "../../boards/virtual/vm/vm-opcodes"
import { VirtualCart, randomOf } from "../../src/host/cli/virtual-cart"
import { identityOf } from "../../src/host/link/host-session"
import { KEY_LENGTH, LINK_INSECURE_SETTING, LINK_KEY_SETTING } from "../../src/wire/session" // prettier-ignore
import { SILENCE } from "../tools/bench-cart"

const ROUNDS_TIMED = 40
const ROUNDS_COUNTED = 4
const LIMIT_US = 60e6
/** The virtual board's own: on metal there is a DMA in its place. */
const BRIDGE = "virtual-bridge.ts"

export interface BurstCost {
    readonly linesPerBurst: number
    readonly bytesPerBurst: number
    /** Time of the VM for one burst, us, what the program does without bursts left out; the median of many rounds. */
    readonly usPerBurst: number
    /** Instructions of the program for one burst, likewise. */
    readonly opsPerBurst: number
    /** Those of them that carry the front end's bytes into the VM. */
    readonly bridgeOpsPerBurst: number
}

/** All that is counted, at one moment. */
interface Counts {
    readonly nowUs: number
    readonly busyMs: number
    readonly cpuMs: number
    readonly wallMs: number
    readonly ops: number
    readonly bridgeOps: number
}

type Use = { us: number; ops: number; bridgeOps: number }

/**
 * @param bytecodeFile of src/firmware/bench/link-cost.ts
 * @param samples of a line
 * @param sealed whether bursts carry a tag
 */
export async function burstCost(
    bytecodeFile: string,
    samples: number,
    sealed: boolean
): Promise<BurstCost> {
    const random = randomOf(1)
    const key = sealed ? random(KEY_LENGTH) : undefined
    let full = { lines: 0, bytes: 0 }
    let said = ""
    let silentFrom: Counts | undefined
    let silence: Use = { us: 0, ops: 0, bridgeOps: 0 }
    let first: Counts | undefined
    let last: Counts | undefined
    let bursts = 0
    const rounds: Use[] = []
    const isBridge = bridgeIn(bytecodeFile)
    let opcodes: OpcodeCounter | undefined

    const cart = await VirtualCart.boot({
        bytecodeFile,
        seed: 1,
        catheterId: "array-20mhz",
        echo: SILENCE,
        vesselOriginMm: 0,
        watchOnly: true,
        identity: identityOf(key, random),
        deploy: {
            bench_samples: samples,
            ...(key
                ? { [LINK_KEY_SETTING]: Buffer.from(key).toString("hex") }
                : { [LINK_INSECURE_SETTING]: true }),
        },
        onLog: line => {
            const word = /silent|sending/.exec(line)?.[0]
            if (!word) return
            said = word
            if (word === "silent") {
                if (first && last && bursts > 1) {
                    const us = last.nowUs - first.nowUs
                    const used = useOf(first, last)
                    const per = (all: number, idle: number): number =>
                        (all - idle * us) / (bursts - 1)
                    rounds.push({
                        us: per(used.us, silence.us),
                        ops: per(used.ops, silence.ops),
                        bridgeOps: per(used.bridgeOps, silence.bridgeOps),
                    })
                }
                silentFrom = counts()
            } else {
                const from = silentFrom!
                const now = counts()
                const us = now.nowUs - from.nowUs
                const used = useOf(from, now)
                silence = {
                    us: used.us / us,
                    ops: used.ops / us,
                    bridgeOps: used.bridgeOps / us,
                }
                first = last = undefined
                bursts = 0
            }
        },
        listener: () => ({
            onLines: (header, bytes) => {
                if (said !== "sending" || header.lines < full.lines) return
                if (header.lines > full.lines) {
                    full = { lines: header.lines, bytes }
                    first = undefined
                    bursts = 0
                }
                last = counts()
                first ??= last
                bursts++
            },
        }),
    })
    const vm = cart.board.controller!
    const counts = (): Counts => {
        const cpu = process.cpuUsage()
        let bridgeOps = 0
        for (const [pc, n] of opcodes?.byPc ?? [])
            if (isBridge(pc)) bridgeOps += n
        return {
            nowUs: cart.clock.nowUs,
            busyMs: vm.time.busyMs,
            cpuMs: (cpu.user + cpu.system) / 1000,
            wallMs: performance.now(),
            ops: opcodes?.count ?? 0,
            bridgeOps,
        }
    }
    const roundsOf = async (count: number): Promise<Use[]> => {
        // The one under way was begun otherwise.
        rounds.length = 0
        const limit = cart.clock.nowUs + LIMIT_US
        if (!(await cart.until(() => rounds.length > count, limit)))
            throw new Error(
                `the bench program does not send: ${cart.panic ?? "no lines"}`
            )
        return rounds.slice(1)
    }
    vm.time.on = true
    const timed = await roundsOf(ROUNDS_TIMED)
    vm.time.on = false
    opcodes = vm.countOpcodes()
    const counted = await roundsOf(ROUNDS_COUNTED)
    opcodes.remove()
    cart.board.stopVm()
    return {
        linesPerBurst: full.lines,
        bytesPerBurst: full.bytes,
        usPerBurst: median(timed.map(r => r.us)),
        opsPerBurst: median(counted.map(r => r.ops)),
        bridgeOpsPerBurst: median(counted.map(r => r.bridgeOps)),
    }
}

/** The VM's share of the processor's time is that of the wall's: this process does one thing after the other. */
function useOf(from: Counts, to: Counts): Use {
    const share = (to.busyMs - from.busyMs) / (to.wallMs - from.wallMs)
    return {
        us: 1000 * share * (to.cpuMs - from.cpuMs),
        ops: to.ops - from.ops,
        bridgeOps: to.bridgeOps - from.bridgeOps,
    }
}

interface DebugInfo {
    readonly functions: readonly {
        readonly startpc: number
        readonly size: number
        /** Place and length in all sources, one after the other. */
        readonly location: readonly [number, number]
    }[]
    readonly sources: readonly { readonly path: string; readonly length: number }[] // prettier-ignore
}

/** Whether an instruction is of the virtual board's half of the SPI bridge. */
function bridgeIn(bytecodeFile: string): (pc: number) => boolean {
    const text = readFileSync(bytecodeFile.replace(/\.devs$/, "-dbg.json"))
    const { functions, sources } = JSON.parse(text.toString()) as DebugInfo
    let at = 0
    let from = 0
    let to = 0
    for (const { path, length } of sources) {
        if (path.endsWith(BRIDGE)) [from, to] = [at, at + length]
        at += length
    }
    const ranges = functions.filter(
        ({ location }) => location[0] >= from && location[0] < to
    )
    if (ranges.length === 0) throw new Error(`no function of ${BRIDGE}`)
    return pc => ranges.some(f => pc > f.startpc && pc <= f.startpc + f.size)
}

function median(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b)
    return sorted[sorted.length >> 1]!
}

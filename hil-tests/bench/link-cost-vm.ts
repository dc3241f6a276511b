// Measures what a burst costs the controller: VM instructions and VM time, for lines of one length.
// The models around the VM are not counted.

import { readFileSync } from "node:fs"
import type { OpcodeCounter } from "../../boards/virtual/vm/vm-opcodes"
import { VirtualCart, randomOf } from "../../src/host/targets/virtual/virtual-cart"
import { fixedIdentity } from "../../src/host/link/host-identity"
import {
    KEY_LENGTH,
    LINK_INSECURE_SETTING,
    LINK_KEY_SETTING,
} from "../../src/shared/protocol/session"
import { SILENCE } from "../support/carts/bench-cart"

const ROUNDS_TIMED = 60
const ROUNDS_COUNTED = 40
const LIMIT_US = 60e6
/** The virtual board's part of the SPI bridge; real hardware uses DMA. */
const BRIDGE = "virtual-bridge.ts"

/** Work of the program per burst, control messages included, averaged over many rounds. */
export interface BurstCost {
    readonly linesPerBurst: number
    readonly bytesPerBurst: number
    /** CPU time of the VM, us; the median, since other programs share the machine. */
    readonly usPerBurst: number
    readonly opsPerBurst: number
    /** Instructions that copy the front end's bytes into the VM. */
    readonly bridgeOpsPerBurst: number
}

/** All counters at one moment. */
interface Counts {
    readonly busyMs: number
    readonly cpuMs: number
    readonly wallMs: number
    readonly ops: number
    readonly bridgeOps: number
}

/** The full bursts of one FIFO filling. */
class Round {
    private lines = 0
    private bytes = 0
    private bursts = 0
    private first: Counts | undefined
    private last: Counts | undefined
    private latest: Counts | undefined

    /** The last burst of a round ends it, so only the bursts before it count. */
    take(lines: number, bytes: number, now: Counts): void {
        if (lines < this.lines) return
        if (lines > this.lines) {
            this.first = this.latest = undefined
            this.bursts = 0
        }
        this.lines = lines
        this.bytes = bytes
        this.last = this.latest
        this.latest = now
        this.first ??= now
        this.bursts++
    }

    /** @returns undefined if there were too few bursts */
    cost(): BurstCost | undefined {
        const { first, last } = this
        const bursts = this.bursts - 2
        if (!first || !last || bursts < 1) return undefined
        // The VM's share of CPU time equals its share of wall time: the process is single-threaded.
        const share = (last.busyMs - first.busyMs) / (last.wallMs - first.wallMs)
        return {
            linesPerBurst: this.lines,
            bytesPerBurst: this.bytes,
            usPerBurst: (1000 * share * (last.cpuMs - first.cpuMs)) / bursts,
            opsPerBurst: (last.ops - first.ops) / bursts,
            bridgeOpsPerBurst: (last.bridgeOps - first.bridgeOps) / bursts,
        }
    }
}

/**
 * @param bytecodeFile of src/firmware/bench/link-cost.ts
 * @param samples per line
 * @param sealed whether bursts carry a tag
 */
export async function burstCost(
    bytecodeFile: string,
    samples: number,
    sealed: boolean
): Promise<BurstCost> {
    const random = randomOf(1)
    const key = sealed ? random(KEY_LENGTH) : undefined
    const isBridge = bridgeTest(bytecodeFile)
    let round = new Round()
    const costs: BurstCost[] = []
    let opcodes: OpcodeCounter | undefined = undefined

    const cart = await VirtualCart.boot({
        bytecodeFile,
        seed: 1,
        catheterId: "array-20mhz",
        echo: SILENCE,
        vesselOriginMm: 0,
        keeps: "nothing",
        identity: fixedIdentity(key, random),
        deploy: {
            bench_samples: samples,
            ...(key
                ? { [LINK_KEY_SETTING]: Buffer.from(key).toString("hex") }
                : { [LINK_INSECURE_SETTING]: true }),
        },
        onLog: line => {
            if (!line.includes("sending")) return
            const cost = round.cost()
            if (cost) costs.push(cost)
            round = new Round()
        },
        listener: () => ({
            onLines: (header, bytes) => round.take(header.lines, bytes, counts()),
        }),
    })
    const vm = cart.board.controller!
    const counts = (): Counts => {
        const cpu = process.cpuUsage()
        let bridgeOps = 0
        for (const [pc, n] of opcodes?.byPc ?? []) if (isBridge(pc)) bridgeOps += n
        return {
            busyMs: vm.time.busyMs,
            cpuMs: (cpu.user + cpu.system) / 1000,
            wallMs: performance.now(),
            ops: opcodes?.count ?? 0,
            bridgeOps,
        }
    }
    const runRounds = async (count: number): Promise<BurstCost[]> => {
        costs.length = 0
        const limit = cart.clock.nowUs + LIMIT_US
        if (!(await cart.until(() => costs.length > count, limit)))
            throw new Error(`the bench program does not send: ${cart.panic ?? "no full bursts"}`)
        // The first round had already started.
        return costs.slice(1)
    }
    vm.time.enabled = true
    const timed = await runRounds(ROUNDS_TIMED)
    vm.time.enabled = false
    opcodes = vm.countOpcodes()
    const counted = await runRounds(ROUNDS_COUNTED)
    opcodes.remove()
    cart.board.stopVm()
    return {
        ...counted[0]!,
        usPerBurst: median(timed.map(c => c.usPerBurst)),
        opsPerBurst: mean(counted.map(c => c.opsPerBurst)),
        bridgeOpsPerBurst: mean(counted.map(c => c.bridgeOpsPerBurst)),
    }
}

interface DebugInfo {
    readonly functions: readonly {
        readonly startpc: number
        /** Offset and length in the concatenated sources. */
        readonly location: readonly [number, number]
    }[]
    readonly sources: readonly {
        readonly path: string
        readonly length: number
    }[]
}

/** Whether an instruction belongs to the virtual board's part of the SPI bridge. */
function bridgeTest(bytecodeFile: string): (pc: number) => boolean {
    const text = readFileSync(bytecodeFile.replace(/\.devs$/, "-dbg.json"))
    const { functions, sources } = JSON.parse(text.toString()) as DebugInfo
    let [at, from, to] = [0, 0, 0]
    for (const { path, length } of sources) {
        if (path.endsWith(BRIDGE)) [from, to] = [at, at + length]
        at += length
    }
    const fromTheEnd = [...functions].sort((a, b) => b.startpc - a.startpc)
    const cache = new Map<number, boolean>()
    return pc => {
        const cached = cache.get(pc)
        if (cached !== undefined) return cached
        // The VM's program counter points behind the first byte of the instruction.
        const f = fromTheEnd.find(({ startpc }) => startpc < pc)
        const offset = f?.location[0] ?? -1
        const inBridge = offset >= from && offset < to
        cache.set(pc, inBridge)
        return inBridge
    }
}

function median(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b)
    return sorted[sorted.length >> 1]!
}

function mean(values: readonly number[]): number {
    return values.reduce((sum, value) => sum + value, 0) / values.length
}

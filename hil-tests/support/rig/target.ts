// The target of the timing rig: the virtual cart, or a real one named by IVUS_TARGET=tcp:HOST.

import { report } from "../../../src/host/terminal"
import { KeyStore } from "../../../src/host/link/key-store"
import { DEFAULT_PORT } from "../../../src/host/link/link-defaults"
import { runTcpPullback } from "../../../src/host/targets/tcp/tcp-pullback"
import { instrumentsOf } from "../../../src/host/targets/virtual/virtual-pullback"
import { allowsAll } from "../../../src/host/run/operator"
import type { ReceivedRun, TakeBytes } from "../../../src/host/run/run-target"
import type { PullbackRequest } from "../../../src/host/sequence/pullback-request"
import { BenchCart, REQUEST } from "../carts/bench-cart"
import { MemoryCapture } from "../carts/memory-capture"
import type { FaultCase } from "./faults"
import { type MotorWrite, motorWrites, ReactionBench } from "./reactions"
import { requiredSled, requiredSledText } from "./sled"

/** A run with its link bytes, which a report keeps when a figure fails. */
export interface RigRun extends ReceivedRun {
    readonly capture: Uint8Array
}

/** A cart on the rig. */
export interface RigTarget {
    readonly name: string
    /** @param seed selects the sled, where the target has more than one */
    pullback(request: PullbackRequest, seed: number): Promise<RigRun>
    /** False for a target that does not depend on the seed. */
    readonly hasSeeds: boolean
    /** Injects faults; undefined where the target cannot. */
    readonly injector: FaultInjector | undefined
}

export interface FaultInjector {
    /**
     * Starts the motion, injects the fault `phaseMs` into a control loop and measures the
     * reaction.
     */
    react(fault: FaultCase, phaseMs: number): Promise<ReactionTimes>
}

/** Times from the fault in ms; Infinity if the event did not occur. */
export interface ReactionTimes {
    /** Reported fault code. */
    readonly code: number | undefined
    readonly stopCommandedMs: number
    readonly standstillMs: number
    readonly firingStoppedMs: number
    /** Ruler position each millisecond from just before the fault: ms and mm. */
    readonly series: readonly (readonly [number, number])[]
}

/**
 * After its last line the sled brakes (0.5 s from 10 mm/s) and stays at rest for as long as the
 * report needs.
 */
const AFTER_MS = 2000
const LIMIT_S = 60
/** The cart on which faults are injected. */
const REACTION_SEED = 1

/**
 * The target named by the environment; the virtual cart by default.
 * @throws Error for an unknown name
 */
export async function rigTarget(
    named = process.env["IVUS_TARGET"] ?? "virtual"
): Promise<RigTarget> {
    if (named === "virtual") return new VirtualRig()
    const host = /^tcp:(.+)$/.exec(named)?.[1]
    if (host === undefined) throw new Error(`IVUS_TARGET is "${named}"; use virtual or tcp:HOST.`)
    return {
        name: named,
        pullback: async request => {
            const capture = new MemoryCapture()
            const keys = new KeyStore().folder
            const run = await runTcpPullback(
                { kind: "tcp", host, port: DEFAULT_PORT, insecure: false, keys },
                request,
                {
                    onBytes: capture.take,
                    progress: () => undefined,
                    // Who runs the rig on a real cart stands beside it.
                    operator: allowsAll(({ what }) => report(what)),
                }
            )
            return { ...run, capture: capture.bytes }
        },
        hasSeeds: false,
        injector: undefined,
    }
}

/**
 * Carts with the required sled. Each run has its own cart, so that runs do not influence each
 * other; carts of one seed share the calibration made by the first.
 */
class VirtualRig implements RigTarget {
    readonly name = "virtual board"
    readonly hasSeeds = true
    readonly injector: FaultInjector
    private readonly settings = new Map<number, Uint8Array>()

    constructor() {
        this.injector = new ReactionBench(request => this.cart(request, REACTION_SEED))
    }

    async pullback(request: PullbackRequest, seed: number): Promise<RigRun> {
        const capture = new MemoryCapture()
        const { bench } = await this.cart(request, seed, capture.take)
        await bench.pull()
        const ended = await bench.cart.until(() => bench.ended, bench.nowUs + 1e6 * LIMIT_S)
        if (!ended) throw new Error(`the pullback did not end within ${LIMIT_S} s`)
        await bench.wait(AFTER_MS)
        const { receiver, board } = bench.cart
        board.stopVm()
        receiver.finish()
        return {
            receiver,
            capture: capture.bytes,
            instruments: instrumentsOf(board),
            source: {
                target: this.name,
                conditions: requiredSledText(seed),
                seed,
            },
        }
    }

    /** Settings of a cart with this sled after it has calibrated itself. */
    private async calibrated(seed: number): Promise<Uint8Array> {
        const cached = this.settings.get(seed)
        if (cached) return cached
        const sled = requiredSled(seed)
        const bench = await BenchCart.boot(REQUEST, { seed, sled })
        await bench.home()
        await bench.calibrate()
        const { board } = bench.cart
        board.stopVm()
        const settings = Uint8Array.from(board.settings)
        this.settings.set(seed, settings)
        return settings
    }

    /** A powered, homed cart and the writes to its motor driver. */
    private async cart(
        request: PullbackRequest,
        seed: number,
        onBytes: TakeBytes = () => undefined
    ): Promise<{ bench: BenchCart; writes: readonly MotorWrite[] }> {
        const writes: MotorWrite[] = []
        const bench = await BenchCart.boot(request, {
            seed,
            sled: requiredSled(seed),
            settings: await this.calibrated(seed),
            onSpi: motorWrites(writes),
            onBytes,
        })
        await bench.home()
        return { bench, writes }
    }
}

// A cart with a bedside unit for many sequences: brought into each base once, then set back to it.

import * as machine from "../../shared/cart-machine"
import * as unit from "../../shared/devices/bedside-unit"
import { UnitBench } from "../../../hil-tests/support/bedside/unit-bench"
import { EVEN_SLED } from "../../../hil-tests/support/carts/bench-cart"
import { judge } from "../campaign/judge"
import type { Recording } from "../campaign/recording"
import { type Base, BASES, type Sequence, type UnitFinding } from "./action"
import { allowedMoves, pullback } from "./allowed-moves"
import { firingFindings } from "./firing"
import type { History } from "./history"
import { Technician } from "./play"

/** Few frames, so that a sequence costs little time. */
const REQUEST = { catheterId: "array-20mhz", speedMmPerS: 1, lengthMm: 5, frameRateHz: 5 }
const START_LIMIT_MS = 6000
/** Into the window of the pullback. */
const PULLED_MS = 1000
/** After the last action: a sled that creeps is seen. */
const TAIL_MS = 700
const STEP_US = 1000
/** A sled that comes free. */
const FREED_US = 300_000

const BASE_STATES: Readonly<Record<Base, number>> = {
    unhomed: machine.STATE_UNHOMED,
    ready: machine.STATE_READY,
    live: machine.STATE_LIVE,
    armed: machine.STATE_ARMED,
    pulling: machine.STATE_PULLING,
    completed: machine.STATE_COMPLETED,
}

export interface SequenceResult {
    readonly findings: readonly UnitFinding[]
    /** States of the cart that were reached. */
    readonly states: ReadonlySet<number>
    /** What happened, as lines for people. */
    readonly trace: readonly string[]
}

interface SavedBase {
    readonly restore: () => void
    /** When START was pressed, for the base in which the sled moves. */
    readonly startedUs: number
    readonly fromMm: number
}

export class SequenceBench {
    private readonly bases = new Map<Base, SavedBase>()

    private constructor(private readonly bench: UnitBench) {}

    static async boot(): Promise<SequenceBench> {
        const made = new SequenceBench(await UnitBench.boot(REQUEST, EVEN_SLED))
        await made.prepare()
        return made
    }

    stop(): void {
        this.bench.stop()
    }

    private async prepare(): Promise<void> {
        const { bench } = this
        const enter: Readonly<Record<Base, () => Promise<unknown>>> = {
            unhomed: () => bench.see("NOT HOMED", START_LIMIT_MS),
            ready: async () => {
                await bench.home()
            },
            live: () => bench.live(),
            armed: async () => {
                await bench.tap(unit.BUTTON_ARM)
                await bench.see("ARMED")
            },
            pulling: async () => {
                await bench.tap(unit.BUTTON_START)
                await bench.wait(PULLED_MS)
            },
            completed: async () => {
                await bench.tap(unit.BUTTON_START)
                await bench.see("CUT SHORT")
            },
        }
        let [startedUs, fromMm] = [0, 0]
        for (const base of BASES) {
            if (base === "pulling") [startedUs, fromMm] = [bench.nowUs, bench.positionMm]
            await enter[base]()
            this.bases.set(base, { restore: await bench.save(), startedUs, fromMm })
        }
    }

    async run(sequence: Sequence): Promise<SequenceResult> {
        const { bench } = this
        const { base } = sequence
        const saved = this.bases.get(base)!
        saved.restore()
        bench.board.settle()
        const fromUs = bench.nowUs
        const firedBefore = bench.fired
        const logBefore = bench.log.length
        const technician = new Technician(bench, BASE_STATES[base])
        for (const action of sequence.actions) await technician.play(action)
        await bench.wait(TAIL_MS)
        technician.end()
        const positionMm = (us: number): number => bench.board.rig.ruler.positionMm(us)
        const current =
            base === "pulling" ? { move: pullback(1, 50, saved.fromMm), atUs: fromUs } : undefined
        const { history } = technician
        const allowed = allowedMoves(history, BASE_STATES[base], positionMm, current)
        const recording = this.recordingOf(technician, allowed.orders, fromUs)
        const fired = bench.board.transmit.timesUs.slice(firedBefore)
        const isFiring = ["live", "armed", "pulling"].includes(base)
        const panics = bench.log
            .slice(logBefore)
            .filter(line => line.includes("PANIC"))
            .map((text): UnitFinding => ({ kind: "panic", atUs: bench.nowUs, text }))
        const findings = [
            ...technician.findings,
            ...allowed.findings,
            ...judge(recording, []).filter(f => !isForced(history, f.atUs)),
            ...firingFindings(history, fired, isFiring),
            ...panics,
        ]
        return {
            findings,
            states: technician.states,
            trace: traceOf(recording, technician, findings),
        }
    }

    private recordingOf(
        technician: Technician,
        orders: Recording["orders"],
        fromUs: number
    ): Recording {
        const { rig, clock } = this.bench.board
        const count = Math.floor((clock.nowUs - fromUs) / STEP_US)
        const positionsMm = new Float64Array(count)
        for (let i = 0; i < count; i++) positionsMm[i] = rig.ruler.positionMm(fromUs + i * STEP_US)
        const edges = rig.edges.edges("power-stage")
        const { options } = rig.sled
        return {
            ...{ fromUs, stepUs: STEP_US, positionsMm, orders },
            stageOn: edges.filter(e => e.timeUs < fromUs).pop()?.level ?? false,
            stageEdges: edges
                .filter(e => e.timeUs >= fromUs)
                .map(e => ({ atUs: e.timeUs, on: e.level })),
            ...{ positions: technician.positions, runs: technician.runs, requestedRuns: [] },
            ...{ faults: [], provokedUs: [] },
            endsMm: [options.leftStopMm + 0.05, options.rightStopMm - 0.05],
            switchIsShorted: false,
            heldUs: { fromUs: 0, toUs: 0 },
            ...{ forcedFromUs: undefined, encoderWrongFromUs: undefined },
            log: [],
        }
    }
}

/** A sled that jams or comes free is moved by the force of its motor and by its own: what it does meanwhile is not judged. */
function isForced(history: History, atUs: number): boolean {
    const last = history.filter(e => e.kind === "stall" && e.atUs <= atUs).pop()
    return last?.kind === "stall" && (last.on || atUs < last.atUs + FREED_US)
}

function traceOf(
    recording: Recording,
    { history }: Technician,
    findings: readonly UnitFinding[]
): string[] {
    const lines: { atUs: number; text: string }[] = []
    for (const { atUs, ...entry } of history) {
        const text =
            entry.kind === "state"
                ? `cart: ${machine.STATE_NAMES[entry.state]}`
                : JSON.stringify(entry)
        lines.push({ atUs, text })
    }
    for (const { atUs, ...order } of recording.orders)
        lines.push({ atUs, text: `  may: ${JSON.stringify(order)}` })
    for (const f of findings) lines.push({ atUs: f.atUs, text: `UNSAFE: ${f.kind}: ${f.text}` })
    return lines
        .sort((a, b) => a.atUs - b.atUs)
        .map(
            ({ atUs, text }) =>
                `${((atUs - recording.fromUs) / 1000).toFixed(0).padStart(7)} ms  ${text}`
        )
}

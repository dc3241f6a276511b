// Runs one case on a campaign cart and judges it.

import { groupsOf } from "./causes"
import type { Base, CampaignCart } from "./campaign-cart"
import type { Case, CaseDisturbance } from "./case"
import { disturb } from "./disturb"
import { type Finding, judge } from "./judge"
import { Operator } from "./operator"
import type { Recording } from "./recording"

/** After the last step: a sled that creeps, or a stage that is switched on late, is seen. */
const TAIL_MS = 600
const STEP_US = 1000
const WATCHDOG_MS = 100
/** A reconnect after a cut or a restart takes this long. */
const AWAY_MS = 1500

function processMs(): number {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
}

export interface CaseResult {
    readonly c: Case
    readonly findings: readonly Finding[]
    readonly recording: Recording
    /** Whether the disturbance took place. */
    readonly disturbed: boolean
    /** CPU time, ms. */
    readonly ms: number
}

export function baseOf(c: Case): Base {
    return c.steps.find(s => s.do !== "wait")?.do === "home" ? "unhomed" : "ready"
}

/**
 * @param onSpi receives every SPI transfer
 * @throws Error from a device model, which is a defect of the model or of the campaign
 */
export async function runCase(
    on: CampaignCart,
    c: Case,
    onSpi?: CampaignCart["onSpi"]
): Promise<CaseResult> {
    const began = processMs()
    on.restore(baseOf(c))
    on.onSpi = onSpi
    const { cart } = on
    const { board, clock } = cart
    const fromUs = clock.nowUs
    board.settle()
    const operator = new Operator(on, c)
    const disturbance = c.disturbance && disturb(on, c.disturbance, operator)
    for (const step of c.steps) {
        if (!operator.present) break
        await operator.play(step)
    }
    if (!operator.present) {
        await operator.wait(AWAY_MS)
        operator.present = c.disturbance?.what !== "link" || c.disturbance.how !== "silent"
        const recovery = c.steps.find(step => step.do === "recover")
        if (recovery) await operator.play(recovery)
    }
    await operator.wait(TAIL_MS)
    board.settle()
    const recording = recordingOf(on, operator, fromUs, c.disturbance, disturbance?.atUs())
    board.bus.end()
    on.listener = {}
    on.onSpi = undefined
    return {
        c,
        findings: judge(recording, groupsOf(c.disturbance)),
        recording,
        disturbed: disturbance?.atUs() !== undefined,
        ms: processMs() - began,
    }
}

/** How long the firmware cannot act at all; after {@link WATCHDOG_MS} the safety circuit acts. */
function heldMs(d: CaseDisturbance | undefined): number {
    if (d?.what === "hang") return Math.min(d.forMs, WATCHDOG_MS)
    if (d?.what === "bus" && d.how.how === "delayed") return d.how.ms + (d.forMs ?? 0)
    return 0
}

function recordingOf(
    { cart }: CampaignCart,
    operator: Operator,
    fromUs: number,
    disturbance: CaseDisturbance | undefined,
    disturbedUs: number | undefined
): Recording {
    const { rig } = cart.board
    const count = Math.floor((cart.clock.nowUs - fromUs) / STEP_US)
    const positionsMm = new Float64Array(count)
    for (let i = 0; i < count; i++) positionsMm[i] = rig.ruler.positionMm(fromUs + i * STEP_US)
    const edges = rig.edges.edges("power-stage")
    const { options } = rig.sled
    const name = disturbance?.what === "fault" ? disturbance.name : ""
    return {
        ...{ fromUs, stepUs: STEP_US, positionsMm },
        stageOn: edges.filter(e => e.timeUs < fromUs).pop()?.level ?? false,
        stageEdges: edges
            .filter(e => e.timeUs >= fromUs)
            .map(e => ({ atUs: e.timeUs, on: e.level })),
        // A stop of the environment is entered when it happens, its reaction time later.
        orders: [...operator.orders].sort((a, b) => a.atUs - b.atUs),
        positions: operator.positions,
        ...{ runs: operator.runs, requestedRuns: operator.requestedRuns },
        ...{ faults: operator.faults, provokedUs: operator.provokedUs },
        endsMm: [options.leftStopMm + 0.05, options.rightStopMm - 0.05],
        switchIsShorted: name.endsWith("-switch-short"),
        heldUs: { fromUs: disturbedUs ?? 0, toUs: (disturbedUs ?? 0) + 1000 * heldMs(disturbance) },
        forcedFromUs: /^(load|stick-slip|screw-slip|stall)$/.test(name) ? disturbedUs : undefined,
        encoderWrongFromUs: /^encoder-/.test(name) ? disturbedUs : undefined,
        log: operator.log,
    }
}

// Responsible for: a whole pullback on the virtual board, in virtual time.
// Not for: the board and the network (virtual-cart.ts) or what is done with the lines.

import type { SpiTransfer } from "../../../../boards/virtual/spi-bridge"
import type { EngineBuild } from "../../../../boards/virtual/line-engine/line-engine"
import type { EchoSource, ChannelDataSource } from "../../../../boards/virtual/vessel/vessel"
import type { VirtualBoard } from "../../../../boards/virtual/virtual-board"
import type { RealClock } from "../../../../boards/virtual/vm/real-clock"
import { STATE_NAMES } from "../../../shared/cart-machine"
import type { MovePlan } from "../../../shared/motion/move-terms"
import { PARK_NM } from "../../../shared/motion/ramp"
import { EVENT_STATE } from "../../../shared/codes"
import { expectedFrames, planOf } from "../../sequence/pullback-plan"
import { catheterNamed } from "../../sequence/catheter-spec"
import type { RunReceiver } from "../../run/run-receiver"
import {
    type Instruments,
    type Progress,
    type ReceivedRun,
    sentData,
    type TakeBytes,
} from "../../run/run-target"
import { tgcAsked } from "../../sequence/pullback-request"
import { type PullbackRequest } from "../../sequence/pullback-request"
import { PullbackSequencer } from "../../run/pullback-sequencer"
import { RunError } from "../../errors"
import { injectFault, type TimedFault } from "./faults"
import { VirtualCart } from "./virtual-cart"

/** After a fault the cart still sends what waited, and its summary; after a lost link it first has to connect again. */
const AFTER_FAULT_US = 3e6

/** As of a real cart (tcp-target.ts). */
const STOP_LIMIT_US = 3e6

/** Homing from the far end takes 40 s, the return 17 s, a calibration with a second homing 35 s. */
const SLACK_S = 120

export type { SpiTransfer } from "../../../../boards/virtual/spi-bridge"

export interface VirtualRunOptions {
    readonly request: PullbackRequest
    readonly bytecodeFile: string
    readonly seed: number
    readonly echo: EchoSource
    /** For element data. */
    readonly elements?: ChannelDataSource
    readonly faults: readonly TimedFault[]
    /** Peak lag of the tip of a catheter that turns; left out, it follows its drive. */
    readonly nurdDeg?: number
    readonly onSpi?: (transfer: SpiTransfer) => void
    readonly onBytes?: TakeBytes
    readonly progress: Progress
    /** How the line engine is built; left out, with one lane and the shortest FIFO. */
    readonly engine?: EngineBuild
    /** Stops the cart, waits until it says that it stands, and ends. */
    readonly stop?: AbortSignal
    /** Keeps to the wall's time while the front end may fire; before and after it still jumps. */
    readonly realTime?: RealClock
}

function plannedOf(request: PullbackRequest): MovePlan | undefined {
    const catheter = catheterNamed(request.catheterId, request.spec)!
    return planOf(request, catheter).plan
}

/** Sled position at which the imaged window of this pullback begins: there the vessel's z is 0. */
export function vesselOriginMm(request: PullbackRequest): number {
    return (plannedOf(request)?.window_start_nm ?? PARK_NM) / 1e6
}

/**
 * Runs one pullback, from power-up to the sled back at its start.
 * @throws RunError when the cart refuses, fails, or does not come to an end
 */
export async function runVirtualPullback(options: VirtualRunOptions): Promise<ReceivedRun> {
    const { request, realTime } = options
    if (realTime) options.echo.hurry?.()
    let technician: PullbackSequencer
    const cart = await VirtualCart.boot({
        bytecodeFile: options.bytecodeFile,
        seed: options.seed,
        catheterId: request.catheterId,
        echo: options.echo,
        vesselOriginMm: vesselOriginMm(request),
        ...(options.elements && { elements: options.elements }),
        ...(request.steps?.gate && {
            heartRatePerMin: request.steps.gate.heartRatePerMin,
        }),
        ...(realTime && { clock: realTime }),
        ...(options.nurdDeg !== undefined && { nurdDeg: options.nurdDeg }),
        ...(options.engine && { engine: options.engine }),
        ...(options.onSpi && { onSpi: options.onSpi }),
        ...(options.onBytes && { onBytes: options.onBytes }),
        listener: made => {
            technician = new PullbackSequencer(
                made.session,
                request,
                (us, action) => void made.clock.after(us, action),
                true
            )
            const { listener } = technician
            return {
                ...listener,
                onDescription: description => {
                    listener.onDescription?.(description)
                    if (!realTime) return
                    // The vessel's first planes take 0.1 s, in which the watchdogs would bark.
                    made.board.listen()
                    realTime.begin()
                },
                onEnd: end => {
                    realTime?.end()
                    listener.onEnd?.(end)
                },
            }
        },
    })
    const { clock, board, receiver } = cart
    for (const fault of options.faults) clock.at(fault.atS * 1e6, () => injectFault(cart, fault))
    const limitUs = 1e6 * (SLACK_S + (plannedOf(request)?.duration_max_ms ?? 0) / 1000)
    let abandonedUs = Infinity
    const finished = await cart.until(
        () => technician.done || technician.failure !== undefined || cart.panic !== undefined,
        limitUs,
        () => {
            report(options, receiver)
            if (options.stop?.aborted && abandonedUs === Infinity) {
                abandonedUs = clock.nowUs
                technician.abort()
            }
            if (clock.nowUs > abandonedUs + STOP_LIMIT_US) technician.stopUnanswered()
        }
    )
    if (technician!.failure && receiver.assembler)
        await cart.until(() => receiver.end !== undefined, clock.nowUs + AFTER_FAULT_US)
    board.stopVm()
    options.echo.close?.()
    receiver.finish()
    const failure = cart.panic
        ? new RunError(`The cart's program crashed (${cart.panic}).`)
        : (technician!.failure ??
          (finished
              ? undefined
              : new RunError(
                    `The cart did not finish within ${Math.round(limitUs / 1e6)} s of its time; it was last ${technician!.stateName}.`
                )))
    if (failure) {
        failure.receiver = receiver
        throw failure
    }
    board.settle()
    return {
        receiver,
        instruments: instrumentsOf(board),
        source: { target: "virtual board", seed: options.seed },
        tgcCdb: tgcAsked(request),
        ...sentData(request),
    }
}

/** What stands beside the virtual cart. */
export function instrumentsOf({ rig, transmit }: VirtualBoard): Instruments {
    return {
        name: "virtual ruler, 1 kHz",
        positionMm: tickUs => rig.ruler.positionMm(tickUs),
        speedMmPerS: (tickUs, ms) => rig.ruler.speedMmPerS(tickUs, ms),
        pulses: transmit.count,
        pulseJitter: (fromUs, toUs) => transmit.jitter(fromUs, toUs),
    }
}

function report(options: VirtualRunOptions, receiver: RunReceiver): void {
    const { request, progress } = options
    const frames = receiver.assembler?.frames.length ?? 0
    if (frames > 0) progress(frames / expectedFrames(request), `pulling, ${frames} frames`)
    else progress(0, doing(receiver))
}

function doing(receiver: RunReceiver): string {
    if (receiver.assembler) return "live"
    const states = receiver.events.filter(e => e.code === EVENT_STATE)
    return STATE_NAMES[states.at(-1)?.value ?? 0] ?? "boot"
}

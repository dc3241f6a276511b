// A pullback on the virtual board, in virtual time.

import type { VirtualBoard } from "../../../../boards/virtual/virtual-board"
import type { RealClock } from "../../../../boards/virtual/vm/real-clock"
import { combineListeners } from "../../run/combine-listeners"
import { RunError } from "../../errors"
import { STATE_NAMES } from "../../../shared/cart-machine"
import { EVENT_STATE } from "../../../shared/codes"
import type { MovePlan } from "../../../shared/motion/move-terms"
import { PARK_NM } from "../../../shared/motion/ramp"
import { reportsWarnings } from "../../run/alarm-reports"
import { allowsAll } from "../../run/operator"
import { PullbackSequencer } from "../../run/pullback-sequencer"
import type { RunListener, RunReceiver } from "../../run/run-receiver"
import { type Instruments, type ReceivedRun, sentData } from "../../run/run-target"
import { catheterNamed } from "../../sequence/catheter-spec"
import { expectedFrames, planOf } from "../../sequence/pullback-plan"
import { type PullbackRequest, requestedTgc } from "../../sequence/pullback-request"
import type { RunIo } from "../run-io"
import { builtBytecodeOf } from "./bytecode"
import { type VirtualBoardOptions, VirtualCart } from "./virtual-cart"

/** Time after a fault for the buffered A-lines and the summary; after a lost link the cart first has to connect again. */
const AFTER_FAULT_US = 3e6

/** The sled's time at rest after the pullback. */
const AT_REST_US = 200e3

/** Time for the cart to stop, as for a real one (../tcp/tcp-pullback.ts). */
const STOP_LIMIT_US = 3e6

/** Homing from the far end takes 40 s, a calibration with a second homing 35 s. */
const SLACK_S = 120

/** The virtual board in this process. */
export interface VirtualTarget {
    readonly kind: "virtual"
    readonly board: VirtualBoardOptions
}

function plannedOf(request: PullbackRequest): MovePlan | undefined {
    const catheter = catheterNamed(request.catheterId, request.spec)!
    return planOf(request, catheter).plan
}

/** Sled position at which the imaged window of this pullback begins, which is z = 0 of the vessel. */
export function vesselOriginMm(request: PullbackRequest): number {
    return (plannedOf(request)?.window_start_nm ?? PARK_NM) / 1e6
}

/**
 * Runs one pullback, from power-up until the sled stands at its end.
 * @param realTime follows real time while the front end may fire; before and after, time jumps
 * @throws RunError when the cart refuses, fails, or does not finish
 */
export async function runVirtualPullback(
    { board: options }: Pick<VirtualTarget, "board">,
    request: PullbackRequest,
    io: RunIo,
    realTime?: RealClock
): Promise<ReceivedRun> {
    if (realTime) options.echo.prepareRealTime?.()
    const { cart, sequencer } = await bootCart(options, request, io, realTime)
    const { clock, board, receiver } = cart
    const limitUs = 1e6 * (SLACK_S + (plannedOf(request)?.duration_max_ms ?? 0) / 1000)
    let abandonedUs = Infinity
    const finished = await cart.until(
        () => sequencer.done || sequencer.failure !== undefined || cart.panic !== undefined,
        limitUs,
        () => {
            reportProgress(request, io, receiver)
            if (io.stop?.aborted && abandonedUs === Infinity) {
                abandonedUs = clock.nowUs
                sequencer.abort()
            }
            if (clock.nowUs > abandonedUs + STOP_LIMIT_US) sequencer.stopUnanswered()
            return io.room?.()
        }
    )
    if (sequencer.failure && receiver.assembler)
        await cart.until(() => receiver.end !== undefined, clock.nowUs + AFTER_FAULT_US)
    // The timing report needs the instruments for 50 ms beyond the last A-line.
    else await cart.until(() => false, clock.nowUs + AT_REST_US)
    board.stopVm()
    options.echo.close?.()
    receiver.finish()
    const failure = failureOf(cart, sequencer, finished ? undefined : limitUs)
    if (failure) {
        failure.receiver = receiver
        if (sequencer.startNm !== undefined) failure.sledMm = sequencer.positionNm / 1e6
        throw failure
    }
    board.settle()
    return {
        receiver,
        instruments: instrumentsOf(board, options.sheath?.name),
        source: { target: "virtual board", seed: options.seed },
        requestedMm: request.lengthMm,
        sledStartMm: sequencer.startNm! / 1e6,
        sledMm: sequencer.positionNm / 1e6,
        tgcCdb: requestedTgc(request),
        ...sentData(request),
    }
}

async function bootCart(
    options: VirtualBoardOptions,
    request: PullbackRequest,
    { onBytes, progress, operator = allowsAll(), ...io }: RunIo,
    realTime: RealClock | undefined
): Promise<{ cart: VirtualCart; sequencer: PullbackSequencer }> {
    const gate = request.steps?.gate
    const report = io.report ?? ((line: string): void => progress(undefined, line))
    let sequencer!: PullbackSequencer
    const cart = await VirtualCart.boot({
        ...options,
        bytecodeFile: builtBytecodeOf(request.catheterId),
        catheterId: request.catheterId,
        vesselOriginMm: vesselOriginMm(request),
        ...(gate && { heartRatePerMin: gate.heartRatePerMin }),
        ...(realTime && { clock: realTime }),
        ...(onBytes && { onBytes }),
        ...(io.keeps && { keeps: io.keeps }),
        listener: made => {
            sequencer = new PullbackSequencer(
                made.session,
                request,
                (us, action) => void made.clock.after(us, action),
                operator
            )
            const { listener } = sequencer
            const warnings = reportsWarnings(report)
            const own: RunListener = {
                ...listener,
                onDescription: description => {
                    listener.onDescription?.(description)
                    // A catheter is put on a sled that has been homed.
                    made.board.coupleCable()
                    if (!realTime) return
                    // The vessel's first planes take 0.1 s; in real time the watchdogs would time out.
                    made.board.precomputeEcho()
                    realTime.begin()
                },
                onEnd: end => {
                    realTime?.end()
                    listener.onEnd?.(end)
                },
            }
            return combineListeners(own, warnings, io.listener ?? {})
        },
    })
    return { cart, sequencer }
}

/** @param passedUs the time limit, where it passed before the pullback had finished */
function failureOf(
    { panic }: VirtualCart,
    sequencer: PullbackSequencer,
    passedUs: number | undefined
): RunError | undefined {
    if (panic) return new RunError(`The cart's program crashed (${panic}).`)
    if (sequencer.failure) return sequencer.failure
    if (passedUs === undefined) return undefined
    return new RunError(
        `The cart did not finish within ${Math.round(passedUs / 1e6)} s of its time; its last state was ${sequencer.stateName}.`
    )
}

/** The measuring instruments beside the virtual cart. */
export function instrumentsOf({ rig, transmit }: VirtualBoard, sheath?: string): Instruments {
    return {
        name: "virtual ruler, 1 kHz",
        positionMm: tickUs => rig.ruler.positionMm(tickUs),
        speedMmPerS: (tickUs, ms) => rig.ruler.speedMmPerS(tickUs, ms),
        ...(sheath !== undefined && {
            tip: { sheath, positionMm: (tickUs: number) => rig.tipRuler.positionMm(tickUs) },
        }),
        pulses: transmit.count,
        pulseJitter: (fromUs, toUs) => transmit.jitter(fromUs, toUs),
    }
}

function reportProgress(
    request: PullbackRequest,
    { progress }: RunIo,
    receiver: RunReceiver
): void {
    const frames = receiver.assembler?.marks.length ?? 0
    const state = stateText(receiver)
    if (frames > 0) progress(frames / expectedFrames(request), `${state}, ${frames} frames`)
    else progress(undefined, state)
}

function stateText(receiver: RunReceiver): string {
    const states = receiver.events.filter(e => e.code === EVENT_STATE)
    return STATE_NAMES[states.at(-1)?.value ?? 0] ?? "boot"
}

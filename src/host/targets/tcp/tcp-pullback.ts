// A pullback on a real cart over TCP, in real time.

import { combineListeners } from "../../run/combine-listeners"
import { RunError } from "../../errors"
import type { Closing } from "../../link/closing"
import type { CartConnection } from "../../link/thread/cart-connection"
import { reportsWarnings } from "../../run/alarm-reports"
import { nobody } from "../../run/operator"
import { PullbackSequencer } from "../../run/pullback-sequencer"
import { restartText } from "../../run/restart-text"
import { type RunListener, RunReceiver } from "../../run/run-receiver"
import { type ReceivedRun, sentData } from "../../run/run-target"
import { expectedFrames } from "../../sequence/pullback-plan"
import { type PullbackRequest, requestedTgc } from "../../sequence/pullback-request"
import { closingText } from "../closing-text"
import type { RunIo } from "../run-io"
import { INSECURE } from "../../link/link-defaults"
import { receiveFrom } from "./receive-from"
import { rejectsOn, STOP_LIMIT_MS, TcpCarts, type TcpTarget } from "./tcp-carts"

/** Time that a lost cart has to connect again; it tries once a second. */
const RETURN_S = 10
/** The summary of a run is sent before the first status of a session; then ten statuses follow in a second. */
const STATUSES_MAX = 10

/**
 * Runs one pullback on a real cart. When the connection is lost during the run, the cart has `returnS` to connect again and
 * to report how many A-lines it fired; it gets no commands then.
 * @throws Interrupted when `io.stop` ended the run; RunError when the port is taken, or the cart refuses, fails or leaves
 */
export async function runTcpPullback(
    target: TcpTarget,
    request: PullbackRequest,
    io: RunIo,
    returnS = RETURN_S
): Promise<ReceivedRun> {
    const report = io.report ?? ((line: string): void => io.progress(undefined, line))
    const carts = await TcpCarts.open(target, report)
    try {
        return await pullBack(carts, request, { ...io, report }, returnS)
    } finally {
        await carts.close()
    }
}

type ReportingIo = RunIo & Required<Pick<RunIo, "report">>

async function pullBack(
    carts: TcpCarts,
    request: PullbackRequest,
    io: ReportingIo,
    returnS: number
): Promise<ReceivedRun> {
    const { stop } = io
    const cancelled = stop && rejectsOn(stop)
    const connection = await carts.next(Infinity, cancelled)
    const { sequencer, receiver, ended } = pullBackOn(connection, request, io)
    let timer: NodeJS.Timeout | undefined
    const abandon = (): void => {
        sequencer.abort()
        timer = setTimeout(() => {
            sequencer.stopUnanswered()
            connection.cut()
        }, STOP_LIMIT_MS)
    }
    stop?.addEventListener("abort", abandon)
    const closing = await ended
    clearTimeout(timer)
    stop?.removeEventListener("abort", abandon)
    if (!sequencer.done) {
        const failure =
            sequencer.failure ??
            new RunError(
                closing
                    ? closingText(closing)
                    : "The cart closed the link before the pullback had ended; check its display and log."
            )
        failure.receiver = receiver
        if (sequencer.startNm !== undefined) failure.sledMm = sequencer.positionNm / 1e6
        if (receiver.inRun) {
            await receiveEnd(receiver, carts.next(returnS, cancelled), io)
            if (receiver.inRun)
                failure.message += ` It did not connect again within ${returnS} s, so the number of fired A-lines is not known.`
        }
        throw failure
    }
    return {
        receiver,
        instruments: undefined,
        requestedMm: request.lengthMm,
        sledStartMm: sequencer.startNm! / 1e6,
        sledMm: sequencer.positionNm / 1e6,
        tgcCdb: requestedTgc(request),
        ...sentData(request),
    }
}

/** Commands the pullback on a cart that has connected. */
function pullBackOn(
    connection: CartConnection,
    request: PullbackRequest,
    { onBytes, progress, report, operator = nobody, listener: also = {}, keeps }: ReportingIo
): {
    sequencer: PullbackSequencer
    receiver: RunReceiver
    ended: Promise<Closing | undefined>
} {
    const { session } = connection
    const sequencer = new PullbackSequencer(
        session,
        request,
        (us, action) => void setTimeout(action, us / 1000),
        operator
    )
    const { listener } = sequencer
    const warnings = reportsWarnings(report)
    const own: RunListener = {
        ...listener,
        onRestart: restart => {
            const text = restartText(restart)
            if (text) report(text)
        },
        onLines: (header, bytes) => {
            listener.onLines?.(header, bytes)
            session.consumed(bytes)
        },
        onStatus: status => {
            listener.onStatus?.(status)
            const frames = receiver.assembler?.marks.length ?? 0
            progress(
                frames > 0 ? frames / expectedFrames(request) : undefined,
                `${frames} frames${session.isInsecure ? `, ${INSECURE}` : ""}`
            )
            if (sequencer.done || sequencer.failure) connection.close()
        },
    }
    const receiver = new RunReceiver(combineListeners(own, warnings, also), session, keeps)
    return { sequencer, receiver, ended: receiveFrom(connection, receiver, onBytes) }
}

/** Waits for a cart that was lost during a run; `cut` gets the summary of the run if the cart sends it. */
async function receiveEnd(
    cut: RunReceiver,
    returning: Promise<CartConnection>,
    { onBytes, listener: also = {} }: RunIo
): Promise<void> {
    let connection: CartConnection
    try {
        connection = await returning
    } catch (error) {
        if (error instanceof RunError) return
        throw error
    }
    let statuses = 0
    const { session } = connection
    const own: RunListener = {
        onUnknownRunEnd: end => {
            if (cut.closeCounts(end)) connection.close()
        },
        onStatus: () => {
            if (++statuses >= STATUSES_MAX) connection.close()
        },
        onLines: (_, bytes) => session.consumed(bytes),
    }
    const receiver = new RunReceiver(combineListeners(own, also), session)
    await receiveFrom(connection, receiver, onBytes)
}

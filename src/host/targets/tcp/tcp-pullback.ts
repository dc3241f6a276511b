// A pullback on a real cart over TCP, in real time.

import type { Socket } from "node:net"
import { combineListeners } from "../../console/live-controller"
import { RunError } from "../../errors"
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
import { awaitCart, rejectsOn, STOP_LIMIT_MS, type TcpTarget } from "./await-cart"
import { attendCart } from "./cart-connection"
import { INSECURE } from "./link-server"

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
    const { stop } = io
    const report = io.report ?? ((line: string): void => io.progress(undefined, line))
    const cancelled = stop && rejectsOn(stop)
    const socket = await awaitCart(target, report, Infinity, cancelled)
    const { sequencer, receiver, ended } = pullBackOn(socket, target, request, { ...io, report })
    let timer: NodeJS.Timeout | undefined
    const abandon = (): void => {
        sequencer.abort()
        timer = setTimeout(() => {
            sequencer.stopUnanswered()
            socket.destroy()
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
            await receiveEnd(receiver, awaitCart(target, report, returnS, cancelled), target, io)
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
    socket: Socket,
    { identity }: TcpTarget,
    request: PullbackRequest,
    {
        onBytes,
        progress,
        report,
        operator = nobody,
        listener: also = {},
    }: RunIo & Required<Pick<RunIo, "report">>
): {
    sequencer: PullbackSequencer
    receiver: RunReceiver
    ended: ReturnType<typeof attendCart>["ended"]
} {
    let sequencer!: PullbackSequencer
    let receiver!: RunReceiver
    const { ended } = attendCart(socket, identity, session => {
        sequencer = new PullbackSequencer(
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
                const frames = receiver.assembler?.frames.length ?? 0
                progress(
                    frames > 0 ? frames / expectedFrames(request) : undefined,
                    `${frames} frames${session.isInsecure ? `, ${INSECURE}` : ""}`
                )
                if (sequencer.done || sequencer.failure) socket.end()
            },
        }
        receiver = new RunReceiver(combineListeners(own, warnings, also), session)
        return { receiver, ...(onBytes && { onBytes }) }
    })
    return { sequencer, receiver, ended }
}

/** Waits for a cart that was lost during a run; `cut` gets the summary of the run if the cart sends it. */
async function receiveEnd(
    cut: RunReceiver,
    connection: Promise<Socket>,
    { identity }: TcpTarget,
    { onBytes, listener: also = {} }: RunIo
): Promise<void> {
    let socket: Socket
    try {
        socket = await connection
    } catch (error) {
        if (error instanceof RunError) return
        throw error
    }
    let statuses = 0
    const { ended } = attendCart(socket, identity, session => {
        const own: RunListener = {
            onUnknownRunEnd: end => {
                if (cut.closeCounts(end)) socket.end()
            },
            onStatus: () => {
                if (++statuses >= STATUSES_MAX) socket.end()
            },
            onLines: (_, bytes) => session.consumed(bytes),
        }
        const receiver = new RunReceiver(combineListeners(own, also), session)
        return { receiver, ...(onBytes && { onBytes }) }
    })
    await ended
}

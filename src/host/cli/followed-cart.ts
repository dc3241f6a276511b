// One cart that `ivus serve --bedside` follows, from its connection on: its unit leads, and each pullback becomes a run folder.

import type { Socket } from "node:net"
import { REJECT_OVERSIZE } from "../../shared/codes"
import type { Restart } from "../../shared/protocol/messages"
import { dateMs } from "../clock"
import { combineListeners } from "../console/live-controller"
import type { Follower } from "../follow/follower"
import { type RecordedRun, RunRecorder } from "../follow/run-recorder"
import { boardIdOf } from "../link/host-identity"
import type { HostSession } from "../link/host-session"
import { cartLog } from "../log/cart-log"
import type { LogFile } from "../log/log-file"
import { reportsAlarms } from "../run/alarm-reports"
import { reportsControl } from "../run/control-reports"
import { type RunListener, RunReceiver } from "../run/run-receiver"
import type { TakeBytes } from "../run/run-target"
import { GREETING_BYTES_MAX } from "./served-cart"

/** What all carts of one server share; one of them is in session at a time. */
export interface Following {
    readonly follower: Follower
    /** The folder for the folders of runs. */
    readonly folder: string
    readonly onRun: (run: RecordedRun) => void
}

export class FollowedCart {
    boardId = "?"
    private recorder: RunRecorder | undefined
    private receiver: RunReceiver | undefined

    constructor(
        private readonly following: Following,
        private readonly print: (line: string) => void,
        private readonly log: Pick<LogFile, "write">,
        private readonly onStarted: (boardId: string, restart: Restart) => void
    ) {}

    join(session: HostSession, socket: Socket): { receiver: RunReceiver; onBytes: TakeBytes } {
        const { follower, folder, onRun } = this.following
        const say = (line: string): void => this.print(`cart ${this.boardId}: ${line}`)
        const recorder = new RunRecorder(() => receiver, {
            ...{ folder, dateMs, onRun, report: say },
            after: (ms, action) => void setTimeout(action, ms).unref(),
        })
        let isProven = false
        const own: RunListener = {
            onHello: hello => void (this.boardId = boardIdOf(hello)),
            onStatus: () => {
                if (isProven) return
                isProven = true
                follower.attach(session)
                follower.listener.onHello?.(receiver.hello!)
                follower.view.receiver = receiver
            },
            onRestart: restart => this.onStarted(this.boardId, restart),
            onLines: (_, bytes) => session.consumed(bytes),
            onUnknownRunEnd: ({ run, lines_fired }) =>
                say(`run ${run}, which was cut, ended with ${lines_fired} A-lines fired`),
        }
        const receiver: RunReceiver = new RunReceiver(
            combineListeners(
                own,
                recorder.listener,
                // A hello is not proven yet, and another cart may be in session.
                { ...follower.listener, onHello: () => undefined },
                reportsAlarms(say),
                reportsControl(say),
                cartLog(this.log, () => this.boardId)
            ),
            session,
            "nothing"
        )
        this.recorder = recorder
        this.receiver = receiver
        let greetingBytes = 0
        const onBytes: TakeBytes = bytes => {
            // A client that has not proven to be a cart cannot fill the disk.
            if (!session.isOpen && (greetingBytes += bytes.length) > GREETING_BYTES_MAX)
                session.reject(REJECT_OVERSIZE)
        }
        socket.on("close", () => this.leave())
        return { receiver, onBytes }
    }

    /** A run in progress is cut: its results are made of what was received. */
    leave(): undefined {
        const { recorder } = this
        this.recorder = undefined
        if (!recorder) return
        recorder.close()
        const { follower } = this.following
        if (follower.view.receiver !== this.receiver) return
        follower.attach(undefined)
        follower.view.linkLost("The cart has left; this host waits until it connects again.")
    }
}

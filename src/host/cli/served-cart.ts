// One cart that `ivus serve` receives, from its connection on: captures, logs and what is printed of it.

import type { Socket } from "node:net"
import { REJECT_OVERSIZE } from "../../shared/codes"
import type { Restart } from "../../shared/protocol/messages"
import { combineListeners } from "../console/live-controller"
import { boardIdOf } from "../link/host-identity"
import type { HostSession } from "../link/host-session"
import { cartLog } from "../log/cart-log"
import type { LogFile } from "../log/log-file"
import { reportsAlarms } from "../run/alarm-reports"
import { reportsControl } from "../run/control-reports"
import { type RunListener, RunReceiver } from "../run/run-receiver"
import type { TakeBytes } from "../run/run-target"
import type { CutRuns } from "../runs/cut-runs"
import type { OutFolder } from "../runs/out-folder"
import { INSECURE } from "../targets/tcp/link-server"
import type { RunLog } from "./run-log"
import { type Ask, ServedFault } from "../serve/cart/served-fault"

/** Bytes that a client may send before it has proven to be a cart. */
export const GREETING_BYTES_MAX = 1024

/** The capture of one run while it is written. */
export interface Capture {
    readonly folder: OutFolder
    readonly log: RunLog
    readonly take: TakeBytes
}

/** One cart from its connection on. */
export class ServedCart {
    boardId = "?"
    private receiver: RunReceiver | undefined
    /** The capture of the current run; that of the next run is a new one. */
    private capture: Capture | undefined
    private reportedInsecure = false
    private fault: ServedFault | undefined

    constructor(
        private readonly cutRuns: CutRuns,
        private readonly print: (line: string) => void,
        private readonly log: Pick<LogFile, "write">,
        private readonly server: {
            start(receiver: RunReceiver): Capture
            save(receiver: RunReceiver, capture: Capture): void
            started(boardId: string, restart: Restart): void
            readonly ask: Ask | undefined
        }
    ) {}

    join(session: HostSession, socket: Socket): { receiver: RunReceiver; onBytes: TakeBytes } {
        const alarms = reportsAlarms(line => this.print(`cart ${this.boardId}: ${line}`))
        const control = reportsControl(line => this.print(`cart ${this.boardId}: ${line}`))
        const own: RunListener = {
            onHello: hello => void (this.boardId = boardIdOf(hello)),
            onRestart: restart => this.server.started(this.boardId, restart),
            onStatus: () => this.reportInsecure(session),
            onLines: (_, bytes) => session.consumed(bytes),
            onUnknownRunEnd: end => {
                const text = this.cutRuns.close(this.boardId, end)
                if (text) this.print(text)
            },
            onEnd: ({ run }) => {
                this.cutRuns.ended(this.boardId, run)
                const capture = this.currentCapture()
                this.capture = undefined
                this.server.save(receiver.snapshot(), capture)
            },
        }
        const ofRun = cartLog({ write: (kind, text) => this.capture?.log.file.write(kind, text) })
        const ofServe = cartLog(this.log, () => this.boardId)
        // The log of the run before the end of the run, which ends it.
        const { ask } = this.server
        const name = (): string => `cart ${this.boardId}`
        if (ask) this.fault = new ServedFault(session, name, this.print, ask)
        const faults = this.fault?.listener ?? {}
        const receiver = new RunReceiver(
            combineListeners(ofRun, own, alarms, control, ofServe, faults),
            session
        )
        this.receiver = receiver
        return { receiver, onBytes: this.recorder(session, socket) }
    }

    /** Keeps the capture of a run in progress. @returns the folder that is no longer used */
    leave(): Capture | undefined {
        this.fault?.close()
        const { capture } = this
        if (!capture) return undefined
        const { folder, log } = capture
        log.failed("The connection was lost during the run.")
        log.file.end()
        if (this.receiver?.inRun) this.print(this.cutRuns.cut(this.boardId, this.receiver, folder))
        folder.discard()
        return capture
    }

    private currentCapture(): Capture {
        this.capture ??= this.server.start(this.receiver!)
        return this.capture
    }

    /** Writes the bytes of a cart in session to its capture. */
    private recorder(session: HostSession, socket: Socket): TakeBytes {
        let greeting = Buffer.alloc(0)
        return bytes => {
            // A client that has not proven to be a cart cannot fill the disk.
            if (!session.isOpen) {
                greeting = Buffer.concat([greeting, bytes])
                if (greeting.length > GREETING_BYTES_MAX) session.reject(REJECT_OVERSIZE)
                return
            }
            try {
                if (greeting.length > 0) this.currentCapture().take(greeting)
                greeting = Buffer.alloc(0)
                this.currentCapture().take(bytes)
            } catch (error) {
                this.print(`The capture cannot be written: ${(error as Error).message}`)
                socket.destroy()
            }
        }
    }

    private reportInsecure(session: HostSession): void {
        if (!session.isInsecure || this.reportedInsecure) return
        this.reportedInsecure = true
        this.print(`cart ${this.boardId} runs ${INSECURE}`)
    }
}

// One cart of `ivus serve`, in a thread of its own, over all its connections: records its pullbacks, tells its alarms, and with
// --bedside shows its live picture.

import * as machine from "../../../shared/cart-machine"
import type { Restart } from "../../../shared/protocol/messages"
import { combineListeners } from "../../run/combine-listeners"
import type { Follower } from "../../follow/follower"
import type { CartConnection } from "../../link/thread/cart-connection"
import { cartLog } from "../../log/cart-log"
import type { LogKind } from "../../log/log-file"
import { reportsAlarms } from "../../run/alarm-reports"
import { CartAlarms } from "../../run/cart-alarms"
import { reportsControl } from "../../run/control-reports"
import { restartDetail } from "../../run/restart-text"
import { type RunListener, RunReceiver } from "../../run/run-receiver"
import type { RunRecorder } from "../../runs/run-recorder"
import { closingText } from "../../targets/closing-text"
import { INSECURE } from "../../link/link-defaults"
import type { CartFigures } from "../cart-messages"
import type { Notice, NoticeKind } from "../notice"
import { LineTotals } from "./line-totals"
import { type Ask, ServedFault } from "./served-fault"

export interface ServedCartOptions {
    readonly boardId: string
    readonly say: (notice: Omit<Notice, "board">) => void
    readonly log: (entry: LogKind, text: string) => void
    /** Asks a person; left out, nobody can answer. */
    readonly ask: Ask | undefined
    /** Shows the live picture of a cart whose bedside unit leads. */
    readonly follower: Follower | undefined
    /** @param receiver that of the present connection */
    readonly recorder: (receiver: () => RunReceiver) => RunRecorder
    /** The present connection has ended. */
    readonly onLeft: () => void
}

/** What the status shows of a cart while it is connected. */
type CartNow = Pick<CartFigures, "state" | "control" | "catheter" | "alarms" | "isInsecure">

const AWAY: CartNow = { state: null, control: null, catheter: null, alarms: [], isInsecure: false }

const LEFT = "The cart has left; this host waits until it connects again."

/** A connection that may have been replaced by a newer one. */
interface Present {
    readonly connection: CartConnection
    readonly receiver: RunReceiver
    now(): CartNow
}

export class ServedCart {
    readonly recorder: RunRecorder
    bytes = 0
    private readonly lines = new LineTotals()
    private present: Present | undefined
    /** The latest one, also when its connection has ended. */
    private receiver = new RunReceiver()
    /** The start of the cart that was told last: a cart reports it in every session. */
    private boots: number | undefined
    private holder: number | undefined
    private saidInsecure = false

    constructor(private readonly options: ServedCartOptions) {
        this.recorder = options.recorder(() => this.receiver)
    }

    connected(connection: CartConnection): void {
        const { follower, ask } = this.options
        if (connection.session.isInsecure && !this.saidInsecure) {
            this.saidInsecure = true
            this.say("cart", `it runs ${INSECURE}`)
        }
        const { session } = connection
        const now = new NowOfCart()
        const fault = ask && this.faultOf(connection, ask)
        const receiver = new RunReceiver(
            combineListeners(
                this.ownListener(connection),
                this.recorder.listener,
                now.listener,
                reportsAlarms(text => this.say("alarm", text)),
                reportsControl(text => this.say("control", text)),
                cartLog({ write: this.options.log }, () => this.options.boardId),
                fault?.listener ?? {},
                follower?.listener ?? {}
            ),
            session,
            "nothing"
        )
        const isInsecure = session.isInsecure
        this.receiver = receiver
        this.present = { connection, receiver, now: () => ({ ...now.shown, isInsecure }) }
        follower?.attach(session)
        if (follower) follower.view.receiver = receiver
        void connection.ended.then(closing => {
            receiver.finish()
            fault?.close()
            if (closing) this.say("connection", closingText(closing), { code: closing.reason })
            this.left(connection)
        })
        connection.onBytes = bytes => {
            this.bytes += bytes.length
            receiver.push(bytes)
        }
    }

    /** What the status shows of it, besides its runs. */
    figures(): CartNow & Pick<CartFigures, "bytes" | "linesReceived" | "linesMissing"> {
        return { ...(this.present?.now() ?? AWAY), bytes: this.bytes, ...this.lines.sums }
    }

    /** Whether the bedside unit is in control of the cart. */
    get isLedByUnit(): boolean {
        return this.holder === machine.HOLDER_UNIT
    }

    /** Asks the cart to brake, which needs no control. @returns whether it is connected */
    stopCart(): boolean {
        const session = this.present?.connection.session
        if (!session?.isOpen) return false
        session.command(machine.COMMAND_STOP)
        return true
    }

    /** Ends its connection, once what has arrived is taken; the cart then stops by itself. */
    async disconnect(): Promise<void> {
        const { present } = this
        present?.connection.cut()
        await present?.connection.ended
    }

    private ownListener({ session }: CartConnection): RunListener {
        return {
            onStatus: ({ control }) => void (this.holder = control),
            onRestart: restart => this.sayStart(restart),
            onDescription: () => this.lines.follow(this.receiver.assembler?.counts),
            onLines: (_, bytes) => session.consumed(bytes),
        }
    }

    private faultOf({ session }: CartConnection, ask: Ask): ServedFault {
        const name = (): string => `cart ${this.options.boardId}`
        return new ServedFault(session, name, text => this.say("question", text), ask)
    }

    private left(connection: CartConnection): void {
        // A newer connection of the same cart goes on.
        if (this.present?.connection !== connection) return
        this.present = undefined
        this.holder = undefined
        this.say("connection", "left")
        this.recorder.lost()
        const { follower } = this.options
        follower?.attach(undefined)
        follower?.view.linkLost(LEFT)
        this.options.onLeft()
    }

    private sayStart(restart: Restart): void {
        if (this.boots === restart.boots) return
        this.boots = restart.boots
        this.say("cart", restartDetail(restart), { boots: restart.boots })
    }

    private say(kind: NoticeKind, text: string, data?: Notice["data"]): void {
        this.options.say({ kind, text, ...(data && { data }) })
    }
}

/** Collects what the status shows of a cart during one connection. */
class NowOfCart {
    private readonly alarms = new CartAlarms()
    private state: string | null = null
    private control: string | null = null
    private catheter: string | null = null

    readonly listener: RunListener = {
        onStatus: status => {
            this.alarms.onStatus(status)
            this.state = machine.STATE_NAMES[status.state] ?? `state ${status.state}`
            this.control = machine.holderName(status.control)
        },
        onEvent: event => void this.alarms.onEvent(event),
        onDescription: ({ catheter }) => void (this.catheter = catheter),
    }

    get shown(): Omit<CartNow, "isInsecure"> {
        const { state, control, catheter } = this
        return { state, control, catheter, alarms: this.alarms.all.map(a => a.sentence) }
    }
}

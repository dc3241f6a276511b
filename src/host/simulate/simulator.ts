// The simulator: a virtual cart with its bedside unit and the host that follows it, on one clock.

import type { VirtualClock } from "../../../boards/virtual/vm/virtual-clock"
import { RealClock, SYSTEM_CLOCK } from "../../../boards/virtual/vm/real-clock"
import * as machine from "../../shared/cart-machine"
import { catheterOf } from "../../shared/acquisition/catheters"
import { GOOD } from "../../shared/codes"
import type { Status } from "../../shared/protocol/messages"
import { PARK_NM } from "../../shared/motion/ramp"
import { faultText, stopText } from "../fault-text"
import { technicianText } from "../run/alarm-text"
import { combineListeners } from "../console/live-controller"
import { dateMs } from "../clock"
import type { LiveView } from "../console/live-view"
import { Follower } from "../follow/follower"
import type { ReferenceStore } from "../references/reference-store"
import type { RunListener } from "../run/run-receiver"
import { builtBytecodeOf } from "../targets/virtual/bytecode"
import { echoSource } from "../targets/virtual/echo-source"
import { VirtualCart } from "../targets/virtual/virtual-cart"
import { calibratedSettings } from "./calibrated-board"
import { FAULT_LESSONS } from "./fault-lessons"
import { HeldButtons } from "./held-buttons"
import { Lesson } from "./lesson"
import {
    type ButtonName,
    type CartState,
    DISPLAY_BYTES,
    type PageRequest,
    type SimulatorState,
} from "./messages"
import { RealTimeMeter } from "./real-time"
import type { ShownSimulator } from "./simulator-sockets"

/** An alarm of the clock may be late by this; beyond it, simulated time falls behind, so that a busy computer causes no fault. */
const PATIENCE_US = 200
/** Length of the generated vein: the cart's length before another one is set. */
const VEIN_MM = 50
/** Over this time the speed is measured. */
const SPEED_MS = 100

export interface SimulatorOptions {
    readonly catheterId: string
    readonly seed: number
    readonly references: ReferenceStore
    /** Left out, one that follows the wall clock. */
    readonly clock?: VirtualClock
    /** Called when there is a new picture. */
    readonly onFrame: () => void
}

export class Simulator implements ShownSimulator {
    displayVersion = 0
    private cart!: VirtualCart
    private readonly clock: VirtualClock
    private readonly meter: RealTimeMeter
    private readonly follower: Follower
    private readonly lesson = new Lesson()
    private readonly buttons = new HeldButtons<ButtonName>(() => undefined)
    private status: Status | undefined
    private isOver = false

    private constructor(private readonly options: SimulatorOptions) {
        const clock = options.clock ?? new RealClock(SYSTEM_CLOCK, PATIENCE_US)
        this.clock = clock
        this.follower = new Follower({
            target: "simulator",
            references: options.references,
            nowMs: () => performance.now(),
            ...{ dateMs, onFrame: options.onFrame },
        })
        this.meter = new RealTimeMeter({
            wallMs: () => performance.now(),
            simulatedMs: () => clock.nowUs / 1000,
            behindMs: () => (clock instanceof RealClock ? clock.slippedUs / 1000 : 0),
            processorMs: () => {
                const { user, system } = process.cpuUsage()
                return (user + system) / 1000
            },
        })
    }

    /** @throws RunError when the virtual cart cannot be calibrated */
    static async boot(options: SimulatorOptions): Promise<Simulator> {
        const simulator = new Simulator(options)
        const { catheterId, seed } = options
        const settings = await calibratedSettings(catheterId, seed)
        const echo = echoSource(catheterOf(catheterId)!, { seed, lengthMm: VEIN_MM })
        echo.prepareRealTime?.()
        simulator.cart = await VirtualCart.boot({
            ...{ seed, settings, echo, catheterId },
            clock: simulator.clock,
            bytecodeFile: builtBytecodeOf(catheterId),
            deploy: {},
            vesselOriginMm: PARK_NM / 1e6,
            watchOnly: true,
            listener: made => {
                simulator.follower.attach(made.session)
                return combineListeners(simulator.follower.listener, simulator.listener)
            },
        })
        simulator.live.receiver = simulator.cart.receiver
        return simulator
    }

    /** The live picture. */
    get live(): LiveView {
        return this.follower.view
    }

    /** Runs until {@link stop}. */
    async run(): Promise<void> {
        const { clock } = this
        if (clock instanceof RealClock) clock.begin()
        await this.cart.until(() => this.isOver, Infinity)
        this.cart.board.stopVm()
        this.cart.receiver.finish()
    }

    stop(): void {
        this.isOver = true
    }

    state(): SimulatorState {
        return {
            type: "state",
            realTime: this.meter.measure(),
            run: 1,
            catheter: this.options.catheterId,
            unit: {
                ...{ plugged: false, cartHeard: false },
                ...{ pressed: this.buttons.pressed, lamps: [0, 0, 0, 0, 0], estopPressed: false },
            },
            cart: this.cartState(),
            lesson: this.lesson.state(),
            faults: FAULT_LESSONS.map(lesson => ({
                ...lesson,
                ...{ caused: false, undo: false, unavailable: null, stoppedMs: null, youS: null },
            })),
            review: null,
            isMakingResults: false,
            message: null,
        }
    }

    display(): Uint8Array {
        return new Uint8Array(DISPLAY_BYTES)
    }

    handle(request: PageRequest, page: object): string | undefined {
        if ("press" in request) this.buttons.press(request.press, page)
        else if ("release" in request) this.buttons.release(request.release, page)
        else if ("releaseAll" in request) this.leave(page)
        else return "The simulator has no bedside unit yet."
        return undefined
    }

    leave(page: object): void {
        this.buttons.releaseAll(page)
    }

    private readonly listener: RunListener = {
        onStatus: status => {
            this.status = status
            this.lesson.onState(status.state)
        },
    }

    private cartState(): CartState {
        const { status } = this
        const { board } = this.cart
        board.settle()
        const { ruler } = board.rig
        const description = this.cart.receiver.description
        const homed = status !== undefined && (status.flags & 1) !== 0
        return {
            state: status ? (machine.STATE_NAMES[status.state] ?? null) : null,
            positionMm: homed ? status.position_nm / 1e6 : null,
            speedMmPerS: Number(ruler.speedMmPerS(ruler.rangeUs.lastUs, SPEED_MS).toFixed(2)),
            remainingMm: status ? this.remainingMm(status) : null,
            lengthMm: description
                ? (description.window_end_nm - description.window_start_nm) / 1e6
                : null,
            control: status ? machine.holderName(status.control) : null,
            fault: status && status.fault !== GOOD ? faultOf(status) : null,
        }
    }

    private remainingMm({ state, position_nm }: Status): number | null {
        const description = this.cart.receiver.description
        if (state === machine.STATE_PULLING && description)
            return Math.max(0, description.window_end_nm - position_nm) / 1e6
        if (state === machine.STATE_RETURNING) return Math.max(0, position_nm - PARK_NM) / 1e6
        return null
    }
}

function faultOf({ state, fault, fault_value }: Status): CartState["fault"] {
    const text =
        state === machine.STATE_STOPPED
            ? stopText(fault, fault_value)
            : faultText(fault, fault_value)
    return { code: fault, text: `${text}: ${technicianText(fault)}` }
}

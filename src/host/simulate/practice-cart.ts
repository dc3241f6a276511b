// The hardware of the simulator: a calibrated virtual cart with its bedside unit, and what can be done to them.

import { BedsideUnit } from "../../../boards/virtual/bedside/bedside-unit"
import type { VirtualBoard } from "../../../boards/virtual/virtual-board"
import { catheterOf } from "../../shared/acquisition/catheters"
import { BUTTONS } from "../../shared/devices/bedside-unit"
import { PARK_NM } from "../../shared/motion/ramp"
import type { RunListener } from "../run/run-receiver"
import { builtBytecodeOf } from "../targets/virtual/bytecode"
import { echoSource } from "../targets/virtual/echo-source"
import { VirtualCart } from "../targets/virtual/virtual-cart"
import { calibratedSettings } from "./calibrated-board"
import type { SimulatorFault } from "./fault-lessons"
import { HeldButtons } from "./held-buttons"
import type { SimulatorClock } from "./simulator-clock"
import { BUTTON_NAMES, type ButtonName } from "./messages"

/** Length of the generated vein: the cart's length before another one is set. */
const VEIN_MM = 50
/** Over this time the speed is measured. */
const SPEED_MS = 100
/**
 * A frame that reaches a VM some 0.1 to 0.34 ms after its start keeps its program from starting, which no real controller does.
 * This time is jumped over, so that the frames of the start come at their exact times.
 */
const START_US = 5000
/** A finger presses for no less; a click of a mouse, or of a page that is slow, may be shorter. */
const PRESS_US = 60_000
/** A power cut lasts this long. */
const POWER_CUT_US = 3e6

export interface PracticeCartOptions {
    readonly catheterId: string
    readonly seed: number
    readonly clock: SimulatorClock
    readonly listener: (cart: VirtualCart) => RunListener
    /** The link to the host was lost. */
    readonly onLost: () => void
}

export class PracticeCart {
    cart!: VirtualCart
    unit!: BedsideUnit
    /** Who holds the buttons: pages, and the fault of a button that sticks. */
    readonly buttons = new HeldButtons<ButtonName>((name, isDown) => {
        if (isDown) this.press(name)
        else this.letGo(name)
    })
    private readonly pressedUs = new Map<ButtonName, number>()
    isEstopPressed = false
    /** What must be done while the clock stands. */
    private readonly waiting: (() => Promise<void>)[] = []
    private hasPower = true
    private isUnitOn = true

    private constructor(private readonly options: PracticeCartOptions) {}

    /** @throws RunError when the cart cannot be calibrated */
    static async boot(options: PracticeCartOptions): Promise<PracticeCart> {
        const practice = new PracticeCart(options)
        const { catheterId, seed, clock, listener } = options
        const settings = await calibratedSettings(catheterId, seed)
        const echo = echoSource(catheterOf(catheterId)!, { seed, lengthMm: VEIN_MM })
        echo.prepareRealTime?.()
        practice.cart = await VirtualCart.boot({
            ...{ seed, settings, echo, catheterId, listener },
            clock: clock.clock,
            bytecodeFile: builtBytecodeOf(catheterId),
            deploy: {},
            vesselOriginMm: PARK_NM / 1e6,
            keeps: "nothing",
        })
        practice.unit = await BedsideUnit.boot(practice.board, { seed })
        return practice
    }

    get board(): VirtualBoard {
        return this.cart.board
    }

    /** Runs the clock until `isOver`, and does what needs a standing clock in between. */
    async run(isOver: () => boolean): Promise<void> {
        const { clock } = this.options
        await clock.jump(START_US)
        while (!isOver()) {
            await this.cart.until(() => isOver() || this.waiting.length > 0, Infinity)
            await this.waiting.shift()?.()
        }
        this.board.stopVm()
        this.cart.receiver.finish()
    }

    private press(name: ButtonName): void {
        this.pressedUs.set(name, this.options.clock.clock.nowUs)
        this.unit.press(BUTTON_NAMES.indexOf(name))
    }

    private letGo(name: ButtonName): void {
        const upUs = this.pressedUs.get(name)! + PRESS_US
        this.options.clock.clock.at(upUs, () => {
            if (!this.buttons.pressed.includes(name)) this.unit.release(BUTTON_NAMES.indexOf(name))
        })
    }

    nowUs(): number {
        this.board.settle()
        return this.board.rig.ruler.rangeUs.lastUs
    }

    positionMm(timeUs: number): number {
        return this.board.rig.ruler.positionMm(timeUs)
    }

    speedMmPerS(): number {
        return this.board.rig.ruler.speedMmPerS(this.nowUs(), SPEED_MS)
    }

    driveStopUs(fromUs: number): number | undefined {
        const { edges } = this.board.rig
        const stops = [
            edges.first("ramp-moving", false, fromUs),
            edges.first("power-stage", false, fromUs),
        ]
        const times = stops.flatMap(edge => (edge ? [edge.timeUs] : []))
        return times.length > 0 ? Math.min(...times) : undefined
    }

    /** @param isPressed false: turned out */
    setEstop(isPressed: boolean): void {
        this.isEstopPressed = isPressed
        this.closeEstopChain()
    }

    /** The cable carries the unit's supply and the rows of its e-stop too (boards/README.md). */
    setCable(isPlugged: boolean): void {
        if (isPlugged === this.unit.isPlugged) return
        if (isPlugged) this.unit.plug()
        else this.unit.unplug()
        this.closeEstopChain()
        if (isPlugged) this.waiting.push(() => this.powerUnit())
        else this.cutUnit()
    }

    private closeEstopChain(): void {
        if (this.isEstopPressed || !this.unit.isPlugged) this.board.pressEstop("bedside")
        else this.board.releaseEstop("bedside")
    }

    private async powerUnit(): Promise<void> {
        if (this.isUnitOn || !this.hasPower || !this.unit.isPlugged) return
        this.isUnitOn = true
        await this.options.clock.jump(START_US, () => this.unit.powerOn())
    }

    private cutUnit(): void {
        if (this.isUnitOn) this.unit.powerOff()
        this.isUnitOn = false
    }

    /** Causes a fault of the virtual board, or one of the simulator. @returns a function that ends it, if it lasts */
    cause(name: string, onEnded: () => void): (() => void) | undefined {
        switch (name as SimulatorFault) {
            case "unit-unplugged":
                this.setCable(false)
                return () => this.setCable(true)
            case "unit-estop":
                this.setEstop(true)
                return () => this.setEstop(false)
            case "start-sticks":
                this.buttons.press("start", this)
                return () => this.buttons.release("start", this)
            case "network-cut":
                this.cart.unplugLink()
                this.options.onLost()
                return () => this.cart.plugLink()
            case "power-cut":
                return this.cutPower(onEnded)
            default:
                return this.board.startFault(name)
        }
    }

    /** It ends by itself. */
    private cutPower(onEnded: () => void): undefined {
        if (!this.hasPower) return
        this.hasPower = false
        this.board.cutPower()
        this.cutUnit()
        this.cart.cutLink()
        this.options.onLost()
        const { clock } = this.options
        clock.clock.after(POWER_CUT_US, () =>
            this.waiting.push(async () => {
                await clock.jump(START_US, () => this.board.restorePower())
                this.hasPower = true
                await this.powerUnit()
                onEnded()
            })
        )
    }
}

/** The names are in the order of the numbers. */
if (BUTTON_NAMES.length !== BUTTONS) throw new Error("a button has no name")

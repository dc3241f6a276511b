// A virtual cart with a bedside unit and a host that only listens: what a technician does, sees and hears, and instruments.

import type { BedsideUnit, UnitOptions } from "../../../boards/virtual/bedside/bedside-unit"
import { snapshotOf } from "../../../boards/virtual/snapshot"
import type { VirtualBoard } from "../../../boards/virtual/virtual-board"
import type { RunListener } from "../../../src/host/run/run-receiver"
import type { VirtualCartOptions } from "../../../src/host/targets/virtual/virtual-cart"
import type { PullbackRequest } from "../../../src/host/sequence/pullback-request"
import * as unit from "../../../src/shared/devices/bedside-unit"
import { BenchCart, EVEN_SLED, type PlainOptions, REQUEST } from "../carts/bench-cart"
import { HEIGHT, readDisplay, type ReadScreen, WIDTH } from "./read-display"
import { standstillMs, travelMm } from "./standstill"

/** A short press of a finger. */
const PRESS_MS = 80
/** A finger needs this long to the next button. */
const PAUSE_MS = 150
/** The display shows a turn within this time: five updates a second. */
const SHOWN_MS = 250
const DARK = new Uint8Array(WIDTH * HEIGHT)
/** Rows of the menu, and clicks to a value. */
const [MENU_ROWS, TURNS_MAX] = [8, 200]
/** Millimetres that are turned in larger steps. */
const FAR = 6
const HOME_LIMIT_MS = 60_000
/** From power-on to the first screen that says what to do. */
const START_LIMIT_MS = 6000
/** Between two control loops, with nothing on the bus. */
const QUIET_MS = 3

export type ScreenTest = string | RegExp | ((screen: ReadScreen) => boolean)

const savedBenches = new Map<string, () => UnitBench>()

export class UnitBench {
    host!: BenchCart
    /** What the host receives is passed on to it. */
    listener: RunListener = {}
    /** Lines that the VMs of cart and unit printed. */
    readonly log: string[] = []
    /** The latest image that was written completely; an image comes in pieces. */
    private whole: { readonly pixels: Uint8Array; readonly number: number } = {
        pixels: new Uint8Array(0),
        number: 0,
    }
    /** The latest reading, which costs time. */
    private read: { readonly pixels: Uint8Array; readonly screen: ReadScreen } | undefined

    private constructor() {}

    /** Cart, host and unit get power. */
    static async boot(
        request: PullbackRequest = REQUEST,
        options: Partial<VirtualCartOptions> = EVEN_SLED,
        unitOptions: Partial<UnitOptions> = {}
    ): Promise<UnitBench> {
        const bench = new UnitBench()
        const onLog = (line: string): void => void bench.log.push(line)
        bench.host = await BenchCart.boot(request, {
            ...options,
            onLog,
            alsoListen: {
                onStatus: status => bench.listener.onStatus?.(status),
                onEvent: event => bench.listener.onEvent?.(event),
                onEnd: end => bench.listener.onEnd?.(end),
            },
        })
        await bench.board.addUnit({ onLog, ...unitOptions })
        bench.watchDisplay()
        return bench
    }

    /** Notes each image when it is complete. */
    private watchDisplay(): void {
        const { display } = this.unit
        const write = display.write.bind(display)
        display.write = (bytes, timeUs) => {
            const { length } = display.frames
            write(bytes, timeUs)
            if (display.frames.length !== length)
                this.whole = { pixels: display.pixels, number: this.whole.number + 1 }
        }
    }

    /** Removes the power of everything. */
    stop(): void {
        this.board.stopVm()
        this.unit.vm.stop()
    }

    /** A cart that was homed by its unit. Later calls with these arguments set the same one back to that moment. */
    static async homed(
        request: PullbackRequest = REQUEST,
        options: PlainOptions = EVEN_SLED
    ): Promise<UnitBench> {
        const key = JSON.stringify([request, options])
        const saved = savedBenches.get(key)
        if (saved) return saved()
        const bench = await UnitBench.boot(request, options)
        await bench.home()
        const restore = await bench.save()
        savedBenches.set(key, () => {
            restore()
            return bench
        })
        return bench
    }

    /** @returns a function that sets cart, unit and host back to this moment */
    async save(): Promise<() => void> {
        await this.wait(QUIET_MS)
        const restoreVms = this.board.saveVms()
        const restoreObjects = snapshotOf(this)
        return () => {
            restoreObjects()
            restoreVms()
        }
    }

    get board(): VirtualBoard {
        return this.host.cart.board
    }

    get unit(): BedsideUnit {
        return this.board.unit
    }

    get nowUs(): number {
        return this.host.nowUs
    }

    async wait(ms: number): Promise<void> {
        await this.host.wait(ms)
    }

    // What the technician does.

    press(button: number): void {
        this.unit.press(button)
    }

    release(button: number): void {
        this.unit.release(button)
    }

    /** A short press. */
    async tap(button: number): Promise<void> {
        this.press(button)
        await this.wait(PRESS_MS)
        this.release(button)
        await this.wait(PAUSE_MS)
    }

    async hold(button: number, ms: number): Promise<void> {
        this.press(button)
        await this.wait(ms)
        this.release(button)
    }

    // What the technician sees.

    /** What stands on the display; nothing while it is off. */
    screen(): ReadScreen {
        const pixels = this.unit.display.isOn ? this.whole.pixels : DARK
        if (!this.read || Buffer.compare(this.read.pixels, pixels) !== 0)
            this.read = { pixels, screen: readDisplay(pixels) }
        return this.read.screen
    }

    /** Images that were written completely. */
    get images(): number {
        return this.whole.number
    }

    /** The first large text: the state or the alarm. */
    get word(): string {
        return this.screen().word
    }

    shows(what: ScreenTest): boolean {
        const screen = this.screen()
        if (typeof what === "function") return what(screen)
        return typeof what === "string" ? screen.text.includes(what) : what.test(screen.text)
    }

    /** Waits until the display shows a text. @returns how long that took, ms */
    async see(what: ScreenTest, limitMs = 1000): Promise<number> {
        const fromUs = this.nowUs
        let seen: number | undefined
        const isSeen = (): boolean => {
            if (this.images === seen) return false
            seen = this.images
            return this.shows(what)
        }
        const reached = await this.host.cart.until(isSeen, fromUs + 1000 * limitMs)
        this.board.settle()
        if (!reached)
            throw new Error(
                `the display did not show ${String(what)} within ${limitMs} ms; it shows: ${this.screen().lines.join(" | ")}`
            )
        return (this.nowUs - fromUs) / 1000
    }

    // Instruments.

    get positionMm(): number {
        this.board.settle()
        return this.board.rig.sled.positionMm
    }

    /** Pulses since the start. */
    get fired(): number {
        this.board.settle()
        return this.board.transmit.count
    }

    /** Time from `fromUs` to standstill, ms. Call it when the sled stands. */
    standstillMs(fromUs: number): number {
        return standstillMs(this.board, fromUs)
    }

    travelMm(fromUs: number): number {
        return travelMm(this.board, fromUs)
    }

    // Procedures, each step after the display asked for it.

    /** From power-on to homed. */
    async home(): Promise<void> {
        await this.see("NOT HOMED", START_LIMIT_MS)
        await this.tap(unit.BUTTON_HOME)
        await this.see("HOMING")
        await this.see(/READY|CATHETER|NO HOST/, HOME_LIMIT_MS)
    }

    async live(): Promise<void> {
        await this.tap(unit.BUTTON_LIVE)
        await this.see(s => s.word === "LIVE", 3000)
    }

    async arm(): Promise<void> {
        await this.live()
        await this.tap(unit.BUTTON_ARM)
        await this.see("ARMED")
    }

    /** From homed to pulling. */
    async pull(): Promise<void> {
        await this.arm()
        await this.tap(unit.BUTTON_START)
        await this.see("PULLING")
    }

    /** Opens the menu, and pushes the dial on a row of it. */
    async open(row: string): Promise<void> {
        await this.tap(unit.BUTTON_DIAL)
        await this.see("SETTINGS")
        await this.pick(row)
    }

    /** Turns to a row of the menu and pushes. */
    async pick(row: string): Promise<void> {
        const isSelected = (): boolean =>
            this.screen().texts.some(t => t.isInverted && !t.isLarge && t.text.startsWith(row))
        for (let i = 0; !isSelected(); i++) {
            if (i > MENU_ROWS)
                throw new Error(`the menu has no row "${row}": ${this.screen().lines.join(" | ")}`)
            await this.turn(1)
        }
        await this.tap(unit.BUTTON_DIAL)
    }

    /** Turns the dial, and waits until the display has changed. */
    async turn(clicks: number): Promise<void> {
        const { images } = this
        this.unit.turn(clicks)
        await this.host.cart.until(() => this.images !== images, this.nowUs + 1000 * SHOWN_MS)
        await this.wait(0)
    }

    /** Chooses a setting in the menu, turns until it shows `value`, keeps it, and leaves the menu. */
    async set(row: string, value: string): Promise<void> {
        await this.open(row)
        const number = (text: string | undefined): number => parseFloat(text ?? "")
        for (let i = 0; !this.shows(s => s.large.includes(value)); i++) {
            if (i > TURNS_MAX)
                throw new Error(`the dial does not reach ${value}: ${this.screen().text}`)
            const apart = number(value) - number(this.screen().large[0])
            // A dial that is turned fast changes the value faster.
            await this.turn((apart < 0 ? -1 : 1) * (Math.abs(apart) > FAR ? 4 : 1))
        }
        await this.tap(unit.BUTTON_DIAL)
        await this.pick("back")
        await this.see(/READY|LIVE/)
    }
}

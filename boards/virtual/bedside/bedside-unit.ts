// A bedside unit in software: its program in a VM of its own, with panel and display, on the Jacdac cable of a virtual cart.

import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import type { RandomGenerator } from "pure-rand/types/RandomGenerator"
import { uniformInt } from "pure-rand/distribution/uniformInt"
import { TOPIC_I2C } from "../../../src/shared/devices/virtual-board"
import { BEDSIDE_PROGRAM } from "../../../src/shared/programs"
import { BoardService } from "../board-service"
import type { CablePort, JacdacCable } from "../jacdac-cable"
import { Controller } from "../vm/controller"
import type { DeviceVm } from "../vm/device-vm"
import { readTwinMessage } from "../vm/jacdac-frame"
import type { VirtualClock } from "../vm/virtual-clock"
import { I2CBus } from "./i2c-bus"
import { Panel, type Tone } from "./panel"
import { type DisplayOptions, Ssd1306 } from "./ssd1306"

export interface UnitOptions {
    /** Its program as `devs build` wrote it; default: {@link BEDSIDE_PROGRAM}. */
    readonly bytecodeFile?: string
    /** All random numbers of the unit follow from it; default 1. */
    readonly seed?: number
    /** Which unit of its cart it is, from 1; gives it its device id. Default 1. */
    readonly number?: number
    /** Whether the cable is plugged in from the start; default true. */
    readonly plugged?: boolean
    readonly display?: Pick<DisplayOptions, "chip" | "address">
    readonly onLog?: (line: string, timeUs: number) => void
}

/** What a unit is connected to. */
export interface UnitHost {
    readonly clock: VirtualClock
    readonly cable: JacdacCable
}

const PROGRAM = `${BEDSIDE_PROGRAM.folder}/bytecode.devs`
/** Separates the random numbers of the unit from those of the cart. */
const UNIT_SEED = 0xbed5

/** The contacts of a button open and close again after it moved. */
export interface Bounce {
    readonly ms: number
    readonly edges: number
}

export class BedsideUnit {
    readonly display: Ssd1306
    readonly panel: Panel
    readonly i2c: I2CBus
    /** On the Jacdac bus, 16 hexadecimal digits. */
    readonly deviceId: string
    /** Whether the display is connected; without it no transfer is acknowledged. */
    hasDisplay = true
    /** Set by {@link powerOff} and {@link powerOn}. */
    isPowered = true
    private readonly clock: VirtualClock
    private readonly cable: JacdacCable
    private readonly mcu: Controller
    private readonly service: BoardService
    private port: CablePort | undefined
    /** A field, not a local variable, so that a snapshot finds it. */
    private readonly chance: RandomGenerator

    private constructor(host: UnitHost, options: UnitOptions) {
        const { number = 1, seed = 1, bytecodeFile = PROGRAM, onLog } = options
        this.clock = host.clock
        this.cable = host.cable
        this.deviceId = (0xbed51d00 + number).toString(16) + "5eedca7e"
        this.chance = xoroshiro128plus(seed ^ UNIT_SEED ^ number)
        this.display = new Ssd1306({
            ...options.display,
            randomByte: () => uniformInt(this.chance, 0, 255),
        })
        this.mcu = new Controller(
            {
                clock: host.clock,
                bytecodeFile,
                seed: seed ^ UNIT_SEED ^ number,
                deviceId: this.deviceId,
                onConnect: peer => peer.refuse("the unit has no network"),
                ...(onLog ? { onLog } : {}),
            },
            frame => this.onFrame(frame)
        )
        this.panel = new Panel(this.clock, frame => this.mcu.receive(frame))
        this.service = new BoardService(this.clock, this.mcu, () => undefined)
        this.i2c = new I2CBus(this.clock, () => (this.hasDisplay ? this.display : undefined), {
            stall: us => this.mcu.vm?.stall(us),
            report: (command, payload) => this.service.report(command, payload),
        })
        if (options.plugged ?? true) this.plug()
    }

    /** Powers a unit up on the cable of a cart. Nothing runs until their clock is stepped. */
    static async boot(host: UnitHost, options: UnitOptions = {}): Promise<BedsideUnit> {
        const unit = new BedsideUnit(host, options)
        await unit.start()
        return unit
    }

    /** Plugs the Jacdac cable in. */
    plug(): void {
        this.port ??= this.cable.plugBoard(frame => this.mcu.receive(frame))
    }

    /** Unplugs the Jacdac cable; the unit keeps its power. */
    unplug(): void {
        this.port?.unplug()
        this.port = undefined
    }

    get isPlugged(): boolean {
        return this.port !== undefined
    }

    /**
     * Presses a button, which stays down until {@link release}.
     * @param button one of BUTTON_ (src/shared/devices/bedside-unit.ts)
     */
    press(button: number, bounce?: Bounce): void {
        this.move(button, true, bounce)
    }

    release(button: number, bounce?: Bounce): void {
        this.move(button, false, bounce)
    }

    private move(button: number, isDown: boolean, bounce?: Bounce): void {
        const { down } = this.panel
        down[button] = isDown
        if (!bounce) return
        // Pairs of edges at random times, so that the button ends as it should.
        const times = Array.from({ length: 2 * Math.ceil(bounce.edges / 2) }, () =>
            uniformInt(this.chance, 1, 1000 * bounce.ms)
        ).sort((a, b) => a - b)
        times.forEach((us, i) => {
            this.clock.after(us, () => void (down[button] = isDown === (i % 2 === 1)))
        })
    }

    /** Turns the dial; clockwise is positive. */
    turn(clicks: number): void {
        this.panel.turn(clicks)
    }

    /** Brightness of each lamp, 0 to 1, by LAMP_. */
    get lamps(): number[] {
        return this.panel.lamps
    }

    /** All tones since the start. */
    get tones(): readonly Tone[] {
        return this.panel.tones
    }

    /** The VM that runs the unit's program. @throws Error before the unit has power */
    get vm(): DeviceVm {
        if (!this.mcu.vm) throw new Error("the unit has no power")
        return this.mcu.vm
    }

    /** The controller starts again, as after its reset button; the display keeps its power, image and registers. */
    async restart(): Promise<void> {
        this.mcu.stop()
        await this.start()
    }

    /** The program starts again, as after a crash; controller and panel go on. */
    restartProgram(): void {
        this.mcu.restartProgram()
    }

    /** The unit loses its power. */
    powerOff(): void {
        this.mcu.stop()
        this.panel.stop()
        this.display.reset()
        this.isPowered = false
    }

    async powerOn(): Promise<void> {
        this.display.reset()
        this.isPowered = true
        await this.start()
    }

    private async start(): Promise<void> {
        // Its settings flash keeps what it holds.
        await this.mcu.boot(this.mcu.settings)
        this.service.start()
        this.panel.start()
    }

    /** A frame that the VM sends. */
    private onFrame(frame: Uint8Array): void {
        const message = readTwinMessage(frame)
        if (message) {
            if (message.topic === TOPIC_I2C) this.i2c.request(message.data)
        } else if (!this.panel.receive(frame)) this.port?.send(frame)
    }
}

// The cart in software: wires the VM, the buses, the device models and the instruments together.

import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import type { RandomGenerator } from "pure-rand/types/RandomGenerator"
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64"
import { uniformInt } from "pure-rand/distribution/uniformInt"
import {
    PIN_DRV_ENN,
    PIN_HEARTBEAT,
    PIN_SAFE_REARM,
    PIN_SAFE_SENSE,
} from "../../src/shared/devices/pins"
import {
    CHIP_FRAM,
    CHIP_MOTOR,
    COMMAND_INPUTS,
    TOPIC_PIN,
    TOPIC_SPI,
    VIRTUAL_BOARD_CLASS,
} from "../../src/shared/devices/virtual-board"
import { engineFrontEnd, un0rickFrontEnd, type VirtualFrontEnd } from "./front-ends"
import { faultGroupOf } from "./fault-groups"
import { Fram, FRAM_MAX_HZ, FRAM_SPI_MODES } from "./fram/fram"
import { Ecg } from "./ecg"
import { LineEngine } from "./line-engine/line-engine"
import { CharacterPanel } from "./bedside/character-screen"
import { BurstDisturber } from "./network/burst-disturber"
import { createSledRig } from "./sled"
import type { SledRig } from "./sled/rig"
import type { BusDisturber } from "./spi/bus-disturber"
import { SpiBridge } from "./spi/spi-bridge"
import { TransmitCounter } from "./instruments/transmit-counter"
import { ENVELOPE_SAMPLES } from "./un0rick/echo"
import type { Un0rick } from "./un0rick/un0rick"
import { DeviceVm } from "./vm/device-vm"
import { commandFrame, readTwinMessage, reportFrame } from "./vm/jacdac-frame"
import type { Alarm, VirtualClock } from "./vm/virtual-clock"
import type { VmHeap } from "./vm/vm-heap"
import type { EstopButton } from "./safety-circuit/estop-chain"
import { SafetyCircuit } from "./safety-circuit/safety-circuit"
import type { Watchdog } from "./safety-circuit/watchdog"
import type { VirtualBoardSetup } from "./virtual-board-options"

const DEVICE_ID = Uint8Array.of(0x1b, 0x0a, 0x4d, 0x5c, 0x77, 0x31, 0x20, 0x09)
/** A rolled screw: 10 um peak to peak per revolution of 1 mm give ±3 % speed ripple unless compensated. */
const SCREW = { screwErrorUmPp: 10 }
const SERVICE_INDEX = 1
/** Jacdac settings service and its command that sets a value (Jacdac, services/settings.md). */
const SETTINGS_CLASS = 0x1107dc4a
const SETTINGS_SET = 0x81
/** Service that runs the program, and its register "running" (Jacdac, services/devicescript_manager.md). */
const MANAGER_CLASS = 0x1134ea2b
const MANAGER_RUNNING = 0x2080
/** From a crash to the restart of the program. */
const RESTART_US = 300_000
/** Separate the random numbers of the ECG from those of the VM. */
const ECG_SEED = 0x4ea7
const VM_SEED = 0x5eed
/** A Jacdac device that is silent for 2 s counts as disconnected. */
const ANNOUNCE_US = 500_000
/** A frame this soon after a VM's boot, other than the announcement, would stop its program from starting. */
const DEAF_US = 1000

export class VirtualBoard {
    readonly clock: VirtualClock
    readonly rig: SledRig
    readonly safety: SafetyCircuit
    readonly fram: Fram
    readonly transmit = new TransmitCounter()
    readonly ecg: Ecg | undefined
    readonly panel: CharacterPanel
    /** What the board sends to its host passes through it. */
    readonly link = new BurstDisturber()
    private readonly frontEnd: VirtualFrontEnd
    private readonly lineEngine: LineEngine | undefined
    private readonly un0rickBoard: Un0rick | undefined
    private vm: DeviceVm | undefined
    private spi: SpiBridge | undefined
    private announcements = 0
    private announcement: Alarm | undefined
    private deafUntilUs = 0
    /** Levels last reported to the program. */
    private inputs = 0
    /** Levels last recorded in the edge log. */
    private readonly levels = { safe: false, "estop-chain": true }
    /** Generators are fields, not local variables, so that a snapshot finds them. */
    private readonly vmChance: RandomGenerator
    private readonly heartChance: RandomGenerator

    private constructor(private readonly options: VirtualBoardSetup) {
        this.clock = options.clock
        this.vmChance = xoroshiro128plus(options.seed ^ VM_SEED)
        this.heartChance = xoroshiro128plus(options.seed ^ ECG_SEED)
        this.rig = createSledRig({
            ...options.sled,
            sled: { ...SCREW, ...options.sled?.sled },
            seed: options.seed,
        })
        const world = {
            advanceTo: (timeUs: number) => this.rig.advanceTo(timeUs),
            onTransmit: (timeUs: number) => this.transmit.onPulse(timeUs),
        }
        if (options.frontEnd === "un0rick") {
            const frontEnd = un0rickFrontEnd(
                options.catheter.id,
                {
                    ...world,
                    // Samples are computed some time after the pulse: the ruler has the position at the pulse.
                    echo: (timeUs, index, out) =>
                        this.echo(index, out, this.rig.ruler.positionMm(timeUs)),
                },
                options.un0rickVersion === undefined ? {} : { version: options.un0rickVersion }
            )
            this.frontEnd = frontEnd
            this.un0rickBoard = frontEnd.un0rick
        } else {
            this.lineEngine = new LineEngine(
                {
                    ...world,
                    echo: (index, out) => this.echo(index, out),
                    channelDataEcho: (shot, out) =>
                        options.channelData?.line(
                            this.rig.sled.positionMm - (options.vesselOriginMm ?? 0),
                            shot,
                            out
                        ),
                },
                options.catheter,
                { seed: options.seed, nurdDeg: options.nurdDeg ?? 0 },
                options.engine
            )
            this.rig.encoder.attach(this.lineEngine.firing)
            this.frontEnd = engineFrontEnd(this.lineEngine)
        }
        this.panel = new CharacterPanel(this.clock, frame => this.toVm(frame), options.panel)
        this.fram = new Fram(options.fram)
        this.safety = new SafetyCircuit(this.clock, () => this.gate())
        this.frontEnd.inhibit(true)
        const chance = this.heartChance
        this.ecg =
            options.heartRatePerMin === undefined
                ? undefined
                : new Ecg(
                      this.clock,
                      () => uniformFloat64(chance),
                      options.heartRatePerMin,
                      timeUs => this.frontEnd.trigger(timeUs)
                  )
    }

    /** Powers the board up. Nothing runs until its clock is stepped. */
    static async boot(options: VirtualBoardSetup): Promise<VirtualBoard> {
        const board = new VirtualBoard(options)
        await board.start()
        for (const { name, atS } of options.faults ?? [])
            board.clock.at(atS * 1e6, () => board.startFault(name))
        return board
    }

    /** Starts a fault of any device now. @throws RangeError for a fault that does not exist */
    startFault(name: string): void {
        const group = faultGroupOf(name)
        if (!group) throw new RangeError(`there is no fault ${name}`)
        group.start(name, this, this.clock.nowUs)
    }

    /** @throws Error on a board with another front end */
    get engine(): LineEngine {
        if (!this.lineEngine) throw new Error("this board has no line engine")
        return this.lineEngine
    }

    /** @throws Error on a board with another front end */
    get un0rick(): Un0rick {
        if (!this.un0rickBoard) throw new Error("this board has no un0rick")
        return this.un0rickBoard
    }

    /** The monostable of the safety circuit. */
    get watchdog(): Watchdog {
        return this.safety.watchdog
    }

    /** Presses an emergency stop, which stays in until {@link releaseEstop}. */
    pressEstop(button: EstopButton = "cart"): void {
        this.safety.chain.press(button)
    }

    releaseEstop(button: EstopButton = "cart"): void {
        this.safety.chain.release(button)
    }

    /** Advances all devices to the present. Call it before reading instruments. */
    settle(): void {
        this.frontEnd.advanceTo(this.clock.nowUs)
    }

    private echo(index: number, out: Float32Array, positionMm = this.rig.sled.positionMm): void {
        const { echo, vesselOriginMm = 0 } = this.options
        echo.line(positionMm - vesselOriginMm, index, out)
    }

    /** Computes the echo at the present sled position, so that the first line is not delayed by it. */
    precomputeEcho(): void {
        this.settle()
        const samples = this.lineEngine?.firing.settings.samples
        this.echo(0, new Float32Array(samples ?? ENVELOPE_SAMPLES))
    }

    /** Removes power from the VM only; the rest of the board, the watchdog included, keeps running. */
    stopVm(): void {
        this.vm?.stop()
    }

    /**
     * Restarts the controller only, as its reset button or own watchdog does: the pins take the levels of `sPin`, the settings
     * stay, and all other chips keep their power and registers.
     */
    async restartVm(): Promise<void> {
        const settings = this.settings
        this.stopVm()
        this.setPin(PIN_DRV_ENN, 1)
        this.setPin(PIN_HEARTBEAT, 0)
        this.setPin(PIN_SAFE_REARM, 0)
        await this.bootVm(settings)
        this.announceFrom(0)
    }

    /** The program starts again, as after a crash; the VM goes on. */
    restartProgram(): void {
        const run = (on: number): void =>
            this.vm?.receive(commandFrame(MANAGER_CLASS, MANAGER_RUNNING, Uint8Array.of(on)))
        run(0)
        this.clock.after(RESTART_US, () => run(1))
    }

    /** Name of the front end on the SPI bus. */
    get frontEndName(): string {
        return this.frontEnd.name
    }

    /** Stalls the VM for `ms`; the rest of the board keeps running. */
    stallVm(ms: number): void {
        this.vm?.stall(1000 * ms)
    }

    /** Multiplies the time of every SPI transfer by `times`; 1 is nominal. */
    slowSpi(times: number): void {
        if (this.spi) this.spi.timeFactor = times
    }

    /** Disturbs the SPI bus. @throws Error before the board has power */
    get bus(): BusDisturber {
        if (!this.spi) throw new Error("the board has no power")
        return this.spi.disturber
    }

    /** The settings flash, which survives power-off. */
    get settings(): Uint8Array {
        return this.vm?.settings ?? new Uint8Array(0)
    }

    /** Heap of the firmware; undefined without power. */
    get heap(): VmHeap | undefined {
        return this.vm?.heap
    }

    /** The VM that runs the firmware; undefined without power. */
    get controller(): DeviceVm | undefined {
        return this.vm
    }

    private async start(): Promise<void> {
        const { options, clock } = this
        const motor = {
            transfer: (mosi: Uint8Array, timeUs: number) => {
                // Lines due before this moment fire first, as the sled cannot go back in time.
                this.frontEnd.advanceTo(timeUs)
                return this.rig.chip.transfer(mosi, timeUs)
            },
        }
        const devices = []
        devices[CHIP_MOTOR] = { name: "tmc5160", device: motor }
        devices[this.frontEnd.chip] = this.frontEnd
        devices[CHIP_FRAM] = {
            name: "fram",
            device: this.fram,
            mode: FRAM_SPI_MODES,
            maxHz: FRAM_MAX_HZ,
        }
        const spi = new SpiBridge(
            clock,
            devices,
            (command, payload) => this.report(command, payload),
            () => this.vm?.bulk,
            options.onSpi
        )
        this.spi = spi
        await this.bootVm(options.settings)
        for (const [name, value] of Object.entries(options.deploy ?? {}))
            clock.after(0, () => this.set(name, JSON.stringify(value)))
        this.announceFrom(0)
    }

    private async bootVm(settings: Uint8Array | undefined): Promise<void> {
        const { options, clock } = this
        this.vm = await DeviceVm.boot(
            options.bytecodeFile,
            {
                clock,
                onFrame: frame => {
                    const message = readTwinMessage(frame)
                    if (!message) this.panel.receive(frame)
                    else if (message.topic === TOPIC_SPI) this.spi?.request(message.data)
                    else if (message.topic === TOPIC_PIN)
                        this.setPin(message.data[0]!, message.data[1]!)
                },
                onConnect: options.onConnect,
                onLog: line => options.onLog?.(line, clock.nowUs),
                randomBytes: count =>
                    Uint8Array.from({ length: count }, () => uniformInt(this.vmChance, 0, 255)),
            },
            settings
        )
        this.deafUntilUs = clock.nowUs > 0 ? clock.nowUs + DEAF_US : 0
    }

    /** A report of the board's service on the Jacdac bus. */
    private report(command: number, payload: Uint8Array): void {
        this.toVm(reportFrame(DEVICE_ID, SERVICE_INDEX, command, payload))
    }

    private toVm(frame: Uint8Array): void {
        if (this.clock.nowUs >= this.deafUntilUs) this.vm?.receive(frame)
    }

    /** Sends a setting to the board's settings service, which writes it to flash; the program reads it when it starts. */
    set(name: string, value: string | Uint8Array): void {
        const payload = Buffer.concat([Buffer.from(`${name}\0`), Buffer.from(value)])
        this.vm?.receive(commandFrame(SETTINGS_CLASS, SETTINGS_SET, payload))
    }

    private setPin(pin: number, level: number): void {
        if (pin === PIN_HEARTBEAT) this.safety.setHeartbeat(level !== 0)
        else if (pin === PIN_DRV_ENN) this.safety.setDrvEnn(level !== 0)
        else if (pin === PIN_SAFE_REARM) {
            this.safety.setRearm(level !== 0)
            // A program that has just started does not know the levels, which may stay as they are.
            this.clock.after(0, () => this.sendInputs())
        }
    }

    /** The safety circuit has changed: its outputs go to the chips, its sense level to the controller. */
    private gate(): void {
        this.settle()
        const { nowUs } = this.clock
        const { motorOff, transmitInhibited, sense } = this.safety.outputs
        this.frontEnd.inhibit(transmitInhibited)
        this.rig.setEnable(motorOff, nowUs)
        this.recordEdge("safe", this.safety.safe)
        this.recordEdge("estop-chain", this.safety.chain.closed)
        const inputs = sense ? 1 << PIN_SAFE_SENSE : 0
        if (inputs === this.inputs) return
        this.inputs = inputs
        // The VM may be running now, and then takes no frame.
        this.clock.after(0, () => this.sendInputs())
    }

    private recordEdge(signal: "safe" | "estop-chain", level: boolean): void {
        if (this.levels[signal] === level) return
        this.levels[signal] = level
        this.rig.edges.record(signal, level, this.clock.nowUs)
    }

    private sendInputs(): void {
        const payload = new Uint8Array(4)
        new DataView(payload.buffer).setUint32(0, this.inputs, true)
        this.report(COMMAND_INPUTS, payload)
    }

    private announceFrom(announcements: number): void {
        if (this.announcement) this.announcement.cancelled = true
        this.announcements = announcements
        this.announcement = this.clock.after(0, () => this.announce())
    }

    private announce(): void {
        const payload = new Uint8Array(8)
        payload[0] = Math.min(++this.announcements, 15)
        new DataView(payload.buffer).setUint32(4, VIRTUAL_BOARD_CLASS, true)
        this.vm?.receive(reportFrame(DEVICE_ID, 0, 0, payload))
        // A program that has just bound the board does not know the levels yet.
        if (this.announcements > 1) this.sendInputs()
        this.announcement = this.clock.after(ANNOUNCE_US, () => this.announce())
    }
}

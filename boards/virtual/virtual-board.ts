// The cart in software: wires the VM, the buses, the device models and the instruments together.

import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import type { RandomGenerator } from "pure-rand/types/RandomGenerator"
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64"
import { CHIP_FRAM, CHIP_MOTOR, TOPIC_PIN, TOPIC_SPI } from "../../src/shared/devices/virtual-board"
import { BoardService } from "./board-service"
import { createFrontEnd, type VirtualFrontEnd } from "./front-ends"
import { faultGroupOf } from "./fault-groups"
import { Fram, FRAM_MAX_HZ, FRAM_SPI_MODES } from "./fram/fram"
import { Ecg } from "./ecg"
import { type CablePort, JacdacCable } from "./jacdac-cable"
import type { LineEngine } from "./line-engine/line-engine"
import { Pins } from "./pins"
import { BedsideUnit, type UnitOptions } from "./bedside/bedside-unit"
import { BurstDisturber } from "./network/burst-disturber"
import { createSledRig } from "./sled"
import type { SledRig } from "./sled/rig"
import type { BusDisturber } from "./spi/bus-disturber"
import { SpiBridge } from "./spi/spi-bridge"
import { TransmitCounter } from "./instruments/transmit-counter"
import { ENVELOPE_SAMPLES } from "./un0rick/echo"
import type { Un0rick } from "./un0rick/un0rick"
import { Controller } from "./vm/controller"
import type { DeviceVm } from "./vm/device-vm"
import { readTwinMessage } from "./vm/jacdac-frame"
import type { VirtualClock } from "./vm/virtual-clock"
import type { VmHeap } from "./vm/vm-heap"
import type { EstopButton } from "./safety-circuit/estop-chain"
import type { SafetyCircuit } from "./safety-circuit/safety-circuit"
import type { Watchdog } from "./safety-circuit/watchdog"
import type { VirtualBoardSetup } from "./virtual-board-options"

/** A rolled screw: 10 um peak to peak per revolution of 1 mm give ±3 % speed ripple unless compensated. */
const SCREW = { screwErrorUmPp: 10 }
/** Separates the random numbers of the ECG from all others. */
const ECG_SEED = 0x4ea7

export class VirtualBoard {
    readonly clock: VirtualClock
    readonly rig: SledRig
    readonly fram: Fram
    readonly transmit = new TransmitCounter()
    readonly ecg: Ecg | undefined
    /** To other devices on the Jacdac bus. */
    readonly cable: JacdacCable
    /** The bedside units, in the order in which they were added. */
    readonly units: BedsideUnit[] = []
    /** What the board sends to its host passes through it. */
    readonly link = new BurstDisturber()
    private readonly frontEnd: VirtualFrontEnd
    private readonly mcu: Controller
    private readonly port: CablePort
    private readonly pins: Pins
    private readonly service: BoardService
    private spi: SpiBridge | undefined
    /** A field, not a local variable, so that a snapshot finds it. */
    private readonly heartChance: RandomGenerator

    private constructor(private readonly options: VirtualBoardSetup) {
        this.clock = options.clock
        this.heartChance = xoroshiro128plus(options.seed ^ ECG_SEED)
        this.rig = createSledRig({
            ...options.sled,
            sled: { ...SCREW, ...options.sled?.sled },
            seed: options.seed,
        })
        this.frontEnd = createFrontEnd(options, this.rig, this.transmit, (index, out, positionMm) =>
            this.echo(index, out, positionMm)
        )
        this.mcu = new Controller(options, frame => this.onFrame(frame))
        this.cable = new JacdacCable(this.clock)
        this.port = this.cable.plugBoard(frame => this.mcu.receive(frame), true)
        this.fram = new Fram(options.fram)
        this.pins = new Pins(this.clock, this.rig, this.frontEnd, () => this.service)
        // A program that has just bound the board does not know the levels yet.
        this.service = new BoardService(this.clock, this.mcu, () => this.pins.sendInputs())
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
        for (const unit of options.units ?? []) await board.addUnit(unit)
        for (const { name, atS } of options.faults ?? [])
            board.clock.at(atS * 1e6, () => board.startFault(name))
        return board
    }

    /** Connects one more bedside unit and powers it up; by default its random numbers follow from the seed of the board. */
    async addUnit(options: UnitOptions = {}): Promise<BedsideUnit> {
        const { seed, onLog } = this.options
        const number = this.units.length + 1
        const unit = await BedsideUnit.boot(this, {
            seed,
            number,
            ...(onLog && { onLog }),
            ...options,
        })
        this.units.push(unit)
        return unit
    }

    /** The first bedside unit. @throws Error if the board has none */
    get unit(): BedsideUnit {
        if (!this.units[0]) throw new Error("this board has no bedside unit")
        return this.units[0]
    }

    /**
     * Saves what the VMs of the cart and of its units hold; the objects around them are the caller's (snapshot.ts). Call it
     * between two alarms, while no transfer is in progress.
     * @returns a function that restores it
     */
    saveVms(): () => void {
        const vms = [this.controller, ...this.units.map(unit => unit.vm)]
        const restores = vms.flatMap(vm => (vm ? [vm.save()] : []))
        return () => restores.forEach(restore => restore())
    }

    /**
     * Starts a fault of any device now.
     * @returns a function that ends it; undefined if it is momentary or cannot be undone
     * @throws RangeError for a fault that does not exist
     */
    startFault(name: string): (() => void) | undefined {
        const group = faultGroupOf(name)
        if (!group) throw new RangeError(`there is no fault ${name}`)
        return group.start(name, this, this.clock.nowUs)
    }

    /** @throws Error on a board with another front end */
    get engine(): LineEngine {
        if (!this.frontEnd.engine) throw new Error("this board has no line engine")
        return this.frontEnd.engine
    }

    /** @throws Error on a board with another front end */
    get un0rick(): Un0rick {
        if (!this.frontEnd.un0rick) throw new Error("this board has no un0rick")
        return this.frontEnd.un0rick
    }

    get safety(): SafetyCircuit {
        return this.pins.safety
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

    private echo(index: number, out: Float32Array, positionMm = this.rig.tipMm): void {
        const { echo, vesselOriginMm = 0 } = this.options
        echo.line(positionMm - vesselOriginMm, index, out)
    }

    /** Computes the echo at the present sled position, so that the first line is not delayed by it. */
    precomputeEcho(): void {
        this.settle()
        const samples = this.frontEnd.engine?.firing.settings.samples
        this.echo(0, new Float32Array(samples ?? ENVELOPE_SAMPLES))
    }

    /** Puts the catheter of the option `sheath` on the sled, where there is one. */
    coupleCable(): void {
        this.settle()
        if (this.options.sheath) this.rig.coupleCable(this.options.sheath.sheath)
    }

    /** Removes power from the VM only; the rest of the board, the watchdog included, keeps running. */
    stopVm(): void {
        this.mcu.stop()
    }

    /**
     * Restarts the controller only, as its reset button or own watchdog does: the pins take the levels of `sPin`, the settings
     * stay, and all other chips keep their power and registers.
     */
    async restartVm(): Promise<void> {
        const settings = this.settings
        this.stopVm()
        this.pins.reset()
        await this.mcu.boot(settings)
        this.service.start()
    }

    /** The power of all parts fails; settings and FRAM stay. {@link restorePower} ends it. */
    cutPower(): void {
        this.stopVm()
        this.cyclePower()
    }

    /** All parts start. */
    async restorePower(): Promise<void> {
        this.cyclePower()
        await this.restartVm()
    }

    private cyclePower(): void {
        this.settle()
        this.rig.powerCycle(this.rig.nowUs)
        this.frontEnd.powerCycle(this.clock.nowUs)
    }

    /** The program starts again, as after a crash; the VM goes on. */
    restartProgram(): void {
        this.mcu.restartProgram()
    }

    /** Name of the front end on the SPI bus. */
    get frontEndName(): string {
        return this.frontEnd.name
    }

    /** Stalls the VM for `ms`; the rest of the board keeps running. */
    stallVm(ms: number): void {
        this.controller?.stall(1000 * ms)
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
        return this.mcu.settings
    }

    /** Heap of the firmware; undefined without power. */
    get heap(): VmHeap | undefined {
        return this.controller?.heap
    }

    /** The VM that runs the firmware; undefined without power. */
    get controller(): DeviceVm | undefined {
        return this.mcu.vm
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
            (command, payload) => this.service.report(command, payload),
            () => this.controller?.bulk,
            options.onSpi
        )
        this.spi = spi
        await this.mcu.boot(options.settings)
        for (const [name, value] of Object.entries(options.deploy ?? {}))
            clock.after(0, () => this.set(name, JSON.stringify(value)))
        this.service.start()
    }

    /** A frame that the VM sends. */
    private onFrame(frame: Uint8Array): void {
        const message = readTwinMessage(frame)
        if (!message) this.port.send(frame)
        else if (message.topic === TOPIC_SPI) this.spi?.request(message.data)
        else if (message.topic === TOPIC_PIN) this.pins.set(message.data[0]!, message.data[1]!)
    }

    /** Sends a setting to the board's settings service, which writes it to flash; the program reads it when it starts. */
    set(name: string, value: string | Uint8Array): void {
        this.mcu.set(name, value)
    }
}

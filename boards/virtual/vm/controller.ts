// The controller of the virtual board: the VM that runs the firmware, its settings flash, its random numbers and its restarts.

import { uniformInt } from "pure-rand/distribution/uniformInt"
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import type { RandomGenerator } from "pure-rand/types/RandomGenerator"
import type { VirtualBoardSetup } from "../virtual-board-options"
import { DeviceVm } from "./device-vm"
import { commandFrame } from "./jacdac-frame"

/** Jacdac settings service and its command that sets a value (Jacdac, services/settings.md). */
const SETTINGS_CLASS = 0x1107dc4a
const SETTINGS_SET = 0x81
/** Service that runs the program, and its register "running" (Jacdac, services/devicescript_manager.md). */
const MANAGER_CLASS = 0x1134ea2b
const MANAGER_RUNNING = 0x2080
/** From a crash to the restart of the program. */
const RESTART_US = 300_000
/** Separates the random numbers of the VM from all others. */
const VM_SEED = 0x5eed
/** A frame this soon after a VM's boot, other than the announcement, would stop its program from starting. */
const DEAF_US = 1000

export interface ControllerOptions extends Pick<
    VirtualBoardSetup,
    "clock" | "bytecodeFile" | "seed" | "onConnect" | "onLog"
> {
    /** On the Jacdac bus, 16 hexadecimal digits; by default all controllers have the same. */
    readonly deviceId?: string
}

export class Controller {
    private running: DeviceVm | undefined
    private deafUntilUs = 0
    /** A field, not a local variable, so that a snapshot finds it. */
    private readonly chance: RandomGenerator

    /** @param onFrame called with each frame that the VM sends on the Jacdac bus */
    constructor(
        private readonly options: ControllerOptions,
        private readonly onFrame: (frame: Uint8Array) => void
    ) {
        this.chance = xoroshiro128plus(options.seed ^ VM_SEED)
    }

    /** Undefined without power. */
    get vm(): DeviceVm | undefined {
        return this.running
    }

    /** The settings flash, which survives power-off. */
    get settings(): Uint8Array {
        return this.running?.settings ?? new Uint8Array(0)
    }

    /** @param settings contents of the settings flash; default: erased */
    async boot(settings: Uint8Array | undefined): Promise<void> {
        const { clock, bytecodeFile, onConnect, onLog, deviceId } = this.options
        this.running = await DeviceVm.boot(
            bytecodeFile,
            {
                clock,
                onFrame: frame => this.onFrame(frame),
                onConnect,
                onLog: line => onLog?.(line, clock.nowUs),
                randomBytes: count =>
                    Uint8Array.from({ length: count }, () => uniformInt(this.chance, 0, 255)),
            },
            settings,
            deviceId
        )
        this.deafUntilUs = clock.nowUs > 0 ? clock.nowUs + DEAF_US : 0
    }

    stop(): void {
        this.running?.stop()
    }

    /** The program starts again, as after a crash; the VM goes on. */
    restartProgram(): void {
        const run = (on: number): void =>
            this.running?.receive(commandFrame(MANAGER_CLASS, MANAGER_RUNNING, Uint8Array.of(on)))
        run(0)
        this.options.clock.after(RESTART_US, () => run(1))
    }

    /** Sends a setting to the settings service, which writes it to flash; the program reads it when it starts. */
    set(name: string, value: string | Uint8Array): void {
        const payload = Buffer.concat([Buffer.from(`${name}\0`), Buffer.from(value)])
        this.running?.receive(commandFrame(SETTINGS_CLASS, SETTINGS_SET, payload))
    }

    /** A frame of another device on the Jacdac bus. */
    receive(frame: Uint8Array): void {
        if (this.options.clock.nowUs >= this.deafUntilUs) this.running?.receive(frame)
    }

    /** An announcement of another device, which the VM takes at any time. */
    receiveAnnouncement(frame: Uint8Array): void {
        this.running?.receive(frame)
    }
}

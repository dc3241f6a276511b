// The controller's pins: what the program writes goes to the safety circuit, whose outputs go to the chips and back to the program.

import {
    PIN_DRV_ENN,
    PIN_HEARTBEAT,
    PIN_SAFE_REARM,
    PIN_SAFE_SENSE,
} from "../../src/shared/devices/pins"
import { COMMAND_INPUTS } from "../../src/shared/devices/virtual-board"
import type { BoardService } from "./board-service"
import type { VirtualFrontEnd } from "./front-ends"
import { SafetyCircuit } from "./safety-circuit/safety-circuit"
import type { SledRig } from "./sled/rig"
import type { VirtualClock } from "./vm/virtual-clock"

export class Pins {
    readonly safety: SafetyCircuit
    /** Levels last reported to the program. */
    private inputs = 0
    /** Levels last recorded in the edge log. */
    private readonly levels = { safe: false, "estop-chain": true }

    constructor(
        private readonly clock: VirtualClock,
        private readonly rig: SledRig,
        private readonly frontEnd: VirtualFrontEnd,
        private readonly service: () => BoardService
    ) {
        this.safety = new SafetyCircuit(clock, () => this.gate())
        frontEnd.inhibit(true)
    }

    /** The program writes a level. */
    set(pin: number, level: number): void {
        if (pin === PIN_HEARTBEAT) this.safety.setHeartbeat(level !== 0)
        else if (pin === PIN_DRV_ENN) this.safety.setDrvEnn(level !== 0)
        else if (pin === PIN_SAFE_REARM) {
            this.safety.setRearm(level !== 0)
            // A program that has just started does not know the levels, which may stay as they are.
            this.clock.after(0, () => this.sendInputs())
        }
    }

    /** The controller restarts: the levels of `sPin` in its board file. */
    reset(): void {
        this.set(PIN_DRV_ENN, 1)
        this.set(PIN_HEARTBEAT, 0)
        this.set(PIN_SAFE_REARM, 0)
    }

    sendInputs(): void {
        const payload = new Uint8Array(4)
        new DataView(payload.buffer).setUint32(0, this.inputs, true)
        this.service().report(COMMAND_INPUTS, payload)
    }

    /** The safety circuit has changed: its outputs go to the chips, its sense level to the controller. */
    private gate(): void {
        const { nowUs } = this.clock
        this.frontEnd.advanceTo(nowUs)
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
}

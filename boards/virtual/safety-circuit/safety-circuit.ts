// Model of the safety circuit (boards/README.md): watchdog and e-stop chain clear a latch, and the latch gates motor and transmit.

import type { VirtualClock } from "../vm/virtual-clock"
import { EstopChain } from "./estop-chain"
import { Watchdog } from "./watchdog"

/** What the circuit sends to the chips and to the controller. */
export interface SafetyOutputs {
    /** DRV_ENN of the motor driver: true (high) switches its stage off. */
    readonly motorOff: boolean
    /** TX_INHIBIT of the front end. */
    readonly transmitInhibited: boolean
    /** SAFE_SENSE of the controller. */
    readonly sense: boolean
}

/** Defects of the circuit's parts and wires. */
export interface SafetyDefects {
    /** SAFE_SENSE is stuck at this level. */
    sense: boolean | undefined
    /** The wire SAFE_REARM is open: the resistor holds it low. */
    rearmOpen: boolean
    /** The monostable never expires. */
    watchdogStuck: boolean
    /** Q of the latch is stuck high. */
    latchStuck: boolean
    /** The OR gate's output to the motor driver is stuck low: the stage is always enabled. */
    motorGateLow: boolean
    /** The OR gate ignores SAFE: only the controller's pin switches the motor off. */
    motorGateIgnoresSafe: boolean
    /** The wire from the OR gate to DRV_ENN is open: the resistor at the chip holds it high. */
    motorGateOpen: boolean
    /** The inverter's output to TX_INHIBIT is stuck low. */
    transmitGateLow: boolean
}

export class SafetyCircuit {
    readonly watchdog: Watchdog
    readonly chain: EstopChain
    readonly defects: SafetyDefects = {
        sense: undefined,
        rearmOpen: false,
        watchdogStuck: false,
        latchStuck: false,
        motorGateLow: false,
        motorGateIgnoresSafe: false,
        motorGateOpen: false,
        transmitGateLow: false,
    }
    /** Q of the flip-flop; low at power-on, as the watchdog is expired then. */
    private q = false
    private rearmLevel = false
    private drvEnnHigh = true

    /** @param onChange called after each change of an input or a part, with all outputs settled */
    constructor(
        clock: VirtualClock,
        private readonly onChange: () => void
    ) {
        this.watchdog = new Watchdog(clock, () => this.update())
        this.chain = new EstopChain(() => this.update())
    }

    /** Motor and transmit are allowed. */
    get safe(): boolean {
        return this.run && (this.q || this.defects.latchStuck)
    }

    get outputs(): SafetyOutputs {
        const { defects, drvEnnHigh, safe } = this
        const gated = drvEnnHigh || (!safe && !defects.motorGateIgnoresSafe)
        return {
            motorOff: defects.motorGateOpen || (gated && !defects.motorGateLow),
            transmitInhibited: !safe && !defects.transmitGateLow,
            sense: defects.sense ?? safe,
        }
    }

    /** Level of the controller's pin HEARTBEAT. */
    setHeartbeat(level: boolean): void {
        this.watchdog.input(level ? 1 : 0)
    }

    /** Level of the controller's pin DRV_ENN. */
    setDrvEnn(level: boolean): void {
        this.drvEnnHigh = level
        this.update()
    }

    /** Level of the controller's pin SAFE_REARM: a rising edge clocks the 1 at D into the flip-flop unless it is being cleared. */
    setRearm(level: boolean): void {
        const arrives = level && !this.defects.rearmOpen
        const rises = arrives && !this.rearmLevel
        this.rearmLevel = arrives
        if (rises && this.run) this.q = true
        this.update()
    }

    /** Sets a defect. @returns a function that ends it */
    defect<K extends keyof SafetyDefects>(part: K, value: SafetyDefects[K]): () => void {
        const before = this.defects[part]
        this.defects[part] = value
        this.update()
        return () => {
            this.defects[part] = before
            this.update()
        }
    }

    /** CLR of the flip-flop, active low: the first AND gate. */
    private get run(): boolean {
        return (this.watchdog.alive || this.defects.watchdogStuck) && this.chain.closed
    }

    private update(): void {
        if (!this.run) this.q = false
        this.onChange()
    }
}

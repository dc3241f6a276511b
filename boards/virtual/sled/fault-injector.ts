// Makes the faults of faults.ts happen in a rig and takes them back. Responsible for when and for remembering what was
// there before; the names and values are checked in faults.ts.
import { checkFault, SLED_FAULT_NAMES, type SledFault } from "./faults"
import type { SledRig } from "./rig"

/** A sheath that bends: compliance of the drive under the fault "stick-slip", in N per um. */
const SOFT_STIFFNESS = 0.02

export class FaultInjector {
    /** The closed list of names. */
    readonly names: readonly SledFault[] = SLED_FAULT_NAMES
    private readonly undo = new Map<SledFault, () => void>()

    constructor(private readonly rig: SledRig) {}

    /** Faults in force now; one-shot faults (driver-reset, screw-slip) are not in it. */
    get active(): readonly SledFault[] {
        return [...this.undo.keys()]
    }

    /**
     * Starts a fault at `timeUs`. Errors: unknown-fault with the list of names, bad-fault-value with the range.
     * A fault that is already in force is replaced.
     */
    inject(name: string, timeUs: number, value?: number): void {
        const checked = checkFault(name, value)
        this.rig.advanceTo(timeUs)
        this.takeBack(checked.fault)
        const undo = this.start(checked.fault, checked.value)
        if (undo) this.undo.set(checked.fault, undo)
        this.settle()
    }

    /** Ends a fault; one that is not in force is no error. */
    clear(name: string, timeUs: number): void {
        const { fault } = checkFault(name)
        this.rig.advanceTo(timeUs)
        this.takeBack(fault)
        this.settle()
    }

    private takeBack(fault: SledFault): void {
        this.undo.get(fault)?.()
        this.undo.delete(fault)
    }

    private settle(): void {
        this.rig.sled.changed()
        this.rig.chip.driverChanged()
        this.rig.updateSwitches()
    }

    /** Makes the change and returns what takes it back; nothing for one-shot faults. */
    private start(fault: SledFault, value: number): (() => void) | undefined {
        const { sled, chip, encoder, switchFaults } = this.rig
        const driver = chip.core.stage.faults
        switch (fault) {
            case "stall":
                return set(sled, "jammed", true)
            case "load":
                return set(sled, "loadN", value)
            case "stick-slip": {
                const undo = [
                    set(sled.options, "stictionN", value),
                    set(sled.options, "stictionVariation", 0.3),
                    set(sled.options, "slidingFraction", 0.5),
                    set(sled.options, "stiffnessNPerUm", SOFT_STIFFNESS),
                ]
                return () => undo.forEach(u => u())
            }
            case "screw-slip":
                sled.slipRemainingM = value * 1e-3
                return undefined
            case "encoder-dead":
                return set(encoder.faults, "dead", true)
            case "encoder-reversed":
                return set(encoder.faults, "reversed", true)
            case "encoder-slip":
                return set(encoder.faults, "slip", value)
            case "left-switch-open":
                return set(switchFaults, "left", "open")
            case "left-switch-closed":
                return set(switchFaults, "left", "closed")
            case "right-switch-open":
                return set(switchFaults, "right", "open")
            case "right-switch-closed":
                return set(switchFaults, "right", "closed")
            case "driver-reset":
                this.rig.powerCycle(this.rig.nowUs)
                return undefined
            case "bus-all-ones":
                return set(chip, "busState", "ones")
            case "bus-all-zeros":
                return set(chip, "busState", "zeros")
            case "bus-stuck":
                return set(chip, "busState", value < 0 ? "repeats" : Math.round(value))
            case "over-temperature-warning":
                return set(driver, "overTemperatureWarning", true)
            case "over-temperature":
                return set(driver, "overTemperature", true)
            case "short":
                return set(driver, "short", true)
            case "open-load":
                return set(driver, "openLoad", true)
            case "undervoltage":
                return set(driver, "undervoltage", true)
        }
    }
}

/** Sets one property and returns what puts the former value back. */
function set<T, K extends keyof T>(target: T, key: K, value: T[K]): () => void {
    const before = target[key]
    target[key] = value
    return () => {
        target[key] = before
    }
}

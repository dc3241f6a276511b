// Starts and ends the faults of faults.ts in a rig.
import type { Fault } from "../fault"
import { checkFault, SLED_FAULT_NAMES, SLED_FAULTS, type SledFault } from "./faults"
import type { SledRig } from "./rig"

export class FaultInjector {
    readonly names: readonly SledFault[] = SLED_FAULT_NAMES
    private readonly undo = new Map<SledFault, () => void>()

    constructor(private readonly rig: SledRig) {}

    /** Active faults, without the momentary ones (driver-reset, screw-slip). */
    get active(): readonly SledFault[] {
        return [...this.undo.keys()]
    }

    /**
     * Starts a fault at `timeUs`; one that is already in force is replaced.
     * @throws SledError unknown-fault with the list of names, bad-fault-value with the range
     */
    inject(name: string, timeUs: number, value?: number): void {
        const checked = checkFault(name, value)
        const fault: Fault<SledRig> = SLED_FAULTS[checked.fault]
        this.rig.advanceTo(timeUs)
        this.end(checked.fault)
        const undo = fault.start(this.rig, timeUs, checked.value)
        if (undo) this.undo.set(checked.fault, undo)
        this.update()
    }

    /** Ends a fault at `timeUs`; does nothing where it is not in force. */
    clear(name: string, timeUs: number): void {
        const { fault } = checkFault(name)
        this.rig.advanceTo(timeUs)
        this.end(fault)
        this.update()
    }

    private end(fault: SledFault): void {
        this.undo.get(fault)?.()
        this.undo.delete(fault)
    }

    private update(): void {
        this.rig.sled.changed()
        this.rig.chip.driverChanged()
        this.rig.updateSwitches()
    }
}

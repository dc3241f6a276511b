// The type of a fault that the virtual board can produce. Each device has a table of its faults in faults.ts beside it.

/** One fault of a device. */
export interface Fault<Device> {
    /** Description, one line of `ivus faults`. */
    readonly text: string
    /** Range and default of the fault's value, for faults that take one. */
    readonly value?: { readonly min: number; readonly max: number; readonly default: number }
    /**
     * Starts the fault.
     * @param value the value in force; 0 for a fault without one
     * @returns a function that ends the fault; undefined if the fault is momentary or cannot be undone
     */
    start(device: Device, nowUs: number, value: number): (() => void) | void
}

/** A fault by its name, and when it starts. */
export interface TimedFault {
    readonly name: string
    /** Board time, s. */
    readonly atS: number
}

export type FaultTable<Device> = Readonly<Record<string, Fault<Device>>>

/** Sets a property. @returns a function that restores its former value */
export function override<T, K extends keyof T>(device: T, key: K, value: T[K]): () => void {
    const before = device[key]
    device[key] = value
    return () => {
        device[key] = before
    }
}

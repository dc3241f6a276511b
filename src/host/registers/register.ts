// Responsible for: what a register and its bit fields are, and the short forms in which the tables are written.
// Not for: which registers there are (tmc5160.ts, line-engine.ts, un0rick.ts, cart-values.ts) or printing them.

/** How a field's number becomes a quantity; units.ts does it. */
export type Unit =
    | "velocity"
    | "acceleration"
    | "microsteps"
    | "counts"
    | "tstep"
    | "clocks512"
    | "clocks2^18"
    | "current"
    | "scaler"
    | "resolution"
    | "hz"
    | "per metre"
    | "nm"
    | "ns"
    | "us"
    | "ms"
    | "mV"
    | "fF"
    | "nJ"
    | "cdB"
    | "cdB/mm"
    | "mrpm"
    | "ppm"
    | "periods"
    | "gain"
    | "hex"
    | "ascii"
    | "reason"

/** Bits `from` to `to` of a register, counted from 0; a field of one bit without a unit or names is a flag. */
export interface Field {
    readonly name: string
    readonly from: number
    readonly to: number
    /** Two's complement. */
    readonly signed?: boolean
    readonly unit?: Unit
    /** What its values are called. */
    readonly values?: readonly string[]
}

/** R read, W write, RW both, RC read and cleared by writing ones. */
export type Access = "R" | "W" | "RW" | "RC"

export interface Register {
    readonly address: number
    readonly name: string
    readonly access: Access
    readonly fields: readonly Field[]
}

type Options = Omit<Field, "name" | "from" | "to">

export function field(name: string, from: number, to: number, options: Options = {}): Field {
    return { name, from, to, ...options }
}

/** One-bit fields side by side from bit `from` on; the name - leaves its bit out. */
export function flags(from: number, names: string): Field[] {
    return names
        .split(" ")
        .map((name, i) => field(name, from + i, from + i))
        .filter(f => f.name !== "-")
}

export function register(
    address: number,
    name: string,
    access: Access,
    fields: readonly Field[]
): Register {
    return { address, name, access, fields }
}

/** A register that is one number of so many bits. */
export function whole(
    address: number,
    name: string,
    access: Access,
    bits: number,
    options: Options = {}
): Register {
    return register(address, name, access, [field(name.toLowerCase(), 0, bits - 1, options)])
}

/** Whether a field is a flag: set or not, and nothing more to say. */
export function isFlag(f: Field): boolean {
    return f.from === f.to && f.values === undefined && f.unit === undefined
}

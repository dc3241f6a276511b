// Types for a register and its bit fields, and the functions that build the register tables.

/** Unit of a field; src/host/registers/units.ts converts the number. */
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

/** Bits `from` to `to` of a register, counted from 0. A field of one bit without unit or value names is a flag. */
export interface Field {
    readonly name: string
    readonly from: number
    readonly to: number
    /** Two's complement. */
    readonly signed?: boolean
    readonly unit?: Unit
    /** Names of the values, from 0. */
    readonly values?: readonly string[]
}

/** R: read, W: write, RW: both, RC: read, cleared by writing ones. */
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

/** One-bit fields in ascending order from bit `from`; the name `-` skips a bit. */
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

/** A register that is a single number of this many bits. */
export function whole(
    address: number,
    name: string,
    access: Access,
    bits: number,
    options: Options = {}
): Register {
    return register(address, name, access, [field(name.toLowerCase(), 0, bits - 1, options)])
}

/** Returns whether a field is a flag. */
export function isFlag(f: Field): boolean {
    return f.from === f.to && f.values === undefined && f.unit === undefined
}

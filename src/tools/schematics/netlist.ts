// Reads the netlist of boards/schematics: parts with their pins, and the net of each pin.

import { readFileSync } from "node:fs"

/** Empty number: the pin is found by its name, as on a module. */
export type Pin = readonly [number: string, name: string, net: string]

export interface Part {
    readonly sheet: string
    /** Column on the sheet, from the left. */
    readonly column: number
    readonly ref: string
    readonly value: string
    readonly left: readonly Pin[]
    readonly right: readonly Pin[]
}

export interface Netlist {
    /** Title of each sheet, by its file name. */
    readonly sheets: Readonly<Record<string, string>>
    readonly parts: readonly Part[]
}

export const SCHEMATICS = "boards/schematics"

export function readNetlist(): Netlist {
    return JSON.parse(readFileSync(`${SCHEMATICS}/cart.netlist.json`, "utf8")) as Netlist
}

export function pinsOf(part: Part): readonly Pin[] {
    return [...part.left, ...part.right]
}

/** Pins by net, each as REF.number or REF.name. */
export function netsOf({ parts }: Netlist): Map<string, string[]> {
    const nets = new Map<string, string[]>()
    for (const part of parts)
        for (const [number, name, net] of pinsOf(part))
            nets.set(net, [...(nets.get(net) ?? []), `${part.ref}.${number || name}`])
    return nets
}

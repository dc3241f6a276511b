// The service specifications as `devs build` compiled them from services/*.md.

import { readFileSync } from "node:fs"

const COMPILED = new URL("../../../.devicescript/services.json", import.meta.url)

export interface ServiceField {
    /** "_" if the packet has only this field. */
    readonly name: string
    readonly type: string
    readonly absoluteMin?: number
    readonly absoluteMax?: number
}

export interface ServicePacket {
    /** "ro", "rw", "const", "command", "report" or "event". */
    readonly kind: string
    readonly name: string
    readonly identifier: number
    readonly fields: readonly ServiceField[]
    /** Jacdac's pack format, such as "u8 i32"; undefined for an empty packet. */
    readonly packFormat?: string
    /** The standard service that it is inherited from. */
    readonly derived?: string
    readonly volatile?: boolean
}

export interface ServiceSpec {
    readonly shortId: string
    readonly classIdentifier: number
    readonly packets: readonly ServicePacket[]
}

/** This project's services without the packets that each Jacdac service has. */
export function serviceSpecs(): ServiceSpec[] {
    const specs = JSON.parse(readFileSync(COMPILED, "utf8")) as ServiceSpec[]
    return specs.map(spec => ({ ...spec, packets: spec.packets.filter(p => !p.derived) }))
}

/** @throws Error if there is no such service */
export function serviceSpec(shortId: string): ServiceSpec {
    const found = serviceSpecs().find(spec => spec.shortId === shortId)
    if (!found) throw new Error(`services/ has no ${shortId}`)
    return found
}

/** Whether a packet is a register. */
export function isRegister({ kind }: ServicePacket): boolean {
    return kind === "ro" || kind === "rw" || kind === "const"
}

/** The code of a register, command or event. @throws Error if the service has none of this name */
export function codeOf(spec: ServiceSpec, name: string): number {
    const found = spec.packets.find(packet => packet.name === name && packet.kind !== "report")
    if (!found) throw new Error(`${spec.shortId} has no ${name}`)
    return found.identifier
}

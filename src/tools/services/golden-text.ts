// Identifiers, codes and formats of this project's services as text, one packet a line: the form of services/golden.txt.

import type { ServicePacket, ServiceSpec } from "./service-specs"

export const GOLDEN = new URL("../../../services/golden.txt", import.meta.url)

const hex = (value: number): string => `0x${value.toString(16)}`

function packetText({ kind, identifier, name, fields, packFormat }: ServicePacket): string {
    const text = fields.map(field => `${field.name === "_" ? "" : `${field.name} `}${field.type}`)
    const format = packFormat === undefined ? "" : ` [${packFormat}]`
    return `  ${kind} ${hex(identifier)} ${name}: ${text.join(", ") || "empty"}${format}`
}

export function goldenText(specs: readonly ServiceSpec[]): string {
    const services = specs.map(({ shortId, classIdentifier, packets }) =>
        [`${shortId} ${hex(classIdentifier)}`, ...packets.map(packetText)].join("\n")
    )
    return `${services.sort().join("\n")}\n`
}

// Identifiers, codes and formats of the cart's services: specification, firmware's table and services/golden.txt agree.
import { readFileSync } from "node:fs"
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { GET_REGISTER, SERVICE_TABLE } from "../../src/shared/service-table"
import { GOLDEN, goldenText } from "../../src/tools/services/golden-text"
import {
    isRegister,
    serviceSpec,
    serviceSpecs,
    type ServicePacket,
} from "../../src/tools/services/service-specs"

const test = suite("golden services")

/** Services of the cart in the order of their index on its Jacdac device, after Jacdac's control service. */
const SERVED = ["pullback-cart", "pullback-settings", "event-log", "calibration"]

test("services/*.md have the identifiers, codes and formats of services/golden.txt", () => {
    assert.is(
        goldenText(serviceSpecs()),
        readFileSync(GOLDEN, "utf8"),
        "clients rely on these: raise CONTRACT_VERSION if one of them would misunderstand the cart, then run src/tools/services/write-golden.ts"
    )
})

/** The firmware's table. */
function tableRows() {
    const lines = SERVICE_TABLE.trim().split("\n")
    return lines.map(line => {
        const [service, code, kind, format, min, max, name] = line.split(/ +/)
        return {
            ...{ service: Number(service), code: Number(code), kind, format, name },
            ...{ min: Number(min), max: Number(max) },
        }
    })
}

/** What the firmware's table must say about a packet, without its range. */
function expectedRow(packet: ServicePacket): string {
    const { kind, identifier, name, packFormat = "", fields } = packet
    if (isRegister(packet)) {
        const format = fields.length > 1 ? "*" : packFormat
        return `${GET_REGISTER | identifier} ${kind === "rw" ? "w" : "r"} ${format} ${name}`
    }
    const hasDevice = fields[0]?.name === "device"
    const format = hasDevice ? packFormat.slice("u32".length).trim() : packFormat
    return `${identifier} ${hasDevice ? "d" : "c"} ${format || "-"} ${name}`
}

for (const [at, shortId] of SERVED.entries()) {
    const spec = serviceSpec(shortId)
    const rows = tableRows().filter(({ service }) => service === at + 1)

    test(`${shortId}: the firmware's table has each register and command with code, format and range`, () => {
        const specified = spec.packets.filter(p => isRegister(p) || p.kind === "command")
        assert.equal(
            rows.map(({ code, kind, format, name }) => `${code} ${kind} ${format} ${name}`).sort(),
            specified.map(expectedRow).sort()
        )
        for (const { identifier, fields } of specified.filter(p => p.kind === "rw")) {
            const row = rows.find(({ code }) => code === (GET_REGISTER | identifier))!
            const { absoluteMin, absoluteMax } = fields[0]!
            assert.equal([row.min, row.max], [absoluteMin, absoluteMax])
        }
    })

    test(`${shortId}: the register with all values has the formats of the single ones, in the order of their numbers`, () => {
        const registers = spec.packets.filter(isRegister)
        const all = registers.find(({ fields }) => fields.length > 1)
        if (!all) return
        const single = registers
            .filter(packet => packet !== all)
            .sort((a, b) => (a.identifier & 0x7f) - (b.identifier & 0x7f))
        assert.equal(
            all.fields.map(({ name, type }) => `${name} ${type}`),
            single.map(({ name, fields }) => `${name} ${fields[0]!.type}`)
        )
    })
}

test.run()

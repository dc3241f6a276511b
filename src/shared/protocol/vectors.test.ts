// Tests the code against the frozen vectors in Node; src/tools/vectors/vm-source.ts does so in the VM.

import {
    checkCalibration,
    readCalibration,
    screwErrorNm,
    screwSpeedFactor,
} from "../motion/calibration"
import { createHash, createHmac } from "node:crypto"
import { readFileSync } from "node:fs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as burst from "./burst"
import { BURST_HEADER, checkHeader, sealHeader } from "./burst"
import { getNumber, putNumber, readFields, writeFields } from "./bytes"
import * as machine from "../cart-machine"
import { CATHETER_IDS } from "../acquisition/catheter-list"
import { invalidField } from "../acquisition/catheter-limits"
import { CATHETER, catheterOf } from "../acquisition/catheters"
import { crc32c, crc8 } from "./crc32c"
import { layoutHash, LAYOUTS } from "./layout-hash"
import * as lineEngine from "../devices/line-engine"
import * as lineRecord from "../acquisition/line-record"
import { amplitudeToCode, codeToAmplitude } from "../acquisition/sample-codes"
import { payloadIsValid, readPayload, writePayload } from "./messages"
import * as ramp from "../motion/ramp"
import * as codes from "../codes"
import { versionReason, versionText } from "../versions"
import * as registerDump from "./register-dump"
import { budgetSequence } from "../acquisition/sequence-budget"
import { TABLE_ENTRY_LENGTH, tableEntries, writeTableEntry } from "../acquisition/firing-table"
import { TGC_LENGTH, tgcGainCdb, tgcOf, tgcStepNs, writeTgc } from "../acquisition/tgc"
import { un0rickGain, un0rickHalfPeriod, un0rickWords } from "../devices/un0rick"

const test = suite("vectors of src/shared")
// Untyped on purpose: the frozen file is the reference, not the present types.
const vectors = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8"))
const HASH = layoutHash()
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"))

/** Equal to 11 digits: the last bits of powers differ between mathematics libraries. */
function close(actual: number, expected: number): void {
    assert.ok(
        Math.abs(actual - expected) <= Math.abs(expected) * 1e-11,
        `${actual} instead of ${expected}`
    )
}

/** Adds a test for a group of vectors, which must not be empty. */
function group(name: string, check: (vector: any, index: number) => void) {
    test(name, () => {
        assert.ok(vectors[name].length > 0)
        vectors[name].forEach(check)
    })
}

test("link", () => {
    assert.equal(vectors.link, {
        magic: burst.BURST_MAGIC,
        version: burst.PROTOCOL_VERSION,
        header_length: burst.BURST_HEADER_LENGTH,
        payload_max: burst.PAYLOAD_MAX,
        layout_hash: HASH,
    })
})

test("constants", () => {
    const modules: any = { burst, lineRecord, machine, codes, lineEngine, registerDump }
    const entries = Object.entries<number>(vectors.constants)
    assert.ok(entries.length > 150)
    for (const [name, value] of entries) {
        const [module, constant] = name.split(".") as [string, string]
        assert.is(modules[module][constant], value, name)
    }
})

group("numbers", v => {
    const bytes = new Uint8Array(4)
    putNumber(bytes, 0, v.format, v.value)
    assert.is(hex(bytes), v.hex)
    assert.is(getNumber(bytes, 0, v.format), v.read)
})

group("texts", v => {
    const bytes = new Uint8Array(16).fill(0xff)
    writeFields(bytes, 0, "\ntext:s16\n", v)
    assert.is(hex(bytes), v.hex)
    assert.is(readFields(bytes, 0, "\ntext:s16\n").text, v.read)
})

group("crc32c", v => assert.is(crc32c(bytesOf(v.hex), 0, v.hex.length / 2, v.seed), v.crc))

group("crc8", v => assert.is(crc8(bytesOf(v.hex), 0, v.hex.length / 2), v.crc))

group("seals", v => {
    const header = new Uint8Array(burst.BURST_HEADER_LENGTH)
    writeFields(header, 0, BURST_HEADER, v.fields)
    sealHeader(header, HASH)
    assert.is(hex(header), v.hex)
})

group("headers", v => {
    const expected = (burst as any)[v.verdict]
    assert.is(checkHeader(bytesOf(v.hex), 0, HASH), expected, v.name)
    assert.is(checkHeader(bytesOf("00".repeat(13) + v.hex), 13, HASH), expected)
})

group("messages", v => {
    const fields = LAYOUTS.find(([name]) => name === v.layout)![1]
    const expected = bytesOf(v.hex)
    const bytes = new Uint8Array(expected.length)
    assert.is(writePayload(bytes, 0, fields, v.fields), expected.length)
    assert.is(hex(bytes), v.hex)
    assert.ok(payloadIsValid(expected, 0, expected.length, fields))
    assert.equal(readPayload(expected, 0, fields), v.fields)
})

group("lines", v => {
    const expected = bytesOf(v.hex)
    const samples = bytesOf(v.samples)
    assert.is(lineRecord.recordLength(samples.length), expected.length)
    const bytes = new Uint8Array(expected.length)
    writeFields(bytes, 0, lineRecord.LINE_HEADER, v.fields)
    bytes.set(samples, lineRecord.LINE_HEADER_LENGTH)
    const end = expected.length - lineRecord.LINE_CRC_LENGTH
    putNumber(bytes, end, "u32", crc32c(bytes, 0, end, 0))
    assert.is(hex(bytes), v.hex)
    assert.equal(readFields(expected, 0, lineRecord.LINE_HEADER), v.fields)
})

/** Node's HMAC; independent of seal.ts, which generated the vectors. */
const hmac = (key: Uint8Array, ...parts: (string | Uint8Array)[]) =>
    createHmac("sha256", key)
        .update(Buffer.concat(parts.map(p => Buffer.from(p as string))))
        .digest()

group("greetings", v => {
    const [key, hello, challenge] = [v.key, v.hello, v.challenge].map(bytesOf)
    const both = Buffer.concat([hello!, challenge!])
    const transcript = createHash("sha256").update(both).digest()
    assert.is(hex(transcript), v.transcript)
    const expand = (label: string): string => hex(hmac(key!, label, transcript, "\x01"))
    assert.is(expand("IVL2 proof  host"), v.host_proof)
    assert.is(expand("IVL2 proof board"), v.board_proof)
    assert.is(expand("IVL2 key    host"), v.host_key)
    assert.is(expand("IVL2 key   board"), v.board_key)
    for (const [burst, secret, proof] of [
        [v.host_proof_burst, v.host_key, v.host_proof],
        [v.board_proof_burst, v.board_key, v.board_proof],
        [v.accept, v.host_key, ""],
    ]) {
        const bytes = bytesOf(burst)
        const tag = hex(bytes.subarray(48, 64))
        bytes.fill(0, 48, 64)
        assert.is(hex(hmac(bytesOf(secret), bytes).subarray(0, 16)), tag)
        assert.ok(burst.includes(proof))
        assert.is(checkHeader(bytes, 0, HASH), 0)
    }
})

group("tags", v => {
    const payload =
        typeof v.payload === "string"
            ? bytesOf(v.payload)
            : Uint8Array.from({ length: v.payload }, (_, i) => 3 + 29 * i)
    const none = new Uint8Array(16)
    const tag = hmac(bytesOf(v.key), bytesOf(v.header), none, payload)
    assert.is(hex(tag.subarray(0, 16)), v.tag)
})

group("test_lines", v =>
    bytesOf(v.hex).forEach((sample, k) => assert.is(lineRecord.testSample(v.index, k), sample))
)

group("amplitudes", v => close(codeToAmplitude(v.code), v.amplitude))

group("codes", v => assert.is(amplitudeToCode(v.amplitude) + 0, v.code))

group("speeds", v => {
    const { microsteps_per_mm: steps, fclk_hz } = v
    assert.is(ramp.vmaxOf(v.speed_nm_s, steps, fclk_hz), v.vmax)
    close(ramp.speedOfVmax(v.vmax, steps, fclk_hz), v.made_nm_s)
})

group("accelerations", v =>
    assert.is(ramp.amaxOf(v.accel_nm_s2, v.microsteps_per_mm, v.fclk_hz), v.amax)
)

group("signs", v => assert.is(registerDump.signedOf(v.value, v.bits), v.signed))

group("calibrations", v => {
    const record = bytesOf(v.hex)
    assert.is(checkCalibration(record), v.verdict)
    for (const { microsteps, error_nm, factor } of v.places) {
        const c = readCalibration(record)
        close(screwErrorNm(c, microsteps), error_nm)
        close(screwSpeedFactor(c, microsteps), factor)
    }
})

group("ramps", v => assert.is(ramp.rampLengthNm(v.speed_nm_s), v.length_nm))

group("pullbacks", v =>
    assert.equal(ramp.planPullback(v.start_nm, v.speed_nm_s, v.length_nm), v.plan)
)

group("transitions", (row, state) => {
    assert.is(vectors.transitions.length, machine.STATE_NAMES.length)
    bytesOf(row).forEach((next, event) =>
        assert.is(machine.nextState(state, event), next === 255 ? -1 : next)
    )
})

group("activity", v => {
    assert.is(machine.moves(v.state), v.moves)
    assert.is(machine.fires(v.state), v.fires)
})

group("budgets", v =>
    assert.equal(budgetSequence(catheterOf(v.catheter)!, v.frame_rate_mhz), v.budget)
)

group("tables", v => {
    assert.is(vectors.tables.length, CATHETER_IDS.length)
    const catheter = catheterOf(v.catheter)!
    const at = (index: number): number => index * TABLE_ENTRY_LENGTH
    const table = new Uint8Array(at(tableEntries(catheter))).fill(0xff)
    for (let i = 0; i < tableEntries(catheter); i++) writeTableEntry(table, at(i), catheter, i)
    assert.is(crc32c(table, 0, table.length, 0), v.crc)
    for (const entry of v.entries)
        assert.is(hex(table.subarray(at(entry.index), at(entry.index + 1))), entry.hex)
})

group("gains", v => {
    const catheter = {
        ...catheterOf(v.catheter)!,
        depth_um: v.depth_um,
        tgc_start_cdb: v.start_cdb,
        tgc_slope_cdb_per_mm: v.slope_cdb_per_mm,
        ...(v.given.length > 0 && { tgc_cdb: v.given }),
    }
    const bytes = new Uint8Array(TGC_LENGTH)
    writeTgc(bytes, catheter)
    assert.is(hex(bytes), v.hex)
    const [curve, step_ns] = [tgcOf(catheter), tgcStepNs(catheter)]
    for (const { time_ns, cdb } of v.at) close(tgcGainCdb(curve, step_ns, time_ns), cdb)
})

group("catheters", v => {
    const payload = bytesOf(v.hex)
    assert.ok(payloadIsValid(payload, 0, payload.length, CATHETER))
    assert.is(invalidField(readPayload(payload, 0, CATHETER)), v.wrong)
})

group("un0rick", v => {
    assert.is(un0rickHalfPeriod(v.frequency_khz), v.half_period)
    assert.is(un0rickWords(v.depth_um), v.words)
    const gain = un0rickGain(v.tgc_cdb, v.tgc_step_ns, v.radius_um, v.step)
    assert.is(gain, v.gain)
})

group("versions", v => {
    assert.is(versionReason(v.cart, v.other, codes.REJECT_HOST_OLDER), v.reason)
    assert.is(versionText(v.cart * 256 + (v.other & 0xff)), v.text)
})

test.run()
